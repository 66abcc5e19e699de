import { mentioning } from "./missed.js"

// Since is the line above the messages that says how many one has not read, while the first of them is
// out of sight. What of them is loaded is counted, the rest is what the server said.
export class Since {
  #element
  #list
  #said // {unread, mentions, seq}: what the server said, of messages up to seq
  #seen // the number after which messages are new of which the first has been in sight

  // newAfter() is that number, first() that of the oldest message that is loaded. onJump(divider) goes to the
  // line before the first of them, onReadAll() says that all is read. said is what a page before this one had.
  constructor(element, { list, seq, said, newAfter, first, inSight, onJump, onReadAll, signal }) {
    Object.assign(this, { newAfter, first, inSight })
    this.#element = element
    this.#list = list
    const { unread, mentions } = element.dataset
    this.#said = said ?? { unread: Number(unread), mentions: Number(mentions), seq }
    this.#link.addEventListener("click", event => this.#jump(event, onJump), { signal })
    element.querySelector("form").addEventListener("submit", event => { event.preventDefault(); onReadAll() }, { signal })
  }

  // said is what a page that is loaded anew goes on with.
  get said() { return this.#said }

  update() {
    const after = this.newAfter(), divider = this.divider
    if (divider && this.inSight(divider)) this.#seen = after
    if (this.#seen === after) return this.#element.toggleAttribute("hidden", true)
    const { unread, mentions } = this.#count(after)
    this.#element.hidden = unread === 0
    this.#link.search = `?around=${after + 1}`
    const label = this.#link.querySelector("[data-label]"), text = sentence(unread, mentions)
    if (label.textContent !== text) label.textContent = text
  }

  get #link() { return this.#element.querySelector("[data-jump]") }

  // The link leads to a page around the first of them; if that is loaded, there is no need of one.
  #jump(event, onJump) {
    const divider = this.divider
    if (!divider) return
    event.preventDefault()
    onJump(divider)
  }

  // told: the server says anew how many messages are unread, up to seq.
  told(unread, seq) {
    this.#said = { unread, mentions: 0, seq }
    this.update()
  }

  // divider is the line before the first of them, null if that is not loaded: a line before the oldest message
  // that is may stand for more.
  get divider() {
    return this.first() <= this.newAfter() + 1 ? this.#list.querySelector("[data-unread]") : null
  }

  #count(after) {
    const found = [...this.#list.querySelectorAll("article:not([data-pending], [data-mine])")].filter(article => Number(article.dataset.seq) > after)
    if (this.first() <= after + 1) return { unread: found.length, mentions: forMe(found) }
    const later = found.filter(article => Number(article.dataset.seq) > this.#said.seq)
    return { unread: this.#said.unread + later.length, mentions: Math.max(this.#said.mentions + forMe(later), forMe(found)) }
  }
}

function forMe(articles) {
  return articles.filter(({ dataset }) => "forMe" in dataset || "answersMe" in dataset).length
}

function sentence(unread, mentions) {
  return mentioning(`${unread} new ${unread === 1 ? "message" : "messages"} since you were last here`, mentions)
}
