import { read } from "./quotes.js"

// Rove keeps one message's tools in the tab order instead of all: from there the arrow keys go to the
// others. press(article, key, tool) is told of other keys.
export class Rove {
  #list
  #current

  constructor(list, { press, signal }) {
    this.#list = list
    list.addEventListener("keydown", event => this.#key(event, press), { signal })
    list.addEventListener("focusin", ({ target }) => target.matches("[data-tool]") && this.#enter(target), { signal })
  }

  // update takes in articles that are new.
  update() {
    for (const tool of this.#list.querySelectorAll("[data-tool]:not([tabindex])")) {
      tool.tabIndex = -1
      tool.setAttribute("role", "button")
      if (tool.dataset.tool !== "reply") tool.setAttribute("aria-haspopup", tool.dataset.tool === "menu" ? "menu" : "dialog")
    }
    if (!this.#current?.isConnected) this.#stop(this.#tools("menu").at(-1))
  }

  #tools(kind) {
    return [...this.#list.querySelectorAll(`article:not([data-pending]) [data-tool=${kind}]`)]
  }

  #stop(tool) {
    if (this.#current) this.#current.tabIndex = -1
    this.#current = tool
    if (tool) tool.tabIndex = 0
  }

  // enter says which message it is about.
  #enter(tool) {
    this.#stop(tool)
    const { name, text } = read(tool.closest("article"))
    tool.setAttribute("aria-description", `${name}: ${text.slice(0, 160)}`)
  }

  #key(event, press) {
    const tool = event.target
    if (!tool.matches("[data-tool]") || event.ctrlKey || event.metaKey || event.altKey) return
    const article = tool.closest("article"), here = [...article.querySelectorAll("[data-tool]")]
    const all = this.#tools(tool.dataset.tool), at = all.indexOf(tool)
    const to = {
      ArrowUp: all[at - 1], ArrowDown: all[at + 1], Home: all[0], End: all.at(-1),
      ArrowLeft: here[here.indexOf(tool) - 1], ArrowRight: here[here.indexOf(tool) + 1],
    }
    if (event.key in to) to[event.key]?.focus()
    else if (!press(article, event.key, tool)) return
    event.preventDefault()
  }
}
