const PAUSE = 500
const AGAIN = 5_000

// Reader tells the server how far has been read: as far as there is, while the page is looked at and
// scrolled to its end.
export class Reader {
  #timer

  // highest() is the number of the newest message; looking() whether the end of the room is in view.
  constructor({ room, read, highest, looking, onRead, signal }) {
    Object.assign(this, { room, read, highest, looking, onRead })
    signal.addEventListener("abort", () => clearTimeout(this.#timer))
    window.addEventListener("focus", () => this.check(), { signal })
    document.addEventListener("visibilitychange", () => this.check(), { signal })
  }

  check() {
    if (this.#timer || !this.#due) return
    this.#timer = setTimeout(() => this.#tell(), PAUSE)
  }

  get #due() { return this.highest() > this.read && this.looking() }

  async #tell() {
    this.#timer = undefined
    if (!this.#due) return
    const seq = this.highest()
    try {
      const answer = await fetch(`/rooms/${this.room}/read`, {
        method: "POST",
        body: new URLSearchParams({ seq }),
        headers: { Accept: "application/json" }, // an answer without a page
      })
      if (!answer.ok) throw new Error(String(answer.status))
      this.read = Math.max(this.read, seq)
      this.onRead(seq)
      this.check()
    } catch {
      this.#timer = setTimeout(() => this.#tell(), AGAIN)
    }
  }
}
