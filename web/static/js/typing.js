import { isBlocked } from "./blocked.js"

const SHOWN = 5_500 // 6 s from the last key, with what is on the way
const OFTEN = 3_000

// Typing shows who is writing, and tells the others that the viewer is.
export class Typing {
  #element
  #room
  #names = new Map() // user → {name, timer}
  #told = 0

  constructor(element, room, signal) {
    this.#element = element
    this.#room = room
    signal.addEventListener("abort", () => this.#names.forEach(({ timer }) => clearTimeout(timer)))
  }

  show(user, name) {
    if (isBlocked(user)) return
    clearTimeout(this.#names.get(user)?.timer)
    this.#names.set(user, { name, timer: setTimeout(() => this.hide(user), SHOWN) })
    this.#render()
  }

  hide(user) {
    const typing = this.#names.get(user)
    if (!typing) return
    clearTimeout(typing.timer)
    this.#names.delete(user)
    this.#render()
  }

  tell() {
    if (Date.now() - this.#told < OFTEN) return
    this.#told = Date.now()
    fetch(`/rooms/${this.#room}/typing`, { method: "POST", headers: { Accept: "application/json" } }).catch(() => {})
  }

  #render() {
    // Isolated, so that a name written from right to left does not turn the sentence around.
    const names = [...this.#names.values()].map(({ name }) => `\u2068${name}\u2069`)
    this.#element.textContent =
      names.length === 0 ? "" :
      names.length === 1 ? `${names[0]} is typing…` :
      names.length === 2 ? `${names[0]} and ${names[1]} are typing…` : "Several people are typing…"
  }
}
