// Members keeps the list of a room's members as the newest of what it is told about each.
export class Members {
  #list
  #rev
  #told = new Map() // user → the number of the event that told of them last

  constructor(list, rev) {
    this.#list = list
    this.#rev = rev
  }

  join(item, user, rev) {
    if (!this.#isNews(user, rev)) return
    this.#find(user)?.remove()
    const after = [...this.#list.children].find(other => other.dataset.key > item.dataset.key)
    this.#list.insertBefore(item, after ?? null)
    this.#count()
  }

  leave(user, rev) {
    if (!this.#isNews(user, rev)) return
    this.#find(user)?.remove()
    this.#count()
  }

  #isNews(user, rev) {
    if (rev <= (this.#told.get(user) ?? this.#rev)) return false
    this.#told.set(user, rev)
    return true
  }

  #find(user) {
    return this.#list.querySelector(`[data-member="${CSS.escape(user)}"]`)
  }

  #count() {
    const count = document.querySelector("[data-member-count]")
    if (count) count.textContent = String(this.#list.children.length)
  }
}
