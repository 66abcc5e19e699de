const KEPT = 20
const NEAR = 24 // pixels

// PatternList keeps the last rows in a box that scrolls with them, unless somebody has scrolled up: then
// what they read stays in its place, and a button leads back to the newest.
export class PatternList {
  #box
  #button

  constructor(box, button, signal) {
    this.#box = box
    this.#button = button
    box.addEventListener("scroll", () => { if (this.#atEnd) button.hidden = true }, { passive: true, signal })
    button.addEventListener("click", () => { this.#toEnd(); box.focus({ preventScroll: true }) }, { signal })
  }

  add(row) {
    const follow = this.#atEnd
    this.#box.append(row)
    const height = this.#box.scrollHeight
    while (this.#box.children.length > KEPT) this.#box.firstElementChild.remove()
    if (follow) return this.#toEnd()
    this.#box.scrollTop -= height - this.#box.scrollHeight
    this.#button.hidden = false
  }

  clear() {
    this.#box.replaceChildren()
    this.#button.hidden = true
  }

  get #atEnd() { return this.#box.scrollHeight - this.#box.clientHeight - this.#box.scrollTop < NEAR }

  #toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight
    this.#button.hidden = true
  }
}
