// Messages keeps the articles of a room as the newest of all it is told, in whatever order it is told:
// the stream, the answer to a post and older pages may each be ahead of the others. Every article says
// by data-rev of which state it is; a message that is not there was deleted, or is not loaded. Between the
// messages it says who came and went, each after the message that was the newest then.
export class Messages {
  #list
  #parts // [{from, rev}], newest first: messages from a number on were read when the room was at rev
  #removed = new Set()

  constructor(list, rev) {
    this.#list = list
    this.#parts = [{ from: Number(list.dataset.first), rev }]
  }

  get first() { return this.#parts.at(-1).from }

  // put shows a message, and says whether that changed anything.
  put(article) {
    const { rev, seq } = numbers(article)
    const shown = document.getElementById(article.id)
    if (this.#removed.has(article.id) || !this.#isNews(shown, seq, rev)) {
      if (shown && "pending" in shown.dataset) shown.remove()
      return false
    }
    if (shown && !("pending" in shown.dataset)) {
      shown.replaceWith(article)
      return true
    }
    shown?.remove()
    return this.#insert(article)
  }

  // putMove shows that somebody came or went.
  putMove(move) {
    const { rev, seq } = numbers(move)
    if (!document.getElementById(move.id) && this.#isNews(undefined, Math.max(seq, 1), rev)) this.#insert(move)
  }

  remove(id) {
    const domID = "message-" + id
    this.#removed.add(domID)
    document.getElementById(domID)?.remove()
  }

  // addOlder adds the entries of an older page, read when the room was at rev.
  addOlder(entries, from, rev) {
    const before = this.#list.querySelector(ENTRIES)
    for (const entry of entries) {
      if (this.#removed.has(entry.id) || document.getElementById(entry.id)) continue
      this.#list.insertBefore(document.adoptNode(entry), before)
    }
    this.#parts.push({ from, rev })
    this.#list.dataset.first = from
  }

  // addNewer adds the entries of a page after the newest ones, read when the room was at rev; complete: these
  // are the newest there are.
  addNewer(entries, rev, complete) {
    const last = [...this.#list.querySelectorAll("article:not([data-pending])")].at(-1)
    const from = last ? numbers(last).seq + 1 : this.first
    if (complete) delete this.#list.dataset.newer
    const before = this.#list.querySelector("article[data-pending]")
    for (const entry of entries) {
      const { seq, move } = numbers(entry), shown = document.getElementById(entry.id)
      if (seq < (move ? from - 1 : from) || this.#removed.has(entry.id) || move && shown) continue
      shown?.remove() // it was on its way
      this.#list.insertBefore(document.adoptNode(entry), before)
    }
    this.#parts.unshift({ from, rev })
  }

  addPending(article) {
    if (!document.getElementById(article.id)) this.#list.append(article)
  }

  #isNews(shown, seq, rev) {
    if (shown && !("pending" in shown.dataset)) return rev > Number(shown.dataset.rev)
    const part = this.#parts.find(part => seq >= part.from)
    return part !== undefined && rev > part.rev // else it is older than what is loaded
  }

  #insert(entry) {
    if ("newer" in this.#list.dataset) return false
    const entries = this.#list.querySelectorAll("article:not([data-pending]), [data-move]")
    let at = entries.length
    while (at > 0 && isAfter(entries[at - 1], entry)) at--
    this.#list.insertBefore(entry, entries[at] ?? this.#list.querySelector("article[data-pending]"))
    return true
  }
}

// ENTRIES are what stands in a list of messages: these, and who came and went.
export const ENTRIES = "article, [data-move]"

function numbers({ dataset }) {
  return { seq: Number(dataset.seq), rev: Number(dataset.rev), move: "move" in dataset ? Number(dataset.rev) : 0 }
}

// isAfter says whether a stands below b: who came or went stands below the message after which it was.
function isAfter(a, b) {
  const x = numbers(a), y = numbers(b)
  return x.seq !== y.seq ? x.seq > y.seq : x.move > y.move
}
