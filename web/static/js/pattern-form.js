// <pattern-form> sends its form without leaving the page: what was typed stays, and so does the focus.
export class PatternForm extends HTMLElement {
  #sending = false

  constructor() {
    super()
    this.addEventListener("submit", event => {
      event.preventDefault()
      this.#send(event.target, new FormData(event.target, event.submitter))
    })
  }

  async #send(form, data) {
    if (this.#sending) return
    this.#sending = true
    this.#say("")
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { Accept: "application/json" }, // an answer without a page
        signal: AbortSignal.timeout(15_000),
      })
      if (answer.status === 401) return location.assign("/login?next=" + encodeURIComponent(location.pathname))
      this.#clear(form)
      if (answer.ok) this.#say(`Sent at ${new Date().toLocaleTimeString()}`)
      else this.#refuse(form, (await answer.json()).error)
    } catch {
      this.#refuse(form, { field: "", message: "The server cannot be reached. Please try again." })
    } finally {
      this.#sending = false
    }
  }

  #refuse(form, { field, message }) {
    const input = field && form.elements.namedItem(field)
    const problem = this.querySelector(`[data-problem="${input ? CSS.escape(field) : ""}"]`)
    problem.textContent = message
    problem.hidden = false
    input?.setAttribute?.("aria-invalid", "true")
    input?.focus?.()
  }

  #clear(form) {
    for (const problem of this.querySelectorAll("[data-problem]")) problem.hidden = true
    for (const input of form.elements) input.removeAttribute("aria-invalid")
  }

  #say(text) {
    this.querySelector("[data-sent]").textContent = text
  }
}
