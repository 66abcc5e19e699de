import { uuid } from "./ids.js"

const drafts = new Map() // room → text; they outlast the page, not the tab

// Composer is the form in which messages are written. send(id, body) takes over what was written.
export class Composer {
  #form
  #text
  #problem

  constructor(form, room, { send, onTyping }) {
    this.#form = form
    this.#text = form.elements.body
    this.#problem = form.querySelector("[data-problem]")
    this.room = room
    if (!this.#text.value && drafts.has(room)) this.#text.value = drafts.get(room)
    form.addEventListener("submit", event => { event.preventDefault(); this.#submit(send) })
    for (const type of ["keydown", "keypress"]) this.#text.addEventListener(type, event => this.#key(event))
    this.#text.addEventListener("input", () => {
      drafts.set(room, this.#text.value)
      this.#fit()
      if (this.#text.value.trim()) onTyping()
    })
    this.#fit()
    if (!isTouch()) this.#text.focus({ preventScroll: true })
  }

  // refuse gives a text back that was not accepted, unless another one is being written.
  refuse(body, message) {
    if (this.#text.value.trim() && this.#text.value !== body) return false
    this.#text.value = body
    drafts.set(this.room, body)
    this.#complain(message)
    this.#fit()
    return true
  }

  #submit(send) {
    const body = this.#text.value
    if (!body.trim()) return
    const id = this.#form.elements.id.value || uuid()
    this.#form.elements.id.value = uuid()
    this.#text.value = ""
    drafts.delete(this.room)
    this.#complain("")
    this.#fit()
    this.#text.focus({ preventScroll: true })
    send(id, body)
  }

  // Enter sends, except where a line cannot be broken otherwise, and while an input method composes.
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return
    if (isTouch()) return
    event.preventDefault()
    if (event.type === "keydown") this.#form.requestSubmit()
  }

  #complain(message) {
    this.#problem.textContent = message
    this.#problem.hidden = message === ""
    if (message) this.#text.setAttribute("aria-invalid", "true")
    else this.#text.removeAttribute("aria-invalid")
  }

  // fit is for browsers that do not know field-sizing.
  #fit() {
    if (CSS.supports("field-sizing", "content")) return
    this.#text.rows = Math.min(10, this.#text.value.split("\n").length)
  }
}

// isTouch is about phones: focus would bring up the keyboard, and Enter is the only way to break a line.
function isTouch() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches
}
