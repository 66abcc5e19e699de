import { now } from "./debt.js"
import { fetchDocument } from "./older.js"
import { markCurrent } from "./other-rooms.js"
import * as Turbo from "../vendor/turbo.js"

// loadPage gets the page that is shown and renders it in place of itself. It is fetched first, because
// Turbo would leave the chat for the browser's error page when there is no network. begun(requested) is
// called just before the render.
export async function loadPage(begun) {
  const requested = now(), url = location.href, visit = Turbo.navigator.currentVisit
  const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(20_000) })
  const responseHTML = await answer.text()
  if (answer.redirected && new URL(answer.url).pathname === "/login") return location.assign(answer.url)
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status))
  if (url !== location.href || visit !== Turbo.navigator.currentVisit) return // something else is shown, or will be
  if (answer.status === 404) return Turbo.visit("/rooms", { action: "replace" })
  begun(requested)
  Turbo.visit(url, { action: "replace", response: { statusCode: answer.status, redirected: answer.redirected, responseHTML } })
}

// loadSidebar gets the list of rooms and puts it in place of the one that is shown.
export async function loadSidebar(shown) {
  const requested = now(), old = document.getElementById("sidebar")
  if (!old) return shown(requested)
  const page = await fetchDocument("/rooms", { headers: { "Turbo-Frame": "sidebar" } })
  if (!old.isConnected) return // another page is shown, and has its own
  const fresh = document.adoptNode(page.getElementById("sidebar"))
  const rooms = ".sidebar-rooms", form = ".new-room"
  const written = old.querySelector(form), focused = document.activeElement
  if (written) fresh.querySelector(form)?.replaceWith(written) // somebody may be writing in it
  markCurrent(fresh)
  const scrolled = old.querySelector(rooms).scrollTop
  old.replaceWith(fresh)
  fresh.querySelector(rooms).scrollTop = scrolled
  if (written?.contains(focused)) focused.focus({ preventScroll: true })
  shown(requested)
}
