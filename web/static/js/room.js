import { arrange } from "./arrange.js"
import { Composer } from "./composer.js"
import { meta } from "./ids.js"
import { Members } from "./members.js"
import { Messages } from "./messages.js"
import { Older } from "./older.js"
import { markPending, pendingArticle } from "./pending.js"
import { Reader } from "./reader.js"
import { Scroller } from "./scroller.js"
import { Typing } from "./typing.js"

// Room is the room that the page shows.
export class Room {
  #section
  #list
  #ended = new AbortController()
  #newAfter // messages above this number are new: a line stands before the first
  #nameRev

  // before is what leave() gave of the page that this one replaces, if that showed the same room.
  constructor(section, { outbox, onRead, onOlder, before }) {
    const { room, roomRev, seq, readSeq } = section.dataset
    Object.assign(this, { id: room, rev: Number(roomRev), highest: Number(seq), outbox, onRead, onOlder })
    this.#section = section
    this.#nameRev = this.rev
    if ("member" in section.dataset) this.#enter(Number(readSeq), before)
  }

  get member() { return "member" in this.#section.dataset }
  get archived() { return "archived" in this.#section.dataset }

  #enter(read, before) {
    const signal = this.#ended.signal
    this.#list = document.getElementById("messages")
    this.#newAfter = before?.newAfter ?? read
    this.messages = new Messages(this.#list, this.rev)
    this.members = new Members(document.getElementById("members"), this.rev)
    this.typing = new Typing(document.getElementById("typing"), this.id, signal)
    this.scroller = new Scroller(document.getElementById("scroller"), document.getElementById("to-newest"), () => this.#scrolled())
    this.older = new Older({ scroller: this.scroller, add: (page, requested) => this.#addOlder(page, requested), first: () => this.messages.first, signal })
    this.reader = new Reader({
      room: this.id, read, signal, highest: () => this.highest, looking: () => this.looking, onRead: this.onRead,
    })
    const form = document.getElementById("composer")
    if (form) this.composer = new Composer(form, this.id, { send: (id, body) => this.#send(id, body), onTyping: () => this.typing.tell() })
    for (const entry of this.outbox.of(this.id)) this.showPending(entry)
    window.addEventListener("blur", () => this.#away(), { signal })
    this.arrange()
    this.#place(before)
    this.older.check()
    this.reader.check()
  }

  #place(before) {
    if (before?.focused) document.getElementById("body")?.focus({ preventScroll: true })
    if (before) return this.#goBack(before.place)
    const target = location.hash.startsWith("#message-") && document.getElementById(location.hash.slice(1))
    if (target) return target.scrollIntoView({ block: "center" })
    const divider = this.#list.querySelector("[data-unread]")
    if (divider) this.scroller.show(divider)
  }

  // goBack returns to where one was reading before the page was loaded anew.
  async #goBack(place) {
    if (!place || this.scroller.restore(place)) return
    await this.older.reach(place.id, place.seq)
    if (this.scroller.atEnd) this.scroller.restore(place)
  }

  // leave ends the room and gives what the next page of the same room begins with.
  leave() {
    this.#ended.abort()
    const focused = document.activeElement?.id === "body"
    return { id: this.id, newAfter: this.#newAfter, place: this.scroller?.place(), focused }
  }

  get looking() {
    return document.visibilityState === "visible" && document.hasFocus() && this.scroller.atEnd && !("newer" in this.#list.dataset)
  }

  // put shows a new or changed message.
  put(article) {
    if (!this.member) return
    const seq = Number(article.dataset.seq), others = article.dataset.author !== meta("user")
    const isNew = seq > this.highest
    if (isNew && this.looking && !this.#list.querySelector("[data-unread]")) this.#newAfter = seq
    this.highest = Math.max(this.highest, seq)
    this.change(() => this.messages.put(article))
    this.typing.hide(article.dataset.author)
    if (isNew && others) this.scroller.announce()
    this.reader.check()
  }

  remove(id, seq) {
    if (!this.member) return
    this.highest = Math.max(this.highest, seq)
    this.change(() => this.messages.remove(id))
    this.reader.check()
  }

  rename(name, rev) {
    if (rev <= this.#nameRev) return
    this.#nameRev = rev
    this.#section.querySelector("[data-room-name]").textContent = name
  }

  read(seq) {
    if (this.reader) this.reader.read = Math.max(this.reader.read, seq)
  }

  change(work) {
    this.scroller.hold(() => { work(); this.arrange() })
  }

  arrange() {
    arrange(this.#list, this.#newAfter)
  }

  #scrolled() {
    this.older?.check()
    this.reader?.check()
  }

  #addOlder(page, requested) {
    const section = page.getElementById("room"), list = page.getElementById("messages")
    this.messages.addOlder([...list.querySelectorAll("article")], Number(list.dataset.first), Number(section.dataset.roomRev))
    this.arrange()
    this.onOlder(requested)
  }

  // away: what comes from now on is new.
  #away() {
    if (this.reader.read < this.highest || this.#newAfter === this.highest) return
    this.#newAfter = this.highest
    this.change(() => {})
  }

  #send(id, body) {
    this.#newAfter = this.highest
    this.outbox.send(this.id, id, body)
    if (!("newer" in this.#list.dataset)) this.scroller.toEnd()
  }

  // showPending shows a message that is on its way, or what became of it.
  showPending(entry) {
    const shown = document.getElementById("message-" + entry.id)
    if (shown && !("pending" in shown.dataset)) return
    const article = shown ?? pendingArticle(entry)
    markPending(article, entry.failed, () => this.outbox.again(entry.id))
    this.change(() => this.messages.addPending(article))
  }

  dropPending(id) {
    const shown = document.getElementById("message-" + id)
    if (shown && "pending" in shown.dataset) this.change(() => shown.remove())
  }
}
