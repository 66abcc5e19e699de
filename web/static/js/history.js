import { arrange } from "./arrange.js"
import { coverBlocked } from "./blocked.js"
import { markMentions } from "./mention-marks.js"
import { ENTRIES, Messages } from "./messages.js"
import { Newer } from "./newer.js"
import { Older } from "./older.js"
import { onPermalink, pointOut, settleAddress, target } from "./permalink.js"
import { Quotes } from "./quotes.js"
import { keepReactions, markReactions, putReactions } from "./reactions.js"
import { Scroller } from "./scroller.js"
import { Seen } from "./seen.js"
import { Since } from "./since.js"

// History is the messages of a room that are loaded, and what of them is in sight.
export class History {
  #list = document.getElementById("messages")
  #members
  #newAfter // messages above this number are new: a line stands before the first

  // before is what leave() of the room gave that this one replaces. onScroll(), onReadAll() and onNewest()
  // are told of what one does; onLoaded(requested) of messages that were added; onArranged() of any change.
  constructor({ rev, seq, read, before, members, signal, onScroll, onReadAll, onNewest, onLoaded, onArranged }) {
    Object.assign(this, { onLoaded, onArranged })
    this.#members = members
    this.#newAfter = before?.newAfter ?? read
    this.messages = new Messages(this.#list, rev)
    this.quotes = new Quotes(this.#list, signal)
    this.seen = new Seen(this.#list, rev, members)
    const scroller = this.scroller = new Scroller(document.getElementById("scroller"), document.getElementById("to-newest"), { onScroll, onNewest })
    this.older = new Older({ scroller, add: (page, requested) => this.#addOlder(page, requested), first: () => this.messages.first, signal })
    this.newer = new Newer({ scroller, add: (page, requested) => this.#addNewer(page, requested), signal })
    this.since = new Since(document.getElementById("since"), {
      list: this.#list, seq, said: before?.said, signal, onReadAll, newAfter: () => this.#newAfter, first: () => this.messages.first,
      inSight: element => scroller.sees(element), onJump: divider => this.#jump(divider),
    })
    onPermalink(this.#list, article => this.#goTo(article), signal)
  }

  get list() { return this.#list }
  get complete() { return !("newer" in this.#list.dataset) }
  get atEnd() { return this.complete && this.scroller.atEnd }
  get newAfter() { return this.#newAfter }
  get divided() { return this.#list.querySelector("[data-unread]") !== null }

  set newAfter(seq) {
    if (seq === this.#newAfter) return
    this.#newAfter = seq
    this.change(() => {})
  }

  // begin scrolls to where one is to begin, and says whether that is a message that the address names.
  begin(before) {
    this.#arrange()
    const there = before?.address !== location.href && target()
    settleAddress()
    if (there) this.#goTo(there)
    else if (before?.address === location.href) this.#goBack(before.place)
    else if (this.since.divider) this.scroller.show(this.since.divider)
    this.scrolled()
    return Boolean(there)
  }

  // scrolled loads what may be seen next.
  scrolled() {
    this.older.check()
    this.newer.check()
    this.since.update()
  }

  // put shows a message as it is now, and gives its article if that is another one than before.
  put(article) {
    const replaced = document.getElementById(article.id)
    this.quotes.heard(article)
    let put = false
    this.change(() => {
      put = this.messages.put(article)
      if (put && replaced) keepReactions(article, replaced)
    })
    return put ? article : undefined
  }

  putMove(move) {
    this.change(() => this.messages.putMove(move))
  }

  remove(id) {
    this.quotes.removed(id)
    this.change(() => this.messages.remove(id))
  }

  react(id, reactions) {
    const article = document.getElementById("message-" + id)
    if (article) this.change(() => putReactions(article, reactions))
  }

  sawUpTo(user, seq, rev) {
    if (this.seen.tell(user, seq, rev)) this.change(() => {})
  }

  person(user, name) {
    this.quotes.renamed(user, name)
    this.change(() => {})
  }

  // change alters what is shown without anything in view moving.
  change(work) {
    this.scroller.hold(() => { work(); this.#arrange() })
    this.since.update()
  }

  #arrange() {
    arrange(this.#list, this.#newAfter, article => {
      markReactions(article)
      markMentions(article, this.#members)
      this.quotes.fill(article)
    })
    coverBlocked(this.#list)
    this.seen.show()
    this.onArranged()
  }

  #goTo(article) {
    pointOut(article)
    article.scrollIntoView({ block: "start" })
  }

  // goBack returns to where one was reading before the page was loaded anew.
  async #goBack(place) {
    if (!place || this.scroller.restore(place)) return
    await this.older.reach(place.id, place.seq)
    if (this.scroller.atEnd) this.scroller.restore(place)
  }

  #jump(divider) {
    this.scroller.show(divider)
    const first = divider.nextElementSibling
    first.tabIndex = -1
    first.focus({ preventScroll: true })
  }

  #addOlder(page, requested) {
    const { list, rev } = partOf(page)
    this.messages.addOlder([...list.querySelectorAll(ENTRIES)], Number(list.dataset.first), rev)
    this.#arrange()
    this.onLoaded(requested)
  }

  #addNewer(page, requested) {
    const { list, rev } = partOf(page)
    this.messages.addNewer([...list.querySelectorAll(ENTRIES)], rev, !("newer" in list.dataset))
    this.#arrange()
    this.onLoaded(requested)
  }
}

function partOf(page) {
  return { list: page.getElementById("messages"), rev: Number(page.getElementById("room").dataset.roomRev) }
}
