import * as Turbo from "../vendor/turbo.js"
import { someoneLooks } from "./looking.js"
import { registered, worker } from "./worker.js"

const OLD = 5 * 60_000 // what is older is news no more
const KEY = "chat-alerts"
const TURN = "chat-showing" // the lock of whoever shows notifications or looks them up, also in the service worker

// Alerts are the browser's own notifications, while no tab of this browser is looked at. Only the tab that leads
// shows them. They go when the thing was read, here or elsewhere, and so do those that were pushed: both carry the
// notification's id as their tag, so that of one thing there is one.
export class Alerts {
  #own = new Map() // tag → Notification: those that this page shows itself

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
    if (Alerts.wanted) await worker()
  }

  // tell is told of a notification as it is now: an item of the list. quiet: it is not to disturb the viewer.
  tell(item, quiet) {
    const { read, room, message, seq, at } = item.dataset
    const tag = item.id.replace("notification-", "")
    if (read !== undefined) return this.#close(shown => shown.tag === tag)
    if (quiet || !Alerts.wanted || !this.leading() || Date.now() - Date.parse(at) > OLD) return
    const url = item.querySelector("[data-open]")?.getAttribute("href") ?? "/notifications"
    this.#do(async () => {
      if (await someoneLooks()) return
      await this.#show(text(item.querySelector("[data-says]")), { tag, icon: icon(), data: { url, room, message, seq: Number(seq) } })
    })
  }

  gone(id) { this.#close(({ tag }) => tag === id) }
  read(room, seq) { this.#close(({ data }) => data?.room === room && data.seq <= seq) }
  drop(message) { this.#close(({ data }) => data?.message === message) }
  readAll() { this.#close(() => true) }

  // Phones show them only for service workers, and only there do they outlive the page.
  async #show(title, options) {
    const registration = await worker()
    if (registration) return registration.showNotification(title, options)
    const alert = new Notification(title, options)
    alert.onclick = () => { window.focus(); alert.close(); Turbo.visit(options.data.url) }
    alert.onclose = () => this.#own.delete(options.tag)
    this.#own.set(options.tag, alert)
  }

  #close(which) {
    if (!Alerts.possible || Notification.permission !== "granted") return
    this.#do(async () => {
      const shown = await (await registered())?.getNotifications() ?? []
      for (const alert of [...shown, ...this.#own.values()]) if (which(alert)) alert.close()
    })
  }

  // do takes one step at a time in the whole browser, in the order in which they were asked for: nothing is taken back
  // before it is shown, and Chromium forgets a notification that is looked for while it is being shown.
  #do(step) {
    navigator.locks.request(TURN, step).catch(() => {}) // an alert less: the bell has it
  }
}

function text(element) { return element.textContent.replace(/\s+/g, " ").trim() }

function icon() { return document.querySelector("link[rel=icon]").dataset.plain }
