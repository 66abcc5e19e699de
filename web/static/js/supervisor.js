const NAMES = [
  "message", "message_edited", "message_deleted", "user_joined", "user_left", "room", "room_stale",
  "read", "seen", "typing", "reset", "ping", "reaction", "user", "level", "block", "notification", "presence",
  "session", "invitation",
]
const SILENCE = 25_000 // the server says something every 15 s
const LONGEST = 30_000
const STABLE = 300 // a server in trouble opens a stream only to end it
const OPEN = 1
const CLOSED = 2

// Supervisor keeps one EventSource going. The browser itself reconnects after a cut; here is what it
// does not do: come back after an answer other than 200, and notice that nothing comes any more.
export class Supervisor {
  #source
  #heard = 0
  #tries = 0
  #watch
  #timer

  // cursor() says from where to go on, onFrame(frame) applies; only after that may the cursor have moved.
  // onStatus gets connecting, connected or reconnecting; onEnd gets limit or signed_out.
  constructor({ cursor, onFrame, onStatus, onEnd }) {
    Object.assign(this, { cursor, onFrame, onStatus, onEnd })
  }

  start() {
    this.onStatus("connecting")
    this.#watch = setInterval(() => this.#check(), 5_000)
    this.#open()
  }

  stop() {
    clearInterval(this.#watch)
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = this.#timer = this.#watch = undefined
  }

  // nudge tries at once if the stream is not well: the network is back, or the machine woke up.
  nudge() {
    const well = this.#source?.readyState === OPEN && Date.now() - this.#heard < SILENCE
    if (well || !this.#watch) return
    this.#tries = 0
    this.#retry(0)
  }

  #open() {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#source?.close()
    const source = this.#source = new EventSource("/events?cursor=" + encodeURIComponent(this.cursor()))
    this.#heard = Date.now()
    source.onopen = () => setTimeout(() => source === this.#source && source.readyState === OPEN && this.#alive(), STABLE)
    source.onerror = () => {
      if (source !== this.#source) return
      this.onStatus("reconnecting")
      if (source.readyState === CLOSED) this.#retry()
    }
    for (const name of NAMES) source.addEventListener(name, event => this.#take(source, name, event))
    source.addEventListener("bye", event => this.#bye(source, event.data.trim()))
  }

  #alive() {
    this.#heard = Date.now()
    this.onStatus("connected")
  }

  #take(source, event, { data, lastEventId }) {
    if (source !== this.#source) return
    this.#tries = 0
    this.#alive()
    this.onFrame({ event, data, id: event === "typing" || event === "presence" ? "" : lastEventId, at: Date.now() })
  }

  #bye(source, reason) {
    if (source !== this.#source) return
    if (reason === "limit") {
      this.stop()
      this.onEnd("limit")
    } else if (reason === "signed_out") {
      this.#retry(1_000) // this browser may just have got a new session: a changed password does that
    }
  }

  #check() {
    if (!this.#timer && Date.now() - this.#heard > SILENCE) this.#retry()
  }

  #retry(delay = Math.random() * Math.min(LONGEST, 800 * 2 ** this.#tries++)) {
    this.#source?.close()
    this.#source = undefined
    this.onStatus("reconnecting")
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ask(), delay)
  }

  // ask finds out why the stream ended before it is opened again.
  async #ask() {
    const timer = this.#timer
    let status = 0
    try {
      const options = { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(10_000) }
      status = (await fetch("/session", options)).status
    } catch { /* no network, no server: later */ }
    if (timer !== this.#timer) return // stopped, or begun anew meanwhile
    if (status === 204 || status === 200) return this.#open()
    if (status !== 401) return this.#retry()
    this.stop()
    this.onEnd("signed_out")
  }
}
