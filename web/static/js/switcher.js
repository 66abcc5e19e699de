import * as Turbo from "../vendor/turbo.js"
import { rank } from "./choices.js"
import { meta } from "./ids.js"
import { short } from "./line.js"

const PAUSE = 120 // after a key, before people are asked for

// <quick-switcher> leads to a room or a person by the keyboard: a text box with a list of what it may mean.
class QuickSwitcher extends HTMLElement {
  #choices = []
  #people = []
  #at = 0
  #asking
  #ended

  connectedCallback() {
    this.#ended = new AbortController()
    const { signal } = this.#ended
    document.addEventListener("keydown", event => this.#opened(event), { signal })
    document.addEventListener("click", event => {
      if (!event.target.closest("[data-switcher]") || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      this.#open()
    }, { signal })
    this.#input.addEventListener("input", () => this.#typed())
    this.#input.addEventListener("keydown", event => this.#key(event))
    this.#list.addEventListener("click", ({ target }) => {
      const item = target.closest("[role=option]")
      if (item) this.#go(this.#choices[[...this.#list.children].indexOf(item)])
    })
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close())
  }

  disconnectedCallback() {
    this.#ended.abort()
    clearTimeout(this.#asking)
  }

  get #dialog() { return this.querySelector("dialog") }
  get #input() { return this.querySelector("input[role=combobox]") }
  get #list() { return this.querySelector("[role=listbox]") }

  #part(name) { return this.querySelector(`[data-part=${name}]`) }

  #opened(event) {
    if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    event.preventDefault()
    if (this.#dialog.open) this.#dialog.close()
    else this.#open()
  }

  #open() {
    if (this.#dialog.open) return
    this.#input.value = ""
    this.#people = []
    this.#dialog.showModal()
    this.#show()
  }

  #typed() {
    this.#show()
    clearTimeout(this.#asking)
    this.#asking = setTimeout(() => this.#ask(this.#input.value.trim()), PAUSE)
  }

  async #ask(text) {
    if (!text) {
      this.#people = []
      return this.#show()
    }
    try {
      const answer = await fetch("/people?q=" + encodeURIComponent(text), { headers: { Accept: "application/json" }, signal: this.#ended.signal })
      if (!answer.ok || text !== this.#input.value.trim()) return
      this.#people = await answer.json()
      this.#show()
    } catch { /* rooms are found without the server */ }
  }

  #show() {
    const rooms = [...document.querySelectorAll("#sidebar .line")].map(roomOf)
    const known = new Set(rooms.map(room => room.direct))
    const people = this.#people.filter(({ id }) => id !== meta("user") && !known.has(id)).map(personOf)
    this.#choices = rank([...rooms, ...people], this.#input.value)
    this.#list.replaceChildren(...this.#choices.map((choice, i) => this.#item(choice, i)))
    this.#part("none").textContent = this.#choices.length === 0 ? "Nobody and nothing is called that." : ""
    this.#choose(0)
  }

  #item({ id, name, note, avatar, mark }, i) {
    const item = this.#part("choice").content.firstElementChild.cloneNode(true)
    item.id = `switcher-${i}`
    item.querySelector("[data-part=name]").textContent = name
    item.querySelector("[data-part=note]").textContent = note
    item.querySelector("[data-part=mark]").append(mark ?? this.#drawn(id, name, avatar))
    return item
  }

  // drawn is the mark of somebody who is not on the page.
  #drawn(id, name, avatar) {
    const mark = this.#part("person").content.firstElementChild.cloneNode(true)
    const initial = name.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase() ?? "•"
    mark.dataset.presence = id
    mark.append(avatar ? Object.assign(document.createElement("img"), { src: "/avatars/" + avatar, alt: initial }) : initial)
    return mark
  }

  #choose(i) {
    const items = this.#list.children
    this.#at = items.length ? (i + items.length) % items.length : 0
    for (const item of items) item.setAttribute("aria-selected", String(item === items[this.#at]))
    this.#input.setAttribute("aria-activedescendant", items[this.#at]?.id ?? "")
    items[this.#at]?.scrollIntoView({ block: "nearest" })
  }

  #key(event) {
    if (event.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step && event.key !== "Enter") return
    event.preventDefault()
    if (step) this.#choose(this.#at + step)
    else this.#go(this.#choices[this.#at])
  }

  #go(choice) {
    if (!choice) return
    this.#dialog.close()
    if (choice.href) return Turbo.visit(choice.href)
    const form = this.#part("write")
    form.elements.user.value = choice.id
    form.requestSubmit()
  }
}

function roomOf(line) {
  const link = line.querySelector("a"), unread = Number(line.querySelector("[data-badge]:not([hidden]) [data-count]")?.textContent.replace("+", "") ?? 0)
  return {
    name: line.querySelector("[data-name]").textContent, href: link.getAttribute("href"), direct: line.dataset.direct, unread,
    note: unread > 0 ? `${short(unread)} unread` : "", mark: link.firstElementChild.cloneNode(true),
  }
}

function personOf({ id, name, avatar }) {
  const shown = document.querySelector(`[data-presence="${CSS.escape(id)}"]`)
  return { id, name, avatar, note: "write to", unread: 0, mark: shown?.cloneNode(true) }
}

customElements.define("quick-switcher", QuickSwitcher)
