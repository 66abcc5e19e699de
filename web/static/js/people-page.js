// <people-page> keeps who was chosen for a conversation while one searches for more.
class PeoplePage extends HTMLElement {
  #chosen = new Map() // id → name

  connectedCallback() {
    this.addEventListener("change", ({ target }) => {
      if (target.name !== "user") return
      if (target.checked) this.#chosen.set(target.value, this.#nameOf(target))
      else this.#chosen.delete(target.value)
      this.#show()
    })
    for (const event of ["turbo:frame-load", "part:load"]) this.addEventListener(event, () => this.#tick())
    for (const box of this.#boxes) if (box.checked) this.#chosen.set(box.value, this.#nameOf(box))
    this.#show()
  }

  get #boxes() { return this.querySelectorAll("input[type=checkbox][name=user]") }

  #part(name) { return this.querySelector(`[data-part=${name}]`) }

  #nameOf(box) { return box.closest("li").querySelector("[data-name-of]").textContent }

  // tick marks those who are chosen in a list that has just come.
  #tick() {
    for (const box of this.#boxes) box.checked = this.#chosen.has(box.value)
  }

  #show() {
    this.#part("chosen").replaceChildren(...[...this.#chosen].map(([id, name]) => this.#one(id, name)))
    const button = this.#part("write")
    button.hidden = this.#chosen.size === 0
    button.textContent = this.#chosen.size === 1 ? "Message this person" : `Message these ${this.#chosen.size}`
  }

  // one also carries the choice, since the list may not show the person any more.
  #one(id, name) {
    const item = this.#part("one").content.firstElementChild.cloneNode(true)
    item.querySelector("[data-part=name]").textContent = name
    item.querySelector("input").value = id
    item.querySelector("button").onclick = () => {
      this.#chosen.delete(id)
      this.#tick()
      this.#show()
    }
    return item
  }
}

customElements.define("people-page", PeoplePage)
