import { meta } from "./ids.js"

// isBlocked says whether the viewer does not want to hear from somebody.
export function isBlocked(user) {
  return meta("blocked").split(" ").includes(user)
}

// coverBlocked puts one line in place of messages that stand together and are of somebody whom the viewer has
// blocked: pressed, it shows them.
export function coverBlocked(list) {
  let head // the first of those that stand together
  for (const article of list.querySelectorAll("article")) {
    const blocked = isBlocked(article.dataset.author)
    article.toggleAttribute("data-blocked", blocked)
    if (blocked && head && "grouped" in article.dataset) {
      article.toggleAttribute("data-shown", "shown" in head.dataset)
      uncover(article)
    } else if (blocked) {
      head = article
      cover(article)
    } else {
      uncover(article)
    }
  }
}

function cover(article) {
  if (coverOf(article)) return
  const button = Object.assign(document.createElement("button"), { type: "button", className: "message-cover" })
  button.dataset.cover = ""
  say(button, article)
  button.addEventListener("click", () => {
    article.toggleAttribute("data-shown")
    say(button, article)
    coverBlocked(article.parentElement)
  })
  article.prepend(button)
}

function uncover(article) {
  coverOf(article)?.remove()
}

function coverOf(article) {
  return article.querySelector("[data-cover]")
}

function say(button, article) {
  const shown = "shown" in article.dataset
  button.textContent = shown ? "Hide what somebody you blocked writes" : "Written by somebody you blocked. Show it"
  button.setAttribute("aria-expanded", String(shown))
}
