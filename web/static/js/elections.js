// Which tab of this browser holds the stream. Both kinds call win() when this tab is to hold it and
// lose() when it is no longer; retire() gives it up, takeOver() claims it from a tab that does not
// answer, heard(message) is what another tab says.

const NAME = "chat-stream"

// LockElection lets the browser choose: the lock of a tab that closes or crashes goes to the next one.
export class LockElection {
  #release
  #waiting

  constructor({ win, lose }) {
    Object.assign(this, { win, lose })
  }

  run() {
    const waiting = this.#waiting = new AbortController()
    this.#request({ signal: waiting.signal })
  }

  takeOver() {
    if (this.#release) return
    this.#waiting?.abort()
    this.#request({ steal: true })
  }

  retire() {
    this.#waiting?.abort()
    this.#waiting = undefined
    const release = this.#release
    this.#release = undefined
    release?.()
  }

  heard() {}

  async #request(options) {
    let held
    try {
      await navigator.locks.request(NAME, options, () => new Promise(release => {
        if (!this.#waiting) return release() // retired while the lock was on its way
        held = this.#release = release
        this.win()
      }))
    } catch (error) {
      if (error.name !== "AbortError") throw error
      if (!held || this.#release !== held) return
      this.#release = undefined // another tab took it, thinking this one asleep
      this.lose()
      this.run()
    }
  }
}

// LeaseElection is for plain HTTP, where browsers have no locks. A tab asks who holds the stream, and
// takes it if nobody answers. Timers of tabs in the background are slow, answers to messages are not:
// so holding it means to answer. Of two holders the one with the smaller name stays.
export class LeaseElection {
  #leading = false
  #timer

  constructor({ win, lose, post, name }) {
    Object.assign(this, { win, lose, post, name })
  }

  run(patience = 400) {
    this.post({ kind: "ask" })
    this.#later(patience + Math.random() * 400)
  }

  takeOver() {
    if (this.#leading) return
    clearTimeout(this.#timer)
    this.#leading = true
    this.win()
  }

  retire() {
    clearTimeout(this.#timer)
    if (this.#leading) this.post({ kind: "gone" })
    this.#leading = false
  }

  heard({ kind, from }) {
    if (kind === "gone" && !this.#leading) this.run(50)
    if (kind !== "lead") return
    clearTimeout(this.#timer)
    if (!this.#leading) return
    if (this.name < from) return this.post({ kind: "lead" })
    this.#leading = false
    this.lose()
  }

  #later(delay) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.takeOver(), delay)
  }
}
