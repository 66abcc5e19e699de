import { isBlocked } from "./blocked.js"
import { meta } from "./ids.js"

// Seen shows under the messages of a conversation how far the others have read, as far as they let one see it: each
// under the newest message of somebody else's that they have seen.
export class Seen {
  #list
  #rev
  #members
  #upTo // user → the number of a message, 0 for who lets nobody see it
  #told = new Map() // user → the number of the event that told of them last

  constructor(list, rev, members) {
    this.#list = list
    this.#rev = rev
    this.#members = members
    this.#upTo = new Map([...new URLSearchParams(list.dataset.seen)].map(([user, seq]) => [user, Number(seq)]))
  }

  // tell says whether that is news.
  tell(user, seq, rev) {
    if (rev <= (this.#told.get(user) ?? this.#rev)) return false
    this.#told.set(user, rev)
    this.#upTo.set(user, seq)
    return true
  }

  // show can be repeated: what is right stays as it is.
  show() {
    const old = new Set(this.#list.querySelectorAll(":scope > [data-seen]"))
    for (const [article, users] of this.#readers()) {
      const key = users.join(" ")
      const receipt = [...old].find(shown => shown.dataset.seen === key) ?? this.#receipt(users, key)
      old.delete(receipt)
      if (article.nextElementSibling !== receipt) article.after(receipt)
    }
    for (const receipt of old) receipt.remove()
  }

  // readers are those who have read as far as an article, by name.
  #readers() {
    const readers = new Map(), articles = [...this.#list.querySelectorAll("article:not([data-pending])")]
    for (const user of this.#members.users) {
      if (!this.#upTo.get(user) || user === meta("user") || isBlocked(user)) continue
      const article = this.#newest(articles, user)
      if (article) readers.set(article, [...readers.get(article) ?? [], user])
    }
    return readers
  }

  // newest is undefined if the message lies before those that are loaded, or may lie after them.
  #newest(articles, user) {
    const seen = article => Number(article.dataset.seq) <= this.#upTo.get(user)
    if ("newer" in this.#list.dataset && articles.every(seen)) return undefined
    return articles.findLast(article => seen(article) && article.dataset.author !== user)
  }

  #receipt(users, key) {
    const receipt = Object.assign(document.createElement("div"), { className: "receipt", textContent: "Seen" })
    receipt.dataset.seen = key
    if (this.#members.users.length < 3) return receipt
    users.forEach((user, i) => {
      const name = Object.assign(document.createElement("bdi"), { textContent: this.#members.nameOf(user) })
      name.dataset.nameOf = user
      receipt.append(i === 0 ? " by " : ", ", name)
    })
    return receipt
  }
}
