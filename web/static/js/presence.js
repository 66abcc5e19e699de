const CROWD = 5_000 // within which those ask who have lost their server together

// Presence knows how people are there, as far as it was told, and shows it at their marks. It outlasts visits.
export class Presence {
  #states = new Map() // user → online, away or offline
  #told = new Map() // since it was last asked
  #asked = false // with success

  // share(states) tells the browser's other tabs, which take them.
  constructor(share) {
    this.share = share
  }

  tell(user, state) {
    this.#states.set(user, state)
    this.#told.set(user, state)
    mark(document.querySelectorAll(`[data-presence="${CSS.escape(user)}"]`), state)
  }

  // show marks those who have come with a new part of the page.
  show(root = document) {
    for (const element of root.querySelectorAll("[data-presence]")) {
      mark([element], this.#states.get(element.dataset.presence))
    }
  }

  // connected: the stream tells only of changes, while it is open. Every tab asks once; after a cut one does for all.
  connected(leading) {
    if (!this.#asked) this.load()
    else if (leading) setTimeout(() => this.load(), Math.random() * CROWD)
  }

  // load asks how everybody is there.
  async load() {
    const told = this.#told = new Map()
    try {
      const answer = await fetch("/presence", { headers: { Accept: "application/json" }, cache: "no-store" })
      const states = answer.ok ? await answer.json() : undefined
      if (!states || told !== this.#told) return
      this.#asked = true
      this.take([...Object.entries(states), ...told])
      this.share([...this.#states])
    } catch { /* when the stream is back, it is asked again */ }
  }

  take(states) {
    this.#states = new Map(states)
    this.show()
  }
}

function mark(elements, state = "offline") {
  for (const element of elements) element.dataset.state = state
}
