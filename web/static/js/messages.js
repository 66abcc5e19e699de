// Messages keeps the articles of a room as the newest of all it is told, in whatever order it is told:
// the stream, the answer to a post and older pages may each be ahead of the others. Every article says
// by data-rev of which state it is; a message that is not there was deleted, or is not loaded.
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
    return this.#insert(article, seq)
  }

  remove(id) {
    const domID = "message-" + id
    this.#removed.add(domID)
    document.getElementById(domID)?.remove()
  }

  // addOlder adds a page of older messages, read when the room was at rev.
  addOlder(articles, from, rev) {
    const before = this.#list.querySelector("article")
    for (const article of articles) {
      if (this.#removed.has(article.id) || document.getElementById(article.id)) continue
      this.#list.insertBefore(document.adoptNode(article), before)
    }
    this.#parts.push({ from, rev })
    this.#list.dataset.first = from
  }

  // addNewer adds messages after the newest ones, read when the room was at rev; complete: these are the
  // newest there are.
  addNewer(articles, rev, complete) {
    const last = [...this.#list.querySelectorAll("article:not([data-pending])")].at(-1)
    const from = last ? numbers(last).seq + 1 : this.first
    if (complete) delete this.#list.dataset.newer
    const before = this.#list.querySelector("article[data-pending]")
    for (const article of articles) {
      if (numbers(article).seq < from || this.#removed.has(article.id)) continue
      document.getElementById(article.id)?.remove() // it was on its way
      this.#list.insertBefore(document.adoptNode(article), before)
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

  #insert(article, seq) {
    if ("newer" in this.#list.dataset) return false
    const articles = this.#list.querySelectorAll("article:not([data-pending])")
    let at = articles.length
    while (at > 0 && numbers(articles[at - 1]).seq > seq) at--
    const before = articles[at] ?? this.#list.querySelector("article[data-pending]")
    this.#list.insertBefore(article, before)
    return true
  }
}

function numbers({ dataset }) {
  return { seq: Number(dataset.seq), rev: Number(dataset.rev) }
}
