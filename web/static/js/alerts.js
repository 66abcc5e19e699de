import * as Turbo from "../vendor/turbo.js"
import { someoneLooks } from "./looking.js"

const OLD = 5 * 60_000 // what is older is news no more
const KEY = "chat-alerts"

// Alerts are the browser's own notifications, while no tab of this browser is looked at. Only the tab that leads
// shows them. They go when the thing was read, here or elsewhere.
export class Alerts {
  #shown = new Map() // id → {alert, room, seq, message}

  // leading() says whether this tab leads.
  constructor(leading) {
    this.leading = leading
  }

  // possible, wanted and switch are for the page where the viewer turns them on and off.
  static get possible() { return "Notification" in window && isSecureContext && Boolean(navigator.locks) }
  static get wanted() { return Alerts.possible && Notification.permission === "granted" && localStorage.getItem(KEY) === "on" }

  static async switch(on) {
    localStorage.setItem(KEY, on ? "on" : "off")
    if (on && Notification.permission === "default") await Notification.requestPermission()
  }

  // tell is told of a notification as it is now: an item of the list.
  async tell(item) {
    const { read, room, message, seq, at } = item.dataset
    if (read !== undefined) return this.#close(item.id)
    if (!Alerts.wanted || !this.leading() || Date.now() - Date.parse(at) > OLD || await someoneLooks()) return
    const url = item.querySelector("[data-open]")?.href ?? "/notifications"
    try {
      const alert = new Notification(text(item.querySelector("[data-says]")), { tag: item.id, icon: icon() })
      alert.onclick = () => { window.focus(); alert.close(); Turbo.visit(url) }
      alert.onclose = () => this.#shown.delete(item.id)
      this.#shown.set(item.id, { alert, room, message, seq: Number(seq) })
    } catch { /* phones show them only for service workers */ }
  }

  read(room, seq) { this.#closeThose(shown => shown.room === room && shown.seq <= seq) }
  drop(message) { this.#closeThose(shown => shown.message === message) }
  readAll() { this.#closeThose(() => true) }

  #closeThose(which) {
    for (const [id, shown] of this.#shown) if (which(shown)) this.#close(id)
  }

  #close(id) {
    this.#shown.get(id)?.alert.close()
    this.#shown.delete(id)
  }
}

function text(element) { return element.textContent.replace(/\s+/g, " ").trim() }

function icon() { return document.querySelector("link[rel=icon]").dataset.plain }
