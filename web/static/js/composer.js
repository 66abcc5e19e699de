import { draftOf, keepDraft, onDraft } from "./drafts.js"
import { uuid } from "./ids.js"
import { ReplyBar } from "./reply-bar.js"

// Composer is the form in which messages are written. send({id, body, reply}) takes over what was written,
// onUp() is told of the arrow key in an empty text.
export class Composer {
  #form
  #text
  #problem

  constructor(form, room, { send, onTyping, onUp, signal }) {
    this.#form = form
    this.#text = form.elements.body
    this.#problem = form.querySelector("[data-problem]")
    this.room = room
    this.reply = new ReplyBar(form, { onChange: () => { this.#keep(); this.focus() } })
    this.#restore()
    onDraft(room, (draft, before) => this.#follow(draft, before), signal)
    form.addEventListener("submit", event => { event.preventDefault(); this.#submit(send) })
    for (const type of ["keydown", "keypress"]) this.#text.addEventListener(type, event => this.#key(event, onUp))
    this.#text.addEventListener("input", () => {
      this.#keep()
      this.#fit()
      if (this.#text.value.trim()) onTyping()
    })
    this.#fit()
  }

  get text() { return this.#text }

  // focus is for when one is about to write: on a phone it would bring up the keyboard.
  focus() {
    if (!isTouch()) this.#text.focus({ preventScroll: true })
  }

  // answer begins an answer to a message.
  answer(id) {
    this.reply.set(id)
    this.#keep()
    this.#text.focus({ preventScroll: true })
  }

  // refuse gives back what was not accepted, unless another text is being written.
  refuse({ body, reply }, message) {
    if (this.#text.value.trim() && this.#text.value !== body) return false
    this.#text.value = body
    this.reply.set(reply)
    this.#keep()
    this.#complain(message)
    this.#fit()
    return true
  }

  #restore() {
    const draft = draftOf(this.room)
    if (!this.#text.value) this.#text.value = draft.body
    if (this.reply.id || draft.reply) this.reply.set(this.reply.id || draft.reply)
  }

  // follow shows what is written in another tab, unless something else is written here.
  #follow({ body, reply }, before) {
    if (this.#text.value !== before.body) return
    this.#text.value = body
    this.reply.set(reply)
    this.#fit()
  }

  #keep() {
    keepDraft(this.room, { body: this.#text.value, reply: this.reply.id })
  }

  #submit(send) {
    const body = this.#text.value, reply = this.reply.id
    if (!body.trim()) return
    const id = this.#form.elements.id.value || uuid()
    this.#form.elements.id.value = uuid()
    this.#text.value = ""
    this.reply.set("")
    this.#keep()
    this.#complain("")
    this.#fit()
    this.#text.focus({ preventScroll: true })
    send({ id, body, reply })
  }

  #key(event, onUp) {
    if (event.isComposing || event.keyCode === 229 || event.shiftKey) return
    if (event.type === "keydown" && this.#command(event.key, event, onUp)) return event.preventDefault()
    // Enter sends, except where a line cannot be broken otherwise.
    if (event.key !== "Enter" || isTouch()) return
    event.preventDefault()
    if (event.type === "keydown") this.#form.requestSubmit()
  }

  #command(key, { altKey, ctrlKey, metaKey }, onUp) {
    if (key === "ArrowUp" && !this.#text.value && !altKey && !ctrlKey && !metaKey) return onUp()
    if (key !== "Escape" || !this.reply.id) return false
    this.reply.set("")
    this.#keep()
    return true
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
export function isTouch() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches
}
