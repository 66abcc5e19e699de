import * as Turbo from "../vendor/turbo.js"
import "./alert-switch.js"
import { Alerts } from "./alerts.js"
import { drawMissing } from "./avatars.js"
import { Away } from "./away.js"
import "./browser-zone.js"
import { ask } from "./confirm.js"
import { Debt, now } from "./debt.js"
import { forgetDrafts } from "./drafts.js"
import { meta } from "./ids.js"
import "./inspector.js"
import { attend } from "./lifecycle.js"
import { closeMenus } from "./menus.js"
import { Outbox } from "./outbox.js"
import { Page } from "./page.js"
import { Parts } from "./parts.js"
import "./patterns.js"
import "./people-page.js"
import { Presence } from "./presence.js"
import { keepPush } from "./push.js"
import { quietly } from "./quietly.js"
import { loadPage, loadSidebar } from "./refresh.js"
import { shortcuts } from "./shortcuts.js"
import { Notice, Status } from "./status.js"
import "./switcher.js"
import { Tabs } from "./tabs.js"
import { boundUploads } from "./uploads.js"

// Everything here lives as long as the document: Turbo changes the page below it and leaves it alone.
const LONG_AGO = 30_000 // when a page was requested of which that is not known
const opened = Date.now() - performance.now() // when the document was requested
const status = new Status(), notice = new Notice(), presence = new Presence(states => tabs?.share(states))
const away = new Away(() => tabs?.leading)
let tabs, page, before
let requests = [] // moments at which what may be rendered next was requested
let body = document.body // as it was rendered last

const pageDebt = new Debt(() => loadPage(requested => { requests = [requested] }))
const sidebarDebt = new Debt(() => loadSidebar(requested => {
  sidebarDebt.paid(requested)
  page.findLines()
  catchUp(requested.time)
}), Math.random() * 500)

const parts = new Parts(() => presence.show())

const outbox = new Outbox({
  onChange: entry => page.room?.id === entry.room && page.room.showPending(entry),
  onStored: html => show(html),
  onRefused: ({ room, id, body, reply }, message) => {
    if (page.room?.id !== room || !page.room.composer?.refuse({ body, reply }, message)) return false
    page.room.dropPending(id)
    return true
  },
  onSignedOut: () => ended("signed_out"),
})

const hooks = {
  outbox,
  presence,
  alerts: new Alerts(() => tabs?.leading),
  owePage: () => pageDebt.owe(),
  oweSidebar: () => sidebarDebt.owe(),
  changed: what => parts.changed(what),
  onLoaded: requested => catchUp(requested),
  show: html => show(html),
  visit: path => Turbo.visit(path),
  notify: text => notice.set(text),
}

// show applies the <turbo-stream> elements of a frame, or of an answer to a post.
function show(html, again) {
  for (const stream of new DOMParser().parseFromString(html, "text/html").querySelectorAll("turbo-stream")) {
    try {
      page.apply(stream, again)
    } catch (error) {
      console.error(error)
      if (!again) pageDebt.owe() // whatever it was, a fresh page has it
    }
  }
}

// catchUp applies again what the stream brought since something shown was requested.
function catchUp(time) {
  const frames = tabs?.frames.since(time)
  if (tabs && !frames) return pageDebt.owe()
  for (const frame of frames ?? []) show(frame.data, true)
}

function ended(reason) {
  if (reason !== "signed_out") return status.set(reason)
  leave()
  location.assign("/login?next=" + encodeURIComponent(location.pathname))
}

// leave takes away what is not for whoever uses this browser next.
function leave() {
  forgetDrafts()
  hooks.alerts.readAll()
}

// atTheDoor says whether the page is one that nobody sees who is signed in.
function atTheDoor() { return ["/login", "/signup"].includes(location.pathname) && !meta("user") }

// begin takes up a page that has just been rendered.
function begin() {
  const received = Date.now()
  document.documentElement.dataset.js = ""
  if (meta("address")) history.replaceState(history.state, "", meta("address")) // loading it anew sends no form again
  page = new Page(hooks, before)
  status.show()
  notice.show()
  if (atTheDoor()) leave() // also if the session ended while no page was open
  if (tabs || !meta("user") || !meta("cursor")) return
  tabs = new Tabs({
    user: meta("user"), cursor: meta("cursor"), since: opened, received,
    onFrame: frame => show(frame.data),
    onStatus: state => {
      status.set(state)
      if (state !== "connected") return
      presence.connected(tabs.leading)
      away.again()
    },
    onShared: states => presence.take(states),
    onEnd: ended,
    onBehind: () => pageDebt.owe(),
  })
  status.set("connecting")
  attend(tabs)
  tabs.start()
}

// The requests that end in a render. A form's answer is a page that was requested when it was sent.
document.addEventListener("turbo:before-fetch-request", ({ target }) => target.localName === "turbo-frame" || requests.push(now()))
document.addEventListener("turbo:before-render", () => { before = page.end() })
document.addEventListener("turbo:render", () => {
  const requested = requests[0] ?? { order: 0, time: Date.now() - LONG_AGO }
  requests = []
  begin()
  if (body !== document.body) for (const debt of [pageDebt, sidebarDebt, parts]) debt.paid(requested) // else only a frame is new
  body = document.body
  catchUp(requested.time)
  page.hush()
})

// Without a network Turbo would leave for the browser's error page, and what is being written be lost.
document.addEventListener("turbo:fetch-request-error", event => {
  event.preventDefault()
  notice.set("The server cannot be reached. Please try again.")
})

// Fragments that answer a form go the same way as those of the stream.
for (const action of ["message", "remove-message", "reactions"]) {
  Turbo.StreamActions[action] = function () { page.apply(this) }
}
document.addEventListener("turbo:before-stream-render", event => {
  event.preventDefault()
  event.detail.render(event.target)
})

Turbo.config.drive.progressBarDelay = 300
Turbo.config.forms.confirm = (question, form, button) => ask(question, { yes: button?.textContent.trim() || button?.title })
closeMenus()
drawMissing()
boundUploads()
shortcuts()
document.addEventListener("submit", ({ target }) => target.matches("form[action='/logout'], form[action='/settings/close']") && leave())
quietly(text => notice.set(text))
keepPush()
begin()
page.hush()
