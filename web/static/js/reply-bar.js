import { excerpt, read } from "./quotes.js"

// ReplyBar is the part of the composer that says which message is answered.
export class ReplyBar {
  #bar
  #field
  #text

  constructor(form, { onChange }) {
    this.#bar = form.querySelector("#reply")
    this.#text = this.#bar.querySelector("[data-text]")
    this.#field = form.elements.reply_to
    this.#bar.querySelector("[data-cancel]").addEventListener("click", event => {
      event.preventDefault()
      this.set("")
      onChange()
    })
  }

  // id is that of the message that is answered, "" for none.
  get id() { return this.#field.value }

  // set answers a message, or none.
  set(id) {
    this.#field.value = id
    this.#bar.hidden = id === ""
    const article = id && document.getElementById("message-" + id)
    if (article) this.#text.replaceChildren("Answering ", ...excerpt(read(article)))
    else this.#text.textContent = "Answering a message"
  }

  // changed is told that a message is another now, or no more.
  changed(id) {
    if (id === this.id) this.set(id)
  }

  removed(id) {
    if (id === this.id) this.set("")
  }
}
