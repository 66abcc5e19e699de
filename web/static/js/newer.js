import { fetchDocument } from "./older.js"

const NEAR = 600 // pixels from the end
const PAUSE = 2_000 // after a failure

// Newer loads on towards the present when one scrolls down a page from further back. add(page, requested)
// takes what came, and has said when nothing is missing any more.
export class Newer {
  #loading = false
  #notBefore = 0

  constructor({ scroller, add, signal }) {
    Object.assign(this, { scroller, add, signal })
  }

  get #link() { return document.getElementById("newer") }

  check() {
    if (this.#link && this.scroller.below < NEAR && Date.now() >= this.#notBefore) this.#load()
  }

  async #load() {
    const link = this.#link
    if (this.#loading || !link.dataset.next || this.signal.aborted) return
    this.#loading = true
    const requested = Date.now()
    try {
      const page = await fetchDocument(link.dataset.next, { signal: this.signal })
      if (this.signal.aborted) return
      const next = page.getElementById("newer")
      this.scroller.hold(() => {
        if (next) link.dataset.next = next.dataset.next
        else link.remove()
        this.add(page, requested)
      }, true)
      queueMicrotask(() => this.check())
    } catch (error) {
      if (this.signal.aborted) return
      console.warn("newer messages:", error)
      this.#notBefore = Date.now() + PAUSE
    } finally {
      this.#loading = false
    }
  }
}
