// <browser-zone> fills in the time zone of the browser where none is set.
class BrowserZone extends HTMLElement {
  connectedCallback() {
    this.#fill()
    this.addEventListener("turbo:morph-element", () => this.#fill())
  }

  #fill() {
    const field = this.querySelector("input")
    if (!field.value) field.value = field.defaultValue = Intl.DateTimeFormat().resolvedOptions().timeZone
  }
}

customElements.define("browser-zone", BrowserZone)
