// Line is a room of the list and its number of unread messages: those by others, not deleted, above the
// read position. It begins with what the page says and counts what is told since, each message once.
export class Line {
  #element
  #rev
  #seq
  #readAtFirst
  #read
  #unreadAtFirst
  #posted = new Map() // id → seq, above #seq
  #removed = new Set() // ids of deleted messages; those up to #seq that counted are #gone
  #gone = 0
  #nameRev

  constructor(element) {
    const { rev, seq, readSeq, unread } = element.dataset
    this.#element = element
    this.#rev = this.#nameRev = Number(rev)
    this.#seq = Number(seq)
    this.#read = this.#readAtFirst = Number(readSeq)
    this.#unreadAtFirst = Number(unread)
  }

  get rev() { return this.#rev }

  get unread() {
    let count = this.#read >= this.#seq ? 0 : this.#unreadAtFirst - this.#gone
    for (const seq of this.#posted.values()) if (seq > this.#read) count++
    return count
  }

  post(id, seq) {
    if (seq <= this.#seq || this.#removed.has(id)) return
    this.#posted.set(id, seq)
    this.#show()
  }

  remove(id, seq, rev) {
    if (this.#removed.has(id)) return
    this.#removed.add(id)
    this.#posted.delete(id)
    if (seq <= this.#seq && seq > this.#readAtFirst && rev > this.#rev) this.#gone++
    this.#show()
  }

  // read moves the read position; false if the count cannot be known from here.
  read(seq) {
    if (seq <= this.#read) return true
    this.#read = seq
    if (seq < this.#seq) return false
    this.#show()
    return true
  }

  rename(name, rev) {
    if (rev <= this.#nameRev) return false
    this.#nameRev = rev
    this.#element.querySelector("[data-name]").textContent = name
    return true
  }

  #show() {
    const count = this.unread
    this.#element.querySelector("[data-badge]").hidden = count === 0
    this.#element.querySelector("[data-count]").textContent = count > 99 ? "99+" : String(count)
  }
}
