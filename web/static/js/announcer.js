const TOGETHER = 700
const KEPT = 10_000
const LENGTH = 200

// Announcer reads new messages of the open room out to those who use a screen reader: not what is loaded,
// moved or changed around them, and of many at once only how many.
export class Announcer {
  #region
  #waiting = []
  #timer

  constructor(region, signal) {
    this.#region = region
    signal.addEventListener("abort", () => clearTimeout(this.#timer))
  }

  tell(article) {
    const author = article.querySelector(".message-author").textContent
    const text = article.querySelector("[data-body]").textContent.slice(0, LENGTH)
    this.#waiting.push(`${author}: ${text}`)
    this.#timer ??= setTimeout(() => this.#say(), TOGETHER)
  }

  #say() {
    const waiting = this.#waiting
    this.#timer = undefined
    this.#waiting = []
    const text = waiting.length > 3 ? `${waiting.length} new messages` : waiting.join("\n")
    const said = Object.assign(document.createElement("p"), { textContent: text })
    this.#region.append(said)
    setTimeout(() => said.remove(), KEPT)
  }
}
