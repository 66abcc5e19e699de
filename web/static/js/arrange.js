import { meta } from "./ids.js"

const TOGETHER = 5 * 60_000
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" })
const dated = new Intl.DateTimeFormat(undefined, { dateStyle: "long" })

// arrange does what the server leaves out of the messages because it depends on who looks, where and
// when: what is mine, local times, groups, days, and the line above what is new. It can be repeated.
export function arrange(list, newAfter) {
  const viewer = meta("user"), may = meta("role") === "administrator"
  for (const divider of list.querySelectorAll(".divider")) divider.remove()
  let before
  let unseen = newAfter !== undefined
  for (const article of list.querySelectorAll("article")) {
    const mine = article.dataset.author === viewer
    article.toggleAttribute("data-mine", mine)
    article.toggleAttribute("data-editable", mine || may)
    localise(article)
    const day = dayOf(article), newDay = !before || dayOf(before) !== day
    if (newDay) article.before(divider(dayName(article), "day"))
    const isNew = unseen && !mine && Number(article.dataset.seq) > newAfter
    if (isNew) article.before(divider("New messages", "unread"))
    unseen &&= !isNew
    article.toggleAttribute("data-grouped", !newDay && !isNew && together(before, article))
    before = article
  }
}

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
  for (const time of document.querySelectorAll("time[data-date]")) time.textContent = full.format(new Date(time.dateTime))
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

function divider(text, kind) {
  const element = document.createElement("p")
  element.className = "divider"
  element.dataset[kind] = ""
  element.textContent = text
  return element
}
