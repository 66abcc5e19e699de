import { arrows, openPopup } from "./popup.js"

// MessageMenu is the menu of a message: a popover that there is once, put where it is asked for.
// may(article) gives the names of what can be done, run(name, article, anchor, value) does it.
export class MessageMenu {
  #menu
  #article
  #anchor

  constructor(menu, { may, run, signal }) {
    Object.assign(this, { may, run })
    this.#menu = menu
    menu.addEventListener("click", event => this.#choose(event.target.closest("[data-do]")), { signal })
    menu.addEventListener("keydown", event => this.#key(event), { signal })
    menu.addEventListener("toggle", ({ newState }) => {
      this.#anchor?.setAttribute("aria-expanded", String(newState === "open"))
      if (newState === "closed") delete this.#article?.dataset.active
    }, { signal })
  }

  open(article, anchor) {
    this.close()
    this.#article = article
    this.#anchor = anchor
    article.dataset.active = "" // its tools stay in view
    const may = this.may(article)
    for (const item of this.#menu.querySelectorAll("[data-do]")) item.hidden = !may.has(item.dataset.do)
    openPopup(this.#menu, anchor)
    this.#items[0]?.focus()
  }

  close() {
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover()
  }

  get #items() { return [...this.#menu.querySelectorAll("[data-do]:not([hidden])")] }

  #choose(item) {
    if (!item) return
    const article = this.#article, anchor = this.#anchor
    this.close()
    if (article.isConnected) this.run(item.dataset.do, article, anchor, item.value)
    else if (document.getElementById(article.id)) this.run(item.dataset.do, document.getElementById(article.id), anchor, item.value)
  }

  #key(event) {
    if (event.key === "Tab") this.close()
    else arrows(event, this.#items)
  }
}
