// Notifications keeps the list of the notification centre as it would be if it were loaded now: the newest
// first, those that the filter lets through.
export class Notifications {
  #list

  constructor(list) {
    this.#list = list
    list.addEventListener("click", ({ target }) => {
      const item = target.closest("[data-open]")?.closest("li")
      if (item && !("read" in item.dataset)) readOne(item)
    })
  }

  // take shows one that is new, or was read.
  take(item) {
    const shown = document.getElementById(item.id)
    if (!this.#wanted(item)) return shown?.remove()
    if (shown) return shown.replaceWith(item)
    const after = [...this.#list.children].find(other => other.dataset.at <= item.dataset.at)
    if (after || !("older" in this.#list.dataset)) this.#list.insertBefore(item, after ?? null)
  }

  // gone takes away one that has nothing to tell any more.
  gone(id) {
    this.#list.querySelector("#" + CSS.escape("notification-" + id))?.remove()
  }

  // drop takes away what tells of a message that is no more.
  drop(message) {
    for (const item of this.#list.querySelectorAll(`[data-message="${CSS.escape(message)}"]`)) item.remove()
  }

  // read marks those of a room up to a message, readAll all.
  read(room, seq) {
    for (const item of this.#list.querySelectorAll(`[data-room="${CSS.escape(room)}"]`)) {
      if (Number(item.dataset.seq) <= seq) this.#read(item)
    }
  }

  readAll() {
    for (const item of [...this.#list.children]) this.#read(item)
  }

  #read(item) {
    item.dataset.read = ""
    if (!this.#wanted(item)) item.remove()
  }

  #wanted({ dataset }) {
    switch (this.#list.dataset.filter) {
      case "unread": return !("read" in dataset)
      case "mentions": return dataset.kind === "mention" || dataset.kind === "reply"
    }
    return true
  }
}

// readOne tells the server that one was followed, which the page it leads to does not stop.
function readOne(item) {
  const { action } = item.querySelector("form")
  fetch(action, { method: "POST", headers: { Accept: "application/json" }, keepalive: true }).catch(() => {})
}

// nameRooms says where things happened that the stream told of: what the viewer calls a room, the list of
// rooms knows.
export function nameRooms(lines, root = document) {
  for (const element of root.querySelectorAll("[data-room-of]")) {
    const line = lines.get(element.dataset.roomOf)
    if (line) element.textContent = line.called
  }
}
