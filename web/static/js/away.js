import { someoneLooks } from "./looking.js"
import { send } from "./request.js"

const OFTEN = 60_000
const PATIENCE = 5 * 60_000 // after which somebody who does not look is away

// Away tells the server whether anybody looks at this browser's tabs. The one that leads does; a tab that is
// looked at again after a long time says so itself, at once.
export class Away {
  #seen = Date.now()
  #told = "online"

  constructor(leading) {
    this.leading = leading
    setInterval(() => this.#check(), OFTEN)
    document.addEventListener("visibilitychange", () => this.#check(!document.hidden))
  }

  // again: the stream is a new one, and whoever opens one is taken to look at it.
  again() {
    this.#told = "online"
    this.#check()
  }

  async #check(back = false) {
    const late = Date.now() - this.#seen > PATIENCE
    if (await someoneLooks()) this.#seen = Date.now()
    if (!this.leading() && !(back && late)) return
    const state = Date.now() - this.#seen > PATIENCE ? "away" : "online"
    if (state === this.#told && !(back && late)) return
    this.#told = state
    send("POST", "/presence", { state }).catch(() => { this.#told = "" })
  }
}
