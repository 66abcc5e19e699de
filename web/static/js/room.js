import { Announcer } from "./announcer.js"
import { isBlocked } from "./blocked.js"
import { Commands } from "./commands.js"
import { Composer } from "./composer.js"
import { History } from "./history.js"
import { meta } from "./ids.js"
import { Members } from "./members.js"
import { markPending, pendingArticle } from "./pending.js"
import { Suggestions } from "./suggestions.js"
import { Typing } from "./typing.js"
import { Unread } from "./unread.js"

// Room is the room that the page shows.
export class Room {
  #section
  #history
  #hooks
  #ended = new AbortController()
  #nameRev

  // before is what leave() gave of the page that this one replaces, if that showed the same room.
  constructor(section, { before, ...hooks }) {
    const { room, roomRev, seq, readSeq } = section.dataset
    Object.assign(this, { id: room, rev: Number(roomRev), highest: Number(seq) })
    this.#section = section
    this.#hooks = hooks
    this.#nameRev = this.rev
    if ("member" in section.dataset) this.#enter(Number(readSeq), before)
  }

  get member() { return "member" in this.#section.dataset }
  get archived() { return "archived" in this.#section.dataset }
  get direct() { return "direct" in this.#section.dataset }
  get called() { return document.getElementById("room-name").textContent }

  // showsOthers says whether people are shown who are not in the list of members: what those are called now is told
  // only while they share another room with the viewer.
  get showsOthers() {
    if (!this.members) return false
    const members = new Set(this.members.users)
    return [...this.#section.querySelectorAll("[data-name-of]")].some(element => !members.has(element.dataset.nameOf))
  }

  get looking() {
    return document.visibilityState === "visible" && document.hasFocus() && this.#history.atEnd
  }

  get reading() { return this.looking && !this.unread.held }

  #enter(read, before) {
    const signal = this.#ended.signal
    this.members = new Members(document.getElementById("members"), this.id, this.rev)
    this.typing = new Typing(document.getElementById("typing"), this.id, signal)
    this.announcer = new Announcer(document.getElementById("announcer"), signal)
    this.#history = new History({
      rev: this.rev, seq: this.highest, read, before, members: this.members, signal,
      onScroll: () => this.#scrolled(), onNewest: () => this.#toNewest(true), onReadAll: () => this.unread.all(),
      onLoaded: this.#hooks.onLoaded, onArranged: () => this.commands?.update(),
    })
    this.unread = new Unread(this.id, {
      read, held: before?.held, history: this.#history, signal, notify: this.#hooks.notify,
      highest: () => this.highest, looking: () => this.looking, onRead: this.#hooks.onRead,
    })
    this.#write(signal)
    for (const entry of this.#hooks.outbox.of(this.id)) this.showPending(entry)
    const pointed = this.#history.begin(before)
    this.#resume(before, pointed)
    this.unread.check()
  }

  // write makes what one writes with: the composer, and the tools of the messages.
  #write(signal) {
    const form = document.getElementById("composer")
    const suggestions = form && new Suggestions(document.getElementById("suggestions"), {
      people: () => this.members.suggested("everybody" in form.dataset), more: begun => this.members.more(begun),
    })
    this.commands = new Commands(this.#history.list, this, {
      show: this.#hooks.show, notify: this.#hooks.notify, signal,
      reply: article => this.composer.answer(article.id.slice("message-".length)), unread: article => this.unread.from(article),
      onEdit: text => suggestions?.attach(text), onEdited: () => this.composer?.focus(),
    })
    if (!form) return
    this.composer = new Composer(form, this.id, {
      send: message => this.#send(message), onTyping: () => this.typing.tell(), onUp: () => this.commands.editLast(), signal,
    })
    suggestions.attach(this.composer.text)
  }

  #resume(before, pointed) {
    const edited = before?.edited && document.getElementById(before.edited.id)
    if (edited) this.commands.editor.open(edited, before.edited.text)
    else if (!pointed && (!before || before.focused)) this.composer?.focus()
  }

  // leave ends the room and gives what the next page of the same room begins with.
  leave() {
    this.#ended.abort()
    return {
      id: this.id, focused: document.activeElement?.id === "body", held: this.unread?.held,
      newAfter: this.#history?.newAfter, place: this.#history?.scroller.place(), said: this.#history?.since.said,
      edited: this.commands?.editor.state,
    }
  }

  // put shows a new or changed message.
  put(article) {
    if (!this.member) return
    const { author, seq } = article.dataset, number = Number(seq), others = author !== meta("user")
    const isNew = number > this.highest
    if (isNew && this.reading && !this.#history.divided) this.#history.newAfter = number
    this.highest = Math.max(this.highest, number)
    const replaced = this.commands.editor.replacing(article.id)
    replaced(this.#history.put(article))
    this.composer?.reply.changed(article.id.slice("message-".length))
    this.typing.hide(author)
    if (isNew && others) this.#announce(article)
    this.unread.check()
  }

  // putMove shows that somebody came or went; nothing in a direct room.
  putMove(move) {
    if (this.member && move) this.#history.putMove(move)
  }

  #announce(article) {
    this.#history.scroller.announce()
    if (!isBlocked(article.dataset.author)) this.announcer.tell(article)
  }

  remove(id, seq) {
    if (!this.member) return
    this.highest = Math.max(this.highest, seq)
    this.commands.editor.removed("message-" + id)
    this.composer?.reply.removed(id)
    this.#history.remove(id)
    this.unread.check()
  }

  react(id, reactions) {
    this.#history?.react(id, reactions)
  }

  rename(name, rev) {
    if (rev <= this.#nameRev) return
    this.#nameRev = rev
    this.#section.querySelector("[data-room-name]").textContent = name
    const field = document.getElementById("room-new-name")
    if (field) field.defaultValue = name // what is being typed stays
  }

  // read is told what Unread.moved is.
  read(seq, unread, again) {
    this.unread?.moved(seq, unread, again)
  }

  // seen is told how far somebody else has read, 0 if they let nobody see it.
  seen(user, seq, rev) {
    this.#history?.sawUpTo(user, seq, rev)
  }

  // person is told what somebody is called now, after it was changed where it stands.
  person(user, name) {
    this.#history?.person(user, name)
  }

  #scrolled() {
    this.#history.scrolled()
    this.unread?.check()
  }

  #toNewest(smooth) {
    if (this.#history.complete) this.#history.scroller.toEnd(smooth)
    else this.#hooks.visit(`/rooms/${this.id}`)
  }

  #send(message) {
    this.unread.answered()
    this.#hooks.outbox.send(this.id, message)
    this.#toNewest(false)
  }

  // showPending shows a message that is on its way, or what became of it.
  showPending(entry) {
    const shown = document.getElementById("message-" + entry.id)
    if (shown && !("pending" in shown.dataset)) return
    const article = shown ?? pendingArticle(entry)
    markPending(article, entry.failed, () => this.#hooks.outbox.again(entry.id))
    this.#history.change(() => this.#history.messages.addPending(article))
  }

  dropPending(id) {
    const shown = document.getElementById("message-" + id)
    if (shown && "pending" in shown.dataset) this.#history.change(() => shown.remove())
  }
}
