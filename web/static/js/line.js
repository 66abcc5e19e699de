import { Mentions } from "./mentions.js"

// Line is a room of the list and its number of unread messages: those by others, not deleted, above the
// read position. It begins with what the page says and counts what is told since, each message once.
export class Line {
  #element
  #rev
  #nameRev
  #seq
  #told // the read position that the server knows
  #read // this page's, which may be ahead of it
  #above // {read, unread}: of the messages up to #seq, so many are unread above this position
  #posted = new Map() // id → seq, above #seq
  #removed = new Set() // ids of deleted messages; those up to #seq that counted are #gone
  #gone = 0
  #mentions

  constructor(element) {
    const { rev, seq, readSeq, unread, mentions } = element.dataset
    this.#element = element
    this.#rev = this.#nameRev = Number(rev)
    this.#seq = Number(seq)
    this.#told = this.#read = Number(readSeq)
    this.#above = { read: this.#read, unread: Number(unread) }
    this.#mentions = new Mentions(Number(mentions), this.#seq)
  }

  get rev() { return this.#rev }
  get told() { return this.#told }
  get direct() { return "direct" in this.#element.dataset }
  get called() { return this.#element.querySelector("[data-name]").textContent }

  get unread() {
    let count = this.#read >= this.#seq ? 0 : this.#above.unread - this.#gone
    for (const seq of this.#posted.values()) if (seq > this.#read) count++
    return Math.max(0, count)
  }

  // wanted is the number of those that the viewer wants to hear of.
  get wanted() { return this.#muted() ? 0 : this.unread }

  post(id, seq) {
    if (seq <= this.#seq || this.#removed.has(id)) return
    this.#posted.set(id, seq)
    this.#show()
  }

  // remove, like read, moved and mention, is false if the numbers cannot be known from here.
  remove(id, seq, rev) {
    if (this.#removed.has(id)) return true
    this.#removed.add(id)
    this.#posted.delete(id)
    const counted = seq <= this.#seq && seq > this.#above.read && rev > this.#rev
    if (counted) this.#gone++
    const known = this.#mentions.remove(id) || !counted
    this.#show()
    return known
  }

  // read: the viewer looks at everything up to a message here, of which the server will be told.
  read(seq) {
    if (seq <= this.#read) return true
    this.#read = seq
    this.#mentions.read(seq)
    this.#show()
    return this.#known
  }

  // moved: the server says how far is read, which may be less than before, and what is unread above. Going back
  // makes messages unread, and leaves the notifications as they are.
  moved(seq, unread) {
    const back = seq < this.#told
    this.#read = back ? seq : Math.max(seq, this.#read)
    this.#told = seq
    const known = this.#known
    if (!known) this.#above = { read: this.#read, unread: unread - this.#posted.size }
    if (!known) this.#gone = 0
    const all = back || this.#mentions.read(seq)
    this.#show()
    return known && all
  }

  get #known() { return this.#read >= this.#seq || this.#read === this.#above.read }

  // mention is told of a notification that a message of the room made, or that it has been read.
  mention(notification) {
    const known = this.#mentions.tell(notification, this.#told, this.#read)
    this.#show()
    return known
  }

  // hush: all notifications have been read.
  hush() {
    this.#mentions.clear()
    this.#show()
  }

  rename(name, rev) {
    if (this.direct || rev <= this.#nameRev) return false
    this.#nameRev = rev
    this.#element.querySelector("[data-name]").textContent = name
    return true
  }

  level(level, mutedUntil) {
    Object.assign(this.#element.dataset, { level, mutedUntil })
    this.#muted()
  }

  // muted says whether the viewer wants to hear nothing now, and shows it.
  #muted() {
    const { level, mutedUntil } = this.#element.dataset
    return this.#element.toggleAttribute("data-muted", level === "nothing" || Date.parse(mutedUntil) > Date.now())
  }

  #show() {
    write(this.#element, "[data-badge]", "[data-count]", this.unread)
    write(this.#element, "[data-mention-badge]", "[data-mention-count]", this.#mentions.count)
  }
}

function write(element, badge, number, count) {
  const shown = element.querySelector(badge)
  if (!shown) return
  shown.hidden = count === 0
  shown.querySelector(number).textContent = short(count)
}

// short is a number that a badge has room for.
export function short(count) { return count > 99 ? "99+" : String(count) }
