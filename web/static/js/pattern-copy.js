const SHOWN = 2_000

// <copy-text> copies the text of its part [data-copied] when its button is pressed.
export class CopyText extends HTMLElement {
  #timer

  constructor() {
    super()
    this.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-copy]")
      if (button) this.#copy(button)
    })
  }

  async #copy(button) {
    const code = this.querySelector("[data-copied]")
    const copied = await this.#write(code)
    const word = button.querySelector("[data-word]")
    word.textContent = copied ? "Copied" : "Selected"
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => { word.textContent = "Copy" }, SHOWN)
  }

  // Where the page has no secure context there is no clipboard: the text is marked and copied from there.
  async #write(code) {
    try {
      await navigator.clipboard.writeText(code.textContent)
      return true
    } catch {
      getSelection().selectAllChildren(code)
      return document.execCommand("copy")
    }
  }
}
