const FORGOTTEN = 10_000 // a server that has said nothing for so long is gone

// LiveInspector shows the newest report of every server.
class LiveInspector extends HTMLElement {
  #source
  #watch
  #heard = new Map()

  connectedCallback() {
    this.#open()
    window.addEventListener("pagehide", this.#close)
    window.addEventListener("pageshow", this.#open)
  }

  disconnectedCallback() {
    this.#close()
    window.removeEventListener("pagehide", this.#close)
    window.removeEventListener("pageshow", this.#open)
  }

  #open = () => {
    this.#close()
    this.#source = new EventSource("/inspector/events")
    this.#source.addEventListener("server", event => this.#show(event.data))
    this.#source.addEventListener("bye", ({ data }) => ["limit", "signed_out"].includes(data) && this.#close())
    this.#watch = setInterval(() => this.#forget(), 1_000)
  }

  #close = () => {
    this.#source?.close()
    clearInterval(this.#watch)
  }

  #show(html) {
    const server = new DOMParser().parseFromString(html, "text/html").querySelector("[data-server]")
    if (!server) return
    this.#heard.set(server.dataset.server, Date.now())
    const servers = this.querySelector("[data-part=servers]")
    const name = server.dataset.server
    const shown = [...servers.children].find(other => other.dataset.server >= name)
    if (shown?.dataset.server === name) this.#replace(shown, server)
    else servers.insertBefore(server, shown ?? null)
  }

  // What the reader has opened or scrolled stays as it is.
  #replace(shown, server) {
    const before = shown.querySelectorAll(".wide"), left = [...before].map(box => box.scrollLeft)
    server.querySelector("details").open = shown.querySelector("details").open
    shown.replaceWith(server)
    server.querySelectorAll(".wide").forEach((box, i) => { box.scrollLeft = left[i] })
  }

  #forget() {
    for (const server of this.querySelectorAll("[data-server]")) {
      const heard = this.#heard.get(server.dataset.server)
      if (heard && Date.now() - heard > FORGOTTEN) server.remove()
    }
  }
}

customElements.define("live-inspector", LiveInspector)
