const FOR_ME = ["mention", "reply", "direct"]

// Mentions counts the unread notifications of a room's messages that are for the viewer. It begins with the
// number that the page says, of messages up to seq, and counts what is told since, each once.
export class Mentions {
  #first // of those that the page counted; they are not known one by one
  #seq
  #later = new Map() // id → {seq, message}
  #cleared = false // the page's number is out of date: whatever is told comes after it

  constructor(count, seq) {
    this.#first = count
    this.#seq = seq
  }

  get count() { return this.#first + this.#later.size }

  // tell is false if it cannot be known whether the page has counted this.
  tell({ id, kind, seq, message, read }, told, looked) {
    if (!FOR_ME.includes(kind)) return true
    if (read) return this.#later.delete(id) || this.#first === 0
    if (seq > told && seq <= looked) return true // it is seen, and the server is about to know
    if (seq <= this.#seq && !this.#cleared) return false
    this.#later.set(id, { seq, message })
    return true
  }

  // read drops those of messages up to seq.
  read(seq) {
    for (const [id, later] of this.#later) if (later.seq <= seq) this.#later.delete(id)
    if (seq < this.#seq) return this.#first === 0
    this.#first = 0
    this.#cleared = true
    return true
  }

  // remove drops that of a message that is no more.
  remove(message) {
    for (const [id, later] of this.#later) if (later.message === message) this.#later.delete(id)
    return this.#first === 0
  }

  clear() {
    this.#later.clear()
    this.#first = 0
    this.#cleared = true
  }
}
