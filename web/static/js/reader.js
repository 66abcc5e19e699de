import { send } from "./request.js"

const PAUSE = 500
const AGAIN = 5_000

// Reader tells the server how far has been read: as far as there is, while the page is looked at and
// scrolled to its end. It is held while the viewer wants messages to stay unread, until they have been read
// elsewhere, or something is written here.
export class Reader {
  #timer
  #telling = Promise.resolve()

  // highest() is the number of the newest message; looking() whether the end of the room is in view.
  constructor({ room, read, held = false, highest, looking, onRead, signal }) {
    Object.assign(this, { room, read, held, highest, looking, onRead, signal })
    signal.addEventListener("abort", () => this.#now())
    window.addEventListener("focus", () => this.check(), { signal })
    window.addEventListener("pagehide", () => this.#now(), { signal })
    document.addEventListener("visibilitychange", () => this.check(), { signal })
  }

  check() {
    if (this.#timer || this.signal.aborted || !this.#due) return
    this.#timer = setTimeout(() => { this.#telling = this.#tell() }, PAUSE)
  }

  // moved: the server says how far has been read. Who goes back wants it to stay so.
  moved(seq) {
    if (seq !== this.read) this.held = seq < this.read
    this.read = seq
  }

  // hold ends when the server knows what has been read until now, and nothing is on its way that could undo it.
  async hold() {
    this.#now()
    await this.#telling
    this.held = true
  }

  release() {
    this.held = false
    this.check()
  }

  // tellAll says that everything up to now is read, also what is not in view.
  tellAll() {
    return send("POST", `/rooms/${this.room}/read`, { seq: this.highest() })
  }

  // now tells what is about to be told.
  #now() {
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#telling = this.#tell()
  }

  get #due() { return !this.held && this.highest() > this.read && this.looking() }

  async #tell() {
    this.#timer = undefined
    if (!this.#due) return
    const seq = this.highest()
    try {
      await send("POST", `/rooms/${this.room}/read`, { seq }, { keepalive: true })
      if (this.held) return
      this.read = Math.max(this.read, seq)
      this.onRead(seq)
      this.check()
    } catch {
      if (!this.signal.aborted) this.#timer = setTimeout(() => { this.#telling = this.#tell() }, AGAIN)
    }
  }
}
