import { Alerts } from "./alerts.js"

// <alert-switch> lets this browser show notifications of its own, for which one has to press a button.
class AlertSwitch extends HTMLElement {
  connectedCallback() {
    this.hidden = !Alerts.possible
    if (this.hidden) return
    this.#button.onclick = async () => {
      await Alerts.switch(!Alerts.wanted)
      this.#show()
    }
    this.#show()
  }

  get #button() { return this.querySelector("[data-part=switch]") }

  #show() {
    const refused = Notification.permission === "denied"
    this.querySelector("[data-part=state]").textContent =
      refused ? "This browser does not let the chat show notifications. That can be changed in the settings of the browser." :
      Alerts.wanted ? "Notifications show on your screen while you look at something else." :
      "Notifications can show on your screen while the chat is open and you look at something else."
    this.#button.hidden = refused
    this.#button.textContent = Alerts.wanted ? "Turn off" : "Turn on"
  }
}

customElements.define("alert-switch", AlertSwitch)
