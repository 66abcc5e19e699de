import { localiseDates } from "./arrange.js"
import { Attention } from "./attention.js"
import { showBadges } from "./badge.js"
import { meta } from "./ids.js"
import { Levels } from "./levels.js"
import { Line } from "./line.js"
import { missed } from "./missed.js"
import { nameRooms } from "./notifications.js"
import { showOther } from "./other-rooms.js"
import { changes } from "./parts.js"
import { showPerson } from "./person.js"
import { Room } from "./room.js"

// Page is what is shown between two renders, and what streams do to it. Each action may be applied again
// and in any order: what it carries is compared with what is shown.
export class Page {
  #lines = new Map() // room → Line
  #entered = new Set() // rooms that the viewer came into since, of which the list may not know yet
  #attention
  #levels
  #title = document.title
  #address // of this page: when it is left, the window may have the next one's
  #hooks
  #ended = false

  // hooks: outbox; presence; alerts; owePage(), oweSidebar() and changed(what) when something must be loaded anew;
  // onLoaded(requested) after older or newer messages were added; show(html) applies an answer; visit(path);
  // notify(text).
  constructor(hooks, before) {
    this.#hooks = hooks
    const section = document.getElementById("room")
    if (section) {
      const same = before?.id === section.dataset.room
      this.room = new Room(section, { ...hooks, onRead: seq => this.#read(section.dataset.room, seq), before: same ? before : undefined })
    }
    this.#attention = new Attention(this.#lines, hooks)
    const levels = document.getElementById("levels")
    if (levels) this.#levels = new Levels(levels)
    if (before?.address === location.href) document.getElementById("main").scrollTop = before.scrolled
    this.#address = location.href
    localiseDates()
    this.findLines()
  }

  // end is called when another page is about to be rendered: the title is that one's from now on.
  end() {
    this.#ended = true
    const scrolled = document.getElementById("main")?.scrollTop
    return { ...this.room?.leave(), address: this.#address, scrolled }
  }

  // hush takes back what tells of notifications that were read while no page was open.
  hush() {
    if (this.#attention.bell === 0) this.#hooks.alerts.readAll()
  }

  findLines() {
    this.#lines.clear()
    for (const element of document.querySelectorAll("[data-line]")) this.#lines.set(element.dataset.line, new Line(element))
    nameRooms(this.#lines)
    this.#hooks.presence.show()
    this.retitle()
  }

  // apply does what a <turbo-stream> says. again: it has been applied to an earlier page, and what it
  // asked to be loaded has been, or will be.
  apply(stream, again = false) {
    const get = name => stream.getAttribute(name)
    const change = {
      room: get("room"), rev: Number(get("room-rev")), seq: Number(get("seq")), user: get("user"),
      author: get("author"), id: get("message"), name: get("name"), archived: get("archived") === "true",
      again, get,
      contents: () => contents(stream), content: () => contents(stream)[0],
      open: this.room?.id === get("room") ? this.room : undefined,
      line: this.#lines.get(get("room")),
    }
    this.#actions[get("action")]?.(change)
    for (const what of changes(get("action"), change.user)) this.#hooks.changed(what) // also again: this page may not have it
    this.retitle()
  }

  #actions = {
    "message": ({ id, seq, author, open, line, content }) => {
      this.#hooks.outbox.settled(id)
      open?.put(content())
      if (author === meta("user")) return
      line?.post(id, seq)
      if (open?.member && open.reading) line?.read(seq)
    },

    "remove-message": ({ id, seq, rev, author, open, line, again }) => {
      this.#hooks.outbox.settled(id)
      open?.remove(id, seq)
      if (author !== meta("user") && line?.remove(id, seq, rev) === false && !again) this.#hooks.oweSidebar()
      this.#attention.drop(id)
    },

    "reactions": ({ id, content }) => this.room?.react(id, content()),

    "joined": ({ room, user, rev, open, line, contents, again, ...change }) => {
      if (user === meta("user")) {
        this.#entered.add(room)
        if (this.room?.showsOthers || this.#attention.listed) this.#hooks.owePage() // they may be called otherwise since
        if (again) return
        if (!line) this.#hooks.oweSidebar()
        if (open && !open.member && rev > open.rev) this.#hooks.owePage()
        this.#hooks.presence.load()
      }
      const [item, move] = contents()
      this.#person({ user, open, again, mark: item.querySelector("[data-presence]"), ...change })
      open?.members?.join(item, user, rev)
      open?.putMove(move)
      this.#hooks.presence.show()
    },

    "left": ({ room, user, rev, open, line, content, again }) => {
      if (user !== meta("user")) {
        open?.members?.leave(user, rev)
        return open?.putMove(content())
      }
      this.#entered.delete(room)
      if (again) return
      this.#attention.read(room, Infinity)
      if (line && rev > line.rev) this.#hooks.oweSidebar()
      if (line && this.#attention.listed || open?.member && rev > open.rev) this.#hooks.owePage()
      this.#hooks.presence.load()
    },

    "room": ({ room, name, rev, archived, open, line, get, content, again }) => {
      if (!name) return // a direct room is called by who is in it
      const renamed = line?.rename(name, rev)
      open?.rename(name, rev)
      if (open) this.#title = `${open.called} · Chat`
      if (!line && !this.#entered.has(room) && get("private") === "false") showOther(content(), { room, rev, archived })
      if (again) return
      if (renamed) this.#hooks.oweSidebar() // for its order, and what is archived
      if (open && archived && !open.archived && rev > open.rev) this.#hooks.owePage()
    },

    "read": ({ room, seq, line, get, again }) => {
      if (this.room?.id === room) this.room.read(seq, Number(get("unread")), again)
      const back = line?.told > seq
      if (line?.moved(seq, Number(get("unread"))) === false && !again) this.#hooks.oweSidebar()
      if (!back) this.#attention.read(room, seq)
    },

    "seen": ({ user, seq, rev, open }) => open?.seen(user, seq, rev),

    "person": ({ content, ...change }) => this.#person({ mark: content(), ...change }),

    "level": ({ room, line, get }) => {
      line?.level(get("level"), get("muted-until"))
      if (this.room?.id === room) this.#levels?.show(get("level"), get("muted-until"))
    },

    "block": ({ again }) => again || this.#hooks.owePage(),

    "notification": ({ get, content, again }) => this.#attention.told(Number(get("unread")), content(), { id: get("notification"), quiet: get("quiet") !== null, again }),

    "presence": ({ user, get }) => this.#hooks.presence.tell(user, get("state")),

    "room-stale": ({ open, again }) => {
      if (again) return
      if (open) this.#hooks.owePage()
      else this.#hooks.oweSidebar()
    },

    "reset": ({ get, again }) => {
      if (again) return
      this.#hooks.notify(missed(Number(get("missed")), Number(get("mentions"))))
      this.#hooks.owePage()
    },

    "typing": ({ user, name, open }) => {
      if (user !== meta("user")) open?.typing?.show(user, name)
    },
  }

  // person shows somebody as they are called and look now.
  #person({ user, name, open, mark, get, again }) {
    const before = this.#companies
    showPerson({ user, name, role: get("role"), status: get("status"), mark })
    open?.members?.resort(user, get("key"))
    this.room?.person(user, name)
    if (this.room?.direct) this.#title = `${this.room.called} · Chat`
    if (again) return
    if (this.#companies !== before) this.#hooks.oweSidebar() // for its order
    if (user === meta("user") && get("role") !== meta("role")) this.#hooks.owePage()
  }

  // companies is what the direct rooms are called.
  get #companies() { return [...this.#lines.values()].filter(line => line.direct).map(line => line.called).join("\n") }

  // read: the viewer has read up to a message on this page.
  #read(room, seq) {
    if (this.#lines.get(room)?.read(seq) === false) this.#hooks.oweSidebar()
    this.retitle()
  }

  retitle() {
    if (this.#ended) return
    let unread = 0
    for (const line of this.#lines.values()) unread += line.wanted
    showBadges(this.#title, { unread, bell: this.#attention.bell })
  }
}

// contents are the elements that a stream brings.
function contents(stream) {
  return [...stream.querySelector("template").content.children].map(element => document.importNode(element, true))
}
