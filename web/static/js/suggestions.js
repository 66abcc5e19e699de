import { foldName } from "./mention-marks.js"
import { openPopup } from "./popup.js"

const MOST = 8
const PAUSE = 120
const BEGUN = /(?:^|[^\p{L}\p{N}])@([^\n@]{0,40})$/u // a name that is being written

// Suggestions completes the names of people while one writes them after an @. people() gives those there
// are: [{name, hint, mark}], mark an element to put before the name; more(begun) finds others, and says whether
// it did. It is the pattern of a combobox with a list: the text keeps the focus, and says which option the arrow
// keys have come to.
export class Suggestions {
  #list
  #text // the textarea that is written in
  #start // of the name in its text, after the @
  #active = 0
  #asking // the timer of a question to more, or that it is on its way

  constructor(list, { people, more }) {
    Object.assign(this, { people, more })
    this.#list = list
    list.addEventListener("pointerdown", event => event.preventDefault()) // the text keeps the focus
    list.addEventListener("click", ({ target }) => this.#take(target.closest("[role=option]")))
  }

  attach(text) {
    text.setAttribute("aria-autocomplete", "list")
    text.setAttribute("aria-controls", this.#list.id)
    text.addEventListener("input", () => this.#look(text))
    text.addEventListener("click", () => this.#look(text))
    text.addEventListener("blur", () => this.#dismiss())
    text.addEventListener("keydown", event => this.#key(event), { capture: true }) // before Enter sends
  }

  close() {
    if (!this.#text) return
    this.#text.removeAttribute("role")
    this.#text.removeAttribute("aria-expanded")
    this.#text.removeAttribute("aria-activedescendant")
    this.#text = undefined
    this.#list.hidePopover()
  }

  // dismiss closes the list for good: what is on its way does not open it again.
  #dismiss() {
    this.#cease()
    this.close()
  }

  #cease() {
    clearTimeout(this.#asking)
    this.#asking = undefined
  }

  #look(text) {
    this.#cease()
    const begun = this.#show(text)
    if (begun === undefined) return
    const asking = this.#asking = setTimeout(async () => {
      const found = await this.more(begun).catch(() => false) // those on the page do
      if (found && this.#asking === asking && text.isConnected) this.#show(text, this.#options[this.#active]?.dataset.name)
    }, PAUSE)
  }

  // show shows whom the name may be that is being written, if one is, and gives what there is of it. The option of
  // this name stays the one that the arrow keys have come to.
  #show(text, name) {
    const { selectionStart: caret, selectionEnd } = text
    const begun = caret === selectionEnd ? BEGUN.exec(text.value.slice(0, caret)) : null
    const found = begun ? this.#find(foldName(begun[1])) : []
    if (found.length === 0) this.close()
    else this.#open(text, caret - begun[1].length, found, name)
    return begun?.[1]
  }

  #open(text, start, found, name) {
    this.#start = start
    this.#text = text
    this.#list.replaceChildren(...found.map(option))
    text.setAttribute("role", "combobox")
    text.setAttribute("aria-expanded", "true")
    openPopup(this.#list, text.form.querySelector("#reply:not([hidden])") ?? text, "start")
    this.#go(Math.max(0, found.findIndex(person => person.name === name)))
  }

  #find(begun) {
    const first = [], later = []
    for (const person of this.people()) {
      const name = foldName(person.name)
      if (name.startsWith(begun)) first.push(person)
      else if (name.split(" ").some(word => word.startsWith(begun))) later.push(person)
    }
    return [...first, ...later].slice(0, MOST)
  }

  get #options() { return [...this.#list.children] }

  #go(to) {
    const options = this.#options
    this.#active = (to + options.length) % options.length
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.#active)))
    options[this.#active].scrollIntoView({ block: "nearest" })
    this.#text.setAttribute("aria-activedescendant", options[this.#active].id)
  }

  #take(option) {
    if (!option || !this.#text) return
    const text = this.#text
    this.#dismiss()
    text.setRangeText(option.dataset.name + " ", this.#start, text.selectionStart, "end")
    text.dispatchEvent(new Event("input", { bubbles: true }))
  }

  #key(event) {
    if (!this.#text || event.isComposing || event.keyCode === 229) return
    if (event.key === "ArrowDown") this.#go(this.#active + 1)
    else if (event.key === "ArrowUp") this.#go(this.#active - 1)
    else if (event.key === "Escape") this.#dismiss()
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#take(this.#options[this.#active])
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
}

function option({ name, hint, mark }, i) {
  const li = Object.assign(document.createElement("li"), { id: `suggestion-${i}`, role: "option", className: "suggestion" })
  li.dataset.name = name
  if (mark) li.append(mark)
  li.append(Object.assign(document.createElement("bdi"), { textContent: name }))
  if (hint) li.append(Object.assign(document.createElement("span"), { className: "hint", textContent: hint }))
  return li
}
