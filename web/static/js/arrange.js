import { meta } from "./ids.js"
import { ENTRIES } from "./messages.js"

const TOGETHER = 5 * 60_000
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" })
const dated = new Intl.DateTimeFormat(undefined, { dateStyle: "long" })

// arrange does what the server leaves out of the messages because it depends on who looks, where and
// when: what is mine, local times, groups, days, and the line above what is new; dress(article) adds the
// rest. It can be repeated.
export function arrange(list, newAfter, dress) {
  const viewer = meta("user")
  const old = new Set(list.querySelectorAll(":scope > :is([data-day], [data-unread])"))
  let before
  let unseen = newAfter !== undefined
  for (const entry of list.querySelectorAll(ENTRIES)) {
    const newDay = !before || dayOf(before) !== dayOf(entry)
    if (newDay) divide(entry, "day", dayName(entry), old)
    const mine = entry.dataset.author === viewer
    const isNew = unseen && isMessage(entry) && !mine && Number(entry.dataset.seq) > newAfter
    if (isNew) divide(entry, "unread", "New messages", old)
    unseen &&= !isNew
    if (isMessage(entry)) {
      entry.toggleAttribute("data-mine", mine)
      localise(entry)
      dress(entry)
      entry.toggleAttribute("data-grouped", !newDay && !isNew && together(before, entry))
    }
    before = entry
  }
  for (const divider of old) divider.remove()
}

function isMessage(entry) { return entry.localName === "article" }

function together(a, b) {
  return a.dataset.author === b.dataset.author && Date.parse(b.dataset.at) - Date.parse(a.dataset.at) < TOGETHER
}

// localise shows a time as it is here. Each element is done once.
function localise(article) {
  const time = article.querySelector("time")
  if (!time.dateTime || time.title) return
  const at = new Date(time.dateTime)
  time.textContent = clock.format(at)
  time.title = full.format(at)
}

// localiseDates does the same for other times of a page.
export function localiseDates() {
  for (const time of document.querySelectorAll("time[data-date][datetime]")) time.textContent = full.format(new Date(time.dateTime))
}

function dayOf(article) {
  return new Date(article.dataset.at).toDateString()
}

function dayName(article) {
  const at = new Date(article.dataset.at), now = new Date()
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
  if (at.toDateString() === now.toDateString()) return "Today"
  if (at.toDateString() === yesterday.toDateString()) return "Yesterday"
  return (now - at < 180 * 24 * 3600_000 ? weekday : dated).format(at)
}

// divide puts a line above a message, or keeps the one that is there: a screen reader would read a new
// one out again.
function divide(article, kind, text, old) {
  for (const divider of old) {
    if (divider.dataset[kind] !== article.id || divider.textContent !== text) continue
    old.delete(divider)
    if (divider.nextElementSibling !== article) article.before(divider)
    return
  }
  const divider = document.createElement("p")
  divider.className = "divider"
  divider.dataset[kind] = article.id
  divider.textContent = text
  article.before(divider)
}
