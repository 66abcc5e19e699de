import { isBlocked } from "./blocked.js"
import { meta } from "./ids.js"

const AT_ONCE = 4
const LENGTH = 160

// Quotes fills in what messages answer, and keeps it as that is now: from the page, from what the stream
// tells, or else by asking. Of each message the newest is kept that was heard of.
export class Quotes {
  #list
  #signal
  #known = new Map() // id → {rev, author, name, text}, or {gone: true}; undefined while it is asked for
  #shown = new WeakMap() // article → what its quote shows
  #waiting = []
  #asking = 0

  constructor(list, signal) {
    this.#list = list
    this.#signal = signal
  }

  // fill shows in an article what it answers.
  fill(article) {
    const id = article.dataset.replyTo
    if (!id) return
    const shown = document.getElementById("message-" + id)
    if (shown && !("pending" in shown.dataset)) this.#learn(id, read(shown))
    if (this.#known.has(id)) return this.#show(article)
    this.#known.set(id, undefined)
    this.#waiting.push(id)
    this.#ask()
  }

  // heard is told of a message as it is now.
  heard(article) {
    const id = article.id.slice("message-".length)
    if (this.#known.has(id) && this.#learn(id, read(article))) this.#showAll(id)
  }

  // removed is told of a message that is no more.
  removed(id) {
    this.#known.set(id, { gone: true })
    this.#showAll(id)
  }

  // renamed is told what somebody is called now.
  renamed(author, name) {
    for (const known of this.#known.values()) if (known?.author === author) known.name = name
  }

  #learn(id, news) {
    const known = this.#known.get(id)
    if (known && (known.gone || (!news.gone && known.rev >= news.rev && known.name === news.name))) return false
    this.#known.set(id, news)
    return true
  }

  #showAll(id) {
    for (const article of this.#list.querySelectorAll(`[data-reply-to="${CSS.escape(id)}"]`)) this.#show(article)
  }

  #show(article) {
    const quote = article.querySelector("[data-quote]"), known = this.#known.get(article.dataset.replyTo)
    if (!quote || !known || this.#shown.get(article) === known) return
    this.#shown.set(article, known)
    quote.toggleAttribute("data-gone", known.gone === true)
    const { author } = article.dataset
    article.toggleAttribute("data-answers-me", known.author === meta("user") && author !== known.author && !isBlocked(author))
    if (known.gone) return quote.replaceChildren("A message that was deleted")
    if (isBlocked(known.author)) return quote.replaceChildren("A message of somebody you blocked")
    quote.replaceChildren(...excerpt(known))
  }

  async #ask() {
    if (this.#asking >= AT_ONCE || this.#waiting.length === 0 || this.#signal.aborted) return
    const id = this.#waiting.shift()
    this.#asking++
    try {
      const answer = await fetch("/messages/" + id, { headers: { Accept: "application/json" }, signal: this.#signal, cache: "no-store" })
      if (answer.ok || answer.status === 404) {
        this.#learn(id, answer.ok ? fromJSON(await answer.json()) : { gone: true })
        this.#showAll(id)
      }
    } catch { /* it stays without a quote, and leads there all the same */ }
    this.#asking--
    this.#ask()
  }
}

// excerpt are the author and the beginning of a text, for wherever a message is named.
export function excerpt({ author, name, text }) {
  const who = Object.assign(document.createElement("bdi"), { className: "message-author", textContent: name })
  who.dataset.nameOf = author
  const what = Object.assign(document.createElement("bdi"), { className: "excerpt", textContent: text.slice(0, LENGTH) })
  return [who, " ", what]
}

// read gives what a message that is on the page says.
export function read(article) {
  const { author, rev } = article.dataset
  return {
    rev: Number(rev), author, name: article.querySelector(".message-author").textContent,
    text: article.querySelector("[data-body]").textContent,
  }
}

function fromJSON({ deleted, room_rev, author, body }) {
  return deleted ? { gone: true } : { rev: room_rev, author: author.id, name: author.name, text: body }
}
