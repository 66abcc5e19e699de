import { isTouch } from "./composer.js"
import { send } from "./request.js"

// Editor changes the text of a message where it stands. onAnswer(html) applies the server's answer,
// onClose(article) is told when the text is no longer edited, onOpen(textarea) when it is.
export class Editor {
  #template
  #form
  #article

  constructor(template, { onAnswer, onOpen, onClose }) {
    Object.assign(this, { onAnswer, onOpen, onClose })
    this.#template = template
  }

  // state is what a page that is loaded anew goes on with: {id, text}.
  get state() {
    return this.#form && { id: this.#article.id, text: this.#text.value }
  }

  get #text() { return this.#form.elements.body }

  open(article, text = article.querySelector("[data-body]").textContent) {
    this.close()
    this.#form = this.#template.content.firstElementChild.cloneNode(true)
    this.#form.addEventListener("submit", event => { event.preventDefault(); this.#save() })
    this.#form.querySelector("[data-cancel]").addEventListener("click", () => this.close())
    this.#text.value = text
    this.#text.addEventListener("keydown", event => this.#key(event))
    this.#attach(article)
    this.onOpen(this.#text)
    this.#text.focus({ preventScroll: true })
    this.#text.setSelectionRange(text.length, text.length)
    this.#form.scrollIntoView({ block: "nearest" })
  }

  close() {
    const form = this.#form, article = this.#article
    if (!form) return
    this.#form = this.#article = undefined
    form.remove()
    delete article.dataset.editing
    this.onClose(article)
  }

  // replacing is called before another article may take a message's place. What it gives takes that article
  // afterwards, undefined if there is none.
  replacing(id) {
    if (this.#article?.id !== id) return () => {}
    const focused = this.#form.contains(document.activeElement)
    const { selectionStart, selectionEnd } = this.#text
    return article => {
      if (!article) return
      this.#attach(article)
      if (!focused) return
      this.#text.focus({ preventScroll: true })
      this.#text.setSelectionRange(selectionStart, selectionEnd)
    }
  }

  // removed is told of a message that is no more.
  removed(id) {
    if (this.#article?.id === id) this.close()
  }

  #attach(article) {
    this.#article = article
    article.dataset.editing = ""
    article.querySelector("[data-body]").parentElement.after(this.#form)
  }

  async #save() {
    const form = this.#form, body = this.#text.value
    const url = "/messages/" + this.#article.id.slice("message-".length)
    if (body === this.#article.querySelector("[data-body]").textContent) return this.close()
    form.inert = true
    try {
      const answer = await send("PATCH", url, { body })
      if (form === this.#form) this.close()
      this.onAnswer(answer)
    } catch (error) {
      if (form !== this.#form) return
      form.inert = false
      this.#complain(error.message)
      this.#text.focus({ preventScroll: true })
    }
  }

  #complain(message) {
    const problem = this.#form.querySelector("[data-problem]")
    problem.textContent = message
    problem.hidden = false
    this.#text.setAttribute("aria-invalid", "true")
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === "Escape") this.close()
    else if (event.key === "Enter" && !event.shiftKey && !isTouch()) this.#form.requestSubmit()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}
