const NEAR = 24 // pixels

// Scroller keeps what is read in its place. Its box is reversed by CSS: it opens at the end, and
// scrollTop is 0 there and negative above.
export class Scroller {
  #box
  #button
  #label

  // onNewest() is to go to the newest message, which need not be the last one here.
  constructor(box, button, { onScroll, onNewest }) {
    this.#box = box
    this.#button = button
    this.#label = button.querySelector("[data-label]")
    box.addEventListener("scroll", () => { this.#update(); onScroll() }, { passive: true })
    button.addEventListener("click", () => { onNewest(); box.focus({ preventScroll: true }) })
  }

  get atEnd() { return -this.#box.scrollTop < NEAR }

  // above is how much there is to scroll up.
  get above() { return this.#box.scrollHeight - this.#box.clientHeight + this.#box.scrollTop }

  // below is how much there is to scroll down.
  get below() { return -this.#box.scrollTop }

  // hold changes the content: what is in view stays in view. At the end one stays at the end, unless what
  // is added there is not new but only loaded later.
  hold(change, loaded = false) {
    const marks = this.atEnd && !loaded ? [] : this.#inView().map(element => [element, top(element), element.id])
    change()
    for (const [element, was, id] of marks) {
      const now = element.isConnected ? element : document.getElementById(id)
      if (!now) continue
      this.#box.scrollTop += top(now) - was
      break
    }
    this.#update()
  }

  toEnd(smooth = false) {
    this.#box.scrollTo({ top: 0, behavior: smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant" })
  }

  // show scrolls so that an element is seen with some of what is before it; not at all if it is in view.
  show(element) {
    const box = this.#box.getBoundingClientRect()
    if (!this.sees(element)) this.#box.scrollTop += top(element) - box.top - box.height / 5
  }

  sees(element) {
    const box = this.#box.getBoundingClientRect(), at = element.getBoundingClientRect()
    return at.top >= box.top && at.bottom <= box.bottom
  }

  // place and restore are for a page that is loaded anew: {id, seq, top} of what is in view, undefined at the end.
  place() {
    const first = this.atEnd ? undefined : this.#inView()[0]
    return first && { id: first.id, seq: Number(first.dataset.seq), top: top(first) }
  }

  restore(place) {
    const element = place && document.getElementById(place.id)
    if (!element) return false
    this.#box.scrollTop += top(element) - place.top
    return true
  }

  // announce tells of a new message below.
  announce() {
    if (this.atEnd) return
    this.#button.dataset.new = ""
    this.#label.textContent = "New messages"
  }

  #inView() {
    const edge = this.#box.getBoundingClientRect().top
    const articles = [...this.#box.querySelectorAll("article")]
    const first = articles.findIndex(article => article.getBoundingClientRect().bottom > edge)
    return first < 0 ? [] : articles.slice(first, first + 5)
  }

  #update() {
    this.#button.hidden = this.atEnd || (-this.#box.scrollTop < 200 && !("new" in this.#button.dataset))
    if (!this.atEnd) return
    delete this.#button.dataset.new
    this.#label.textContent = "Newest messages"
  }
}

function top(element) {
  return element.getBoundingClientRect().top
}
