import { localiseDates } from "./arrange.js"
import { Debt, now } from "./debt.js"
import { meta } from "./ids.js"
import { fetchDocument } from "./older.js"
import * as Turbo from "../vendor/turbo.js"

// Parts are what a page shows and is not told piece by piece: elements with an id, data-shows (what can change) and
// data-from (the page that has them). When that has changed they are loaded anew, without taking away what somebody
// is doing in them: what has been typed or chosen in a form stays, and so does a menu that is open.
export class Parts {
  #debts = new Map() // what has changed → Debt
  #shown
  #kept = new WeakMap() // a menu that was left as it was → what had changed

  // shown() is called when something has been put on the page.
  constructor(shown) {
    this.#shown = shown
    document.addEventListener("toggle", ({ target }) => {
      if (target.open || !this.#kept.has(target)) return
      this.changed(this.#kept.get(target))
      this.#kept.delete(target)
    }, true)
  }

  changed(what) {
    if (!this.#debts.has(what)) this.#debts.set(what, new Debt(() => this.#load(what), Math.random() * 500))
    this.#debts.get(what).owe()
  }

  // paid: a page is shown that was requested then.
  paid(requested) {
    for (const debt of this.#debts.values()) debt.paid(requested)
  }

  async #load(what) {
    const requested = now(), pages = new Map()
    for (const part of document.querySelectorAll(`[data-shows~="${what}"]`)) {
      const { from } = part.dataset
      if (!pages.has(from)) pages.set(from, await fetchDocument(from))
      const fresh = pages.get(from).getElementById(part.id)
      if (part.isConnected && fresh) this.#put(part, fresh, what)
    }
    this.#debts.get(what).paid(requested)
  }

  #put(part, fresh, what) {
    const beforeNodeMorphed = element => {
      const menu = element.matches?.("details[open]")
      if (menu) this.#kept.set(element, what)
      return !menu && !(element.localName === "form" && isTouched(element))
    }
    Turbo.morphElements(part, document.adoptNode(fresh), { callbacks: { beforeNodeMorphed } })
    localiseDates()
    part.dispatchEvent(new Event("part:load", { bubbles: true }))
    this.#shown()
  }
}

// changes names what parts of a page may show that an action changes; user is whom it is about.
export function changes(action, user) {
  const self = user === meta("user")
  switch (action) {
    case "person": return self ? ["people", "self"] : ["people"]
    case "joined": case "left": return self ? ["people", "invitations"] : meta("role") === "guest" ? ["people"] : [] // guests meet people in rooms
    case "room-stale": return ["people", "invitations"]
    case "session": return ["sessions"]
    case "invitation": case "room": return ["invitations"]
    default: return []
  }
}

// isTouched says whether a form is not as it was loaded, or has been refused.
function isTouched(form) {
  return form.querySelector("[aria-invalid]") || [...form.querySelectorAll("input, textarea, option")].some(field => {
    switch (field.type ?? "option") {
      case "option": return field.selected !== field.defaultSelected
      case "checkbox": return field.checked !== field.defaultChecked
      case "file": return field.files.length > 0
      default: return field.value !== field.defaultValue
    }
  })
}
