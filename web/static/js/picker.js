import { arrows, openPopup } from "./popup.js"

// Picker lets one choose an emoji: one of those that are offered, or any other. choose(anchor, take) opens
// it; take(emoji) may throw an Error with a sentence, which is shown.
export class Picker {
  #popup
  #form
  #problem
  #take

  constructor(popup, signal) {
    this.#popup = popup
    this.#form = popup.querySelector("form")
    this.#problem = popup.querySelector("[data-problem]")
    popup.addEventListener("click", ({ target }) => {
      const button = target.closest("button[value]")
      if (button) this.#pick(button.value)
    }, { signal })
    popup.addEventListener("submit", event => {
      event.preventDefault()
      this.#pick(this.#form.elements.emoji.value.trim())
    }, { signal })
    popup.addEventListener("keydown", event => {
      if (this.#buttons.includes(document.activeElement)) arrows(event, this.#buttons)
    }, { signal })
  }

  get #buttons() { return [...this.#popup.querySelectorAll("button[value]")] }

  choose(anchor, take) {
    this.#take = take
    this.#say("")
    this.#form.reset()
    openPopup(this.#popup, anchor)
    this.#buttons[0].focus()
  }

  async #pick(emoji) {
    try {
      await this.#take(emoji)
      if (this.#popup.matches(":popover-open")) this.#popup.hidePopover()
    } catch (error) {
      this.#say(error.message)
    }
  }

  #say(problem) {
    this.#problem.textContent = problem
    this.#problem.hidden = problem === ""
  }
}
