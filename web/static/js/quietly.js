import { send } from "./request.js"

// quietly sends forms marked data-quietly without leaving the page: what comes of them, the stream tells.
// say(text) tells what went wrong.
export function quietly(say) {
  document.addEventListener("submit", async event => {
    const form = event.target, button = event.submitter
    if (event.defaultPrevented || !form.matches("[data-quietly]")) return
    event.preventDefault()
    if ("sending" in form.dataset) return
    form.dataset.sending = ""
    try {
      await send("POST", form.action, new FormData(form, button))
    } catch (error) {
      say(error.message)
    } finally {
      delete form.dataset.sending
    }
  })
}
