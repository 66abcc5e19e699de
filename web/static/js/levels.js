import { localiseDates } from "./arrange.js"

const MORNING = 8 // o'clock

// Levels is the part of the room's menu that says what the viewer is notified of.
export class Levels {
  #section

  constructor(section) {
    this.#section = section
    section.querySelector("[data-tomorrow]").addEventListener("click", ({ currentTarget }) => { currentTarget.value = tomorrow().toISOString() })
  }

  show(level, mutedUntil) {
    this.#section.dataset.level = level
    for (const button of this.#section.querySelectorAll("[name=level]")) {
      button.setAttribute("aria-pressed", String(button.value === level))
    }
    const muted = Date.parse(mutedUntil) > Date.now()
    this.#section.querySelector("[data-mute-off]").hidden = muted
    for (const element of this.#section.querySelectorAll("[data-mute-on]")) element.hidden = !muted
    if (!muted) return
    this.#section.querySelector("time").dateTime = mutedUntil
    localiseDates()
  }
}

function tomorrow() {
  const now = new Date()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING)
}
