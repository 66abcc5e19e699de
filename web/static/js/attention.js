import { localiseDates } from "./arrange.js"
import { Bell } from "./badge.js"
import { nameRooms, Notifications } from "./notifications.js"

// Attention is what calls for the viewer's: the bell, the list of notifications if the page is their centre,
// the browser's own alerts, and how many of a room's messages are for them.
export class Attention {
  #bell = new Bell()
  #list
  #lines
  #hooks

  // lines are those of the list of rooms, by room.
  constructor(lines, hooks) {
    this.#lines = lines
    this.#hooks = hooks
    const list = document.getElementById("notifications")
    if (list) this.#list = new Notifications(list)
  }

  // bell is how many notifications are unread.
  get bell() { return this.#bell.count }

  // listed says whether the page is the notification centre, where what happened in a room is listed while the viewer
  // is in it.
  get listed() { return this.#list !== undefined }

  // told: item is a notification that is new or was read, undefined if it is gone, or if several were read: then
  // there is no id. quiet: it is not to disturb the viewer.
  told(unread, item, { id, quiet, again }) {
    this.#bell.show(unread)
    if (!item) return id ? this.#gone(id) : this.#several(unread, again)
    const { kind, room, message, seq, read } = item.dataset
    const told = { id: item.id, kind, message, seq: Number(seq), read: read !== undefined }
    if (this.#lines.get(room)?.mention(told) === false && !again) this.#hooks.oweSidebar()
    nameRooms(this.#lines, item)
    if (!again) this.#hooks.alerts.tell(item.cloneNode(true), quiet)
    this.#list?.take(item)
    localiseDates()
    this.#hooks.presence.show(item)
  }

  #gone(id) {
    this.#list?.gone(id)
    this.#hooks.alerts.gone(id)
  }

  // Which they were, the read position or the message that is gone has told; if not, the list is loaded anew.
  #several(unread, again) {
    if (unread > 0) return this.#list && !again && this.#hooks.owePage()
    for (const line of this.#lines.values()) line.hush()
    this.#list?.readAll()
    this.#hooks.alerts.readAll()
  }

  // read: everything of a room has been read up to a message.
  read(room, seq) {
    this.#list?.read(room, seq)
    this.#hooks.alerts.read(room, seq)
  }

  // drop: a message is no more, and what told of it.
  drop(message) {
    this.#list?.drop(message)
    this.#hooks.alerts.drop(message)
  }
}
