const LONGEST = 15_000

let count = 0

// now is a moment that can be compared: with others by order, with frames by time.
export function now() {
  return { order: ++count, time: Date.now() }
}

// Debt is that something shown is behind, and must be loaded anew. It stays until something is shown that
// was requested after it arose, however often pay() has to try.
export class Debt {
  #since // a moment; undefined: none
  #running = false
  #wake = () => {}

  // pay loads anew, or throws; whoever shows what was loaded calls paid. delay lets several be one.
  constructor(pay, delay = 0) {
    Object.assign(this, { pay, delay })
  }

  owe() {
    this.#since = now()
    this.#run()
  }

  paid(requested) {
    if (!this.#since || requested.order < this.#since.order) return
    this.#since = undefined
    this.#wake()
  }

  async #run() {
    if (this.#running) return
    this.#running = true
    await this.#pause(this.delay)
    for (let tries = 0; this.#since; tries++) {
      try {
        await this.pay()
      } catch (error) {
        console.warn("loading anew:", error)
      }
      if (this.#since) await this.#pause(200 + Math.random() * Math.min(LONGEST, 500 * 2 ** tries))
    }
    this.#running = false
  }

  #pause(delay) {
    return new Promise(done => {
      this.#wake = done
      setTimeout(done, delay)
    })
  }
}
