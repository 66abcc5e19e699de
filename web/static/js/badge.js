import { short } from "./line.js"

// showBadges says what is unread where it is seen also when the page is not: in the title and on its icon.
export function showBadges(title, { unread, bell }) {
  document.title = (bell > 0 ? `🔔${short(bell)} ` : "") + (unread > 0 ? `(${unread}) ` : "") + title
  const icon = document.querySelector("link[rel=icon]")
  const href = unread > 0 || bell > 0 ? icon.dataset.unread : icon.dataset.plain
  if (icon.getAttribute("href") !== href) icon.setAttribute("href", href)
}

// Bell is the number of unread notifications, which every page shows.
export class Bell {
  #element = document.getElementById("bell")
  count = Number(this.#element?.dataset.unread ?? 0)

  show(count) {
    this.count = count
    if (!this.#element) return
    this.#element.dataset.unread = String(count)
    this.#element.querySelector("[data-badge]").hidden = count === 0
    this.#element.querySelector("[data-count]").textContent = short(count)
    for (const button of document.querySelectorAll("[data-read-all]")) button.disabled = count === 0
  }
}
