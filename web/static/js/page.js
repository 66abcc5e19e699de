import { localiseDates } from "./arrange.js"
import { meta } from "./ids.js"
import { Line } from "./line.js"
import { Room } from "./room.js"

// Page is what is shown between two renders, and what streams do to it. Each action may be applied again
// and in any order: what it carries is compared with what is shown.
export class Page {
  #lines = new Map() // room → Line
  #title = document.title
  #hooks
  #ended = false

  // hooks: outbox; owePage() and oweSidebar() when something must be loaded anew; onOlder(requested)
  // after older messages were added; notify(text).
  constructor(hooks, before) {
    this.#hooks = hooks
    const section = document.getElementById("room")
    if (section) {
      const same = before?.id === section.dataset.room && !location.hash
      this.room = new Room(section, { ...hooks, onRead: seq => this.#read(section.dataset.room, seq), before: same ? before : undefined })
    }
    localiseDates()
    this.findLines()
  }

  // end is called when another page is about to be rendered: the title is that one's from now on.
  end() {
    this.#ended = true
    return this.room?.leave()
  }

  findLines() {
    this.#lines.clear()
    for (const element of document.querySelectorAll("[data-line]")) this.#lines.set(element.dataset.line, new Line(element))
    this.retitle()
  }

  // apply does what a <turbo-stream> says. again: it has been applied to an earlier page, and what it
  // asked to be loaded has been, or will be.
  apply(stream, again = false) {
    const get = name => stream.getAttribute(name)
    const change = {
      room: get("room"), rev: Number(get("room-rev")), seq: Number(get("seq")), user: get("user"),
      author: get("author"), id: get("message"), name: get("name"), archived: get("archived") === "true",
      missed: Number(get("missed")), again,
      content: () => document.importNode(stream.querySelector("template").content.firstElementChild, true),
      open: this.room?.id === get("room") ? this.room : undefined,
      line: this.#lines.get(get("room")),
    }
    this.#actions[get("action")]?.(change)
    this.retitle()
  }

  #actions = {
    "message": ({ id, seq, author, open, line, content }) => {
      this.#hooks.outbox.settled(id)
      open?.put(content())
      if (author === meta("user")) return
      line?.post(id, seq)
      if (open?.member && open.looking) line?.read(seq)
    },

    "remove-message": ({ id, seq, rev, author, open, line }) => {
      this.#hooks.outbox.settled(id)
      open?.remove(id, seq)
      if (author !== meta("user")) line?.remove(id, seq, rev)
    },

    "joined": ({ user, rev, open, line, content, again }) => {
      if (user === meta("user")) {
        if (again) return
        if (!line) this.#hooks.oweSidebar()
        if (open && !open.member && rev > open.rev) this.#hooks.owePage()
      }
      open?.members?.join(content(), user, rev)
    },

    "left": ({ user, rev, open, line, again }) => {
      if (user !== meta("user")) return open?.members?.leave(user, rev)
      if (again) return
      if (line && rev > line.rev) this.#hooks.oweSidebar()
      if (open?.member && rev > open.rev) this.#hooks.owePage()
    },

    "room": ({ name, rev, archived, open, line, again }) => {
      const renamed = line?.rename(name, rev)
      open?.rename(name, rev)
      if (open && renamed) this.#title = `${name} · Chat`
      if (again) return
      if (renamed) this.#hooks.oweSidebar() // for its order, and what is archived
      if (open && archived && !open.archived && rev > open.rev) this.#hooks.owePage()
    },

    "read": ({ room, seq, again }) => this.#read(room, seq, again),

    "room-stale": ({ open, again }) => {
      if (again) return
      if (open) this.#hooks.owePage()
      else this.#hooks.oweSidebar()
    },

    "reset": ({ missed, again }) => {
      if (again) return
      this.#hooks.notify(missed > 0 ? `You missed ${missed} ${missed === 1 ? "message" : "messages"}` : "This page was behind and has been loaded anew")
      this.#hooks.owePage()
    },

    "typing": ({ user, name, open }) => {
      if (user !== meta("user")) open?.typing?.show(user, name)
    },
  }

  #read(room, seq, again = false) {
    if (this.room?.id === room) this.room.read(seq)
    if (this.#lines.get(room)?.read(seq) === false && !again) this.#hooks.oweSidebar()
    this.retitle()
  }

  retitle() {
    if (this.#ended) return
    let unread = 0
    for (const line of this.#lines.values()) unread += line.unread
    document.title = unread > 0 ? `(${unread}) ${this.#title}` : this.#title
  }
}
