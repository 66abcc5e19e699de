import { ask } from "./pattern-ask.js"
import { frameElement } from "./pattern-frame.js"
import { PatternList } from "./pattern-list.js"
import { PatternStream } from "./pattern-stream.js"

const words = {
  refused: ["Refused", "The answer was not a stream (204 says that there is nothing more), so the browser does not come back."],
  reconnecting: ["Reconnecting…", "The connection ended, and the browser comes back by itself."],
  connecting: ["Connecting…", ""],
  connected: ["Connected", ""],
  limit: ["Stopped", "The server said bye: there were too many streams, and this was the oldest."],
  signed_out: ["Stopped", "The server said bye: you are signed out."],
  over: ["Ended", "The browser came back, and the server had no stream for it any more."],
  ended: ["Ended", "The server said end, so the page closed the stream and does not come back."],
  stopped: ["Stopped", "Start goes on after the last id. Clear first, and it begins anew."],
  idle: ["Not started", ""],
}

// <pattern-panel> shows a stream as it runs, or several at once: what state it is in, how much came, and
// the last frames. Nothing stays open when the page is left.
export class PatternPanel extends HTMLElement {
  #streams
  #list
  #events
  #heartbeats
  #last // id
  #ended

  connectedCallback() {
    const { signal } = this.#ended = new AbortController()
    const { stream, streams, names } = this.dataset
    this.#list = new PatternList(this.#part("list"), this.#part("newest"), signal)
    this.#streams = Array.from({ length: Number(streams) }, (_, i) => new PatternStream({
      path: stream,
      names: names.split(" ").filter(Boolean),
      onState: () => this.#showState(),
      onFrame: frame => this.#take(frame, Number(streams) > 1 ? `#${i + 1}` : ""),
    }))
    this.#part("start").addEventListener("click", () => this.#start(), { signal })
    this.#part("stop").addEventListener("click", () => this.#stop(), { signal })
    this.#part("clear").addEventListener("click", () => this.#clear(), { signal })
    this.#part("ask")?.addEventListener("click", () => this.#ask(), { signal })
    this.#closeInTime(signal)
    this.#clear()
  }

  disconnectedCallback() {
    this.#ended.abort()
    this.#stop()
  }

  // Leaving begins with a request. Over HTTP/1.1 that would wait for one of the connections held here, and
  // so would everything in other tabs.
  #closeInTime(signal) {
    const leaving = ["turbo:before-fetch-request", "beforeunload", "pagehide", "freeze"]
    for (const type of leaving) window.addEventListener(type, () => this.#stop(), { signal, capture: true })
    const many = this.#streams.length > 1
    document.addEventListener("visibilitychange", () => many && document.hidden && this.#stop(), { signal })
  }

  #start() {
    if (!this.#running) this.#part("address").textContent = "GET " + this.#streams[0].address
    for (const stream of this.#streams) stream.start()
  }

  get #running() { return this.#streams.some(({ running }) => running) }

  #stop() {
    for (const stream of this.#streams) stream.stop()
  }

  #clear() {
    this.#list.clear()
    this.#events = this.#heartbeats = 0
    this.#last = ""
    for (const stream of this.#streams) stream.forget()
    this.#showFigures()
  }

  async #ask() {
    const answer = this.#part("answer")
    answer.textContent = "Asking…"
    answer.textContent = await ask()
  }

  #take(frame, of) {
    if (frame.event === "ping") this.#heartbeats++
    if (!frame.own) this.#events++
    this.#last = frame.id || this.#last
    this.#list.add(frameElement(frame, of))
    this.#showFigures()
  }

  #showState() {
    const states = this.#streams.map(({ state }) => state)
    const state = Object.keys(words).find(state => states.includes(state)) // what is to worry about comes first
    const [word, why] = words[state]
    this.#part("state").dataset.state = state
    this.#part("word").textContent = word
    this.#part("why").textContent = why
    this.#part("start").setAttribute("aria-disabled", this.#running)
    this.#part("stop").setAttribute("aria-disabled", !this.#running)
    const open = this.#part("open")
    if (open) open.textContent = `${states.filter(state => state === "connected").length} of ${states.length}`
  }

  #showFigures() {
    this.#part("events").textContent = this.#events
    this.#part("heartbeats").textContent = this.#heartbeats
    this.#part("last").textContent = this.#last || "none"
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`)
  }
}
