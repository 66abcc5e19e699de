const PATIENCE = 1_000 // shorter trouble is not worth a word
const SHOWN = 2_000

const words = {
  connecting: "Connecting…",
  connected: "Connected",
  reconnecting: "Reconnecting…",
  limit: "Paused: the chat is open in too many places",
}

// Status says how the stream is. What is well is said quietly, except after trouble.
export class Status {
  #state = ""
  #loud = false
  #timer

  set(state) {
    if (state === this.#state) return
    this.#state = state
    clearTimeout(this.#timer)
    if (state === "connected") {
      this.show()
      this.#timer = setTimeout(() => this.#say(false), SHOWN)
    } else {
      this.#timer = setTimeout(() => this.#say(true), this.#loud ? 0 : PATIENCE)
    }
  }

  #say(loud) {
    this.#loud = loud
    this.show()
  }

  // show writes it into the page, which may be a new one.
  show() {
    const element = document.getElementById("status")
    if (!element || !this.#state) return
    element.dataset.state = this.#state
    element.toggleAttribute("data-quiet", !this.#loud)
    const said = words[this.#state]
    if (element.textContent.startsWith(said)) return
    element.textContent = said
    if (this.#state !== "limit") return
    element.append(Object.assign(document.createElement("button"), {
      type: "button", textContent: "Use it here", onclick: () => location.reload(),
    }))
  }
}

// Notice says something once.
export class Notice {
  #text = ""
  #timer

  set(text) {
    this.#text = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.set(""), 10_000)
    this.show()
  }

  show() {
    const element = document.getElementById("notice")
    if (!element) return
    element.textContent = this.#text
    if (!this.#text) return clearTimeout(this.#timer)
    element.append(Object.assign(document.createElement("button"), {
      type: "button", textContent: "Dismiss", onclick: () => this.set(""),
    }))
  }
}
