const NEAR = 600 // pixels from the top
const PAUSE = 2_000 // after a failure

// Older loads the page before the oldest message when one scrolls up to it, or asks for it.
// add(document, requested) takes what came, first() is the number of the oldest message that is loaded.
export class Older {
  #loading = false
  #notBefore = 0

  constructor({ scroller, add, first, signal }) {
    Object.assign(this, { scroller, add, first, signal })
    this.#link?.addEventListener("click", event => { event.preventDefault(); this.#load() })
  }

  get #link() { return document.getElementById("older") }

  check() {
    if (this.scroller.above < NEAR && Date.now() >= this.#notBefore) this.#load()
  }

  // reach loads until a message is there, if it is not too far away.
  async reach(id, seq) {
    for (let pages = 0; pages < 10 && this.#link && !document.getElementById(id) && this.first() > seq; pages++) {
      if (!await this.#load()) return
    }
  }

  async #load() {
    const link = this.#link
    if (this.#loading || !link || this.signal.aborted) return
    this.#loading = true
    const requested = Date.now()
    try {
      const page = await fetchDocument(link.href, { signal: this.signal })
      if (this.signal.aborted) return
      const next = page.getElementById("older")
      this.scroller.hold(() => {
        this.add(page, requested)
        if (next) link.href = next.getAttribute("href")
        else link.replaceWith(page.getElementById("beginning"))
      })
      queueMicrotask(() => this.check())
      return true
    } catch (error) {
      if (this.signal.aborted) return
      console.warn("older messages:", error)
      this.#notBefore = Date.now() + PAUSE
    } finally {
      this.#loading = false
    }
  }
}

// fetchDocument gets a page without showing it. Anything but a page of ours is an error, and so is to wait for too long.
export async function fetchDocument(url, { headers, signal } = {}) {
  const late = AbortSignal.timeout(20_000)
  const answer = await fetch(url, { headers: { Accept: "text/html", ...headers }, signal: signal ? AbortSignal.any([signal, late]) : late, cache: "no-store" })
  if (answer.redirected && new URL(answer.url).pathname === "/login") location.assign(answer.url)
  if (!answer.ok || answer.redirected) throw new Error(`${url}: ${answer.status}`)
  return new DOMParser().parseFromString(await answer.text(), "text/html")
}
