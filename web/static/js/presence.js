// Presence knows how people are there, as far as it was told, and shows it at their marks. It outlasts visits.
export class Presence {
  #states = new Map() // user → online, away or offline
  #told = new Map() // since it was last asked

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

  // load asks how everybody is there: the stream tells only of changes, while it is open.
  async load() {
    const told = this.#told = new Map()
    try {
      const answer = await fetch("/presence", { headers: { Accept: "application/json" }, cache: "no-store" })
      const states = answer.ok ? await answer.json() : undefined
      if (!states || told !== this.#told) return
      this.#states = new Map([...Object.entries(states), ...told])
      this.show()
    } catch { /* when the stream is back, it is asked again */ }
  }
}

function mark(elements, state = "offline") {
  for (const element of elements) element.dataset.state = state
}
