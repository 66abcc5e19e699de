// <browser-zone> fills in the time zone of the browser where none is set.
class BrowserZone extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input")
    field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone
  }
}

customElements.define("browser-zone", BrowserZone)
