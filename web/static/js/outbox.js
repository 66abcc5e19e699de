const LONGEST = 15_000
const TURBO = "text/vnd.turbo-stream.html"

// Outbox sends messages one after the other, in the order in which they were written, and again with the
// same id until it is known what became of them. It outlasts visits.
export class Outbox {
  #entries = new Map() // id → {id, room, body, reply, at, failed, tries}
  #running = false
  #wake = () => {}

  // onChange(entry) shows an entry; onStored(html) applies the answer; onRefused(entry, message) gives
  // the text back, and says whether that was possible; onSignedOut(url) leaves.
  constructor({ onChange, onStored, onRefused, onSignedOut }) {
    Object.assign(this, { onChange, onStored, onRefused, onSignedOut })
    window.addEventListener("online", () => this.#wake())
    window.addEventListener("beforeunload", event => this.#entries.size > 0 && event.preventDefault())
  }

  of(room) {
    return [...this.#entries.values()].filter(entry => entry.room === room)
  }

  // send takes over what was written; reply is the id of what it answers, "" for nothing.
  send(room, { id, body, reply }) {
    const entry = { id, room, body, reply, at: new Date(), failed: "", stopped: false, tries: 0 }
    this.#entries.set(id, entry)
    this.onChange(entry)
    this.#run()
  }

  // again tries now what has failed.
  again(id) {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.stopped = false
    entry.tries = 0
    this.#wake()
    this.#run()
  }

  // settled: the stream or an answer has told of the message, so it is stored.
  settled(id) {
    this.#entries.delete(id)
  }

  async #run() {
    if (this.#running) return
    this.#running = true
    for (let entry; (entry = this.#next);) {
      const delay = await this.#post(entry)
      if (this.#entries.has(entry.id) && !entry.stopped) await this.#pause(delay)
    }
    this.#running = false
  }

  get #next() {
    return [...this.#entries.values()].find(entry => !entry.stopped)
  }

  #pause(delay) {
    return new Promise(done => {
      this.#wake = done
      setTimeout(done, delay)
    })
  }

  // post tries once, and gives the time after which to try again.
  async #post(entry) {
    const backOff = Math.random() * Math.min(LONGEST, 1_000 * 2 ** entry.tries++)
    let answer, text
    try {
      answer = await fetch(`/rooms/${entry.room}/messages`, {
        method: "POST",
        body: new URLSearchParams({ id: entry.id, body: entry.body, reply_to: entry.reply }),
        headers: { Accept: `${TURBO}, text/html` },
        signal: AbortSignal.timeout(15_000),
      })
      text = await answer.text()
    } catch {
      this.#fail(entry, "Not sent yet. Trying again…")
      return backOff
    }
    if (answer.ok) return this.#stored(entry, answer, text)
    const message = sentence(text) || "This could not be sent."
    if (answer.status === 429 || answer.status >= 500) {
      this.#fail(entry, message)
      return Math.max(backOff, 1_000 * (Number(answer.headers.get("Retry-After")) || 0))
    }
    entry.stopped = true
    if ((answer.status === 422 || answer.status === 413) && this.onRefused(entry, message)) this.#entries.delete(entry.id)
    else this.#fail(entry, message)
  }

  #stored(entry, answer, text) {
    if (answer.headers.get("Content-Type")?.startsWith(TURBO)) this.onStored(text)
    else if (new URL(answer.url).pathname === "/login") {
      entry.stopped = true
      this.#fail(entry, "You are signed out.")
      return this.onSignedOut()
    }
    this.#entries.delete(entry.id)
  }

  #fail(entry, message) {
    if (!this.#entries.has(entry.id)) return // the stream has told of it meanwhile
    entry.failed = message
    this.onChange(entry)
  }
}

// sentence finds what a page says is wrong.
function sentence(html) {
  const page = new DOMParser().parseFromString(html, "text/html")
  const problem = [...page.querySelectorAll("[data-problem]")].find(element => !element.hidden)
  return problem?.textContent.trim() ?? ""
}
