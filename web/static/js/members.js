import { meta } from "./ids.js"
import { insertSorted } from "./sorted.js"

// Members keeps the list of a room's members as the newest of what it is told about each.
export class Members {
  #list
  #rev
  #told = new Map() // user → the number of the event that told of them last
  #unnamed // how many are not in the list: of a large room it has only some
  #room
  #others = new Map() // user → the name of one of those
  #asked = new Set() // the beginnings of names that the server was asked for

  constructor(list, room, rev) {
    this.#list = list
    this.#room = room
    this.#rev = rev
    this.#unnamed = Number(counter()?.textContent ?? 0) - list.children.length
  }

  join(item, user, rev) {
    if (!this.#isNews(user, rev)) return
    this.#find(user)?.remove()
    this.#others.delete(user)
    item.toggleAttribute("data-me", user === meta("user"))
    insertSorted(this.#list, item)
    this.#count()
  }

  leave(user, rev) {
    if (!this.#isNews(user, rev)) return
    const item = this.#find(user)
    this.#others.delete(user)
    if (item) item.remove()
    else this.#unnamed--
    this.#count()
  }

  // resort puts somebody who has another name in their place.
  resort(user, key) {
    const item = this.#find(user)
    if (!item || item.dataset.key === key) return
    item.dataset.key = key
    insertSorted(this.#list, item)
  }

  // users are the ids of the members, by name.
  get users() { return [...this.#list.children].map(item => item.dataset.member) }

  // nameOf is what a member is called, "" if that is not known.
  nameOf(user) {
    return this.#find(user)?.querySelector("bdi").textContent ?? ""
  }

  // suggested are those whom one can mention, the whole room too if one may.
  suggested(everybody) {
    const people = [...this.#list.children].map(item => ({
      name: item.querySelector("bdi").textContent, mark: item.querySelector(".avatar")?.cloneNode(true),
    }))
    for (const name of this.#others.values()) people.push({ name })
    return everybody ? [...people, { name: "room", hint: "everybody here" }] : people
  }

  // more asks the server for members whose names begin so, where the list has not everybody, and says whether it
  // found any.
  async more(begun) {
    if (this.#unnamed === 0 || !begun || this.#asked.has(begun)) return false
    const answer = await fetch(`/people?${new URLSearchParams({ room: this.#room, q: begun })}`, { headers: { Accept: "application/json" } })
    if (!answer.ok) return false
    this.#asked.add(begun)
    const found = (await answer.json()).filter(({ id }) => !this.#find(id) && !this.#others.has(id))
    for (const { id, name } of found) this.#others.set(id, name)
    return found.length > 0
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
    const count = counter()
    if (count) count.textContent = String(this.#list.children.length + this.#unnamed)
  }
}

function counter() {
  return document.querySelector("[data-member-count]")
}
