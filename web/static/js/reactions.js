import { meta } from "./ids.js"
import { send } from "./request.js"

// markReactions says of the reactions under a message which are the viewer's, and who they are from.
export function markReactions(article) {
  const viewer = meta("user")
  for (const button of article.querySelectorAll("[data-users]")) {
    button.setAttribute("aria-pressed", String(button.dataset.users.split(" ").includes(viewer)))
    button.title = [...button.querySelectorAll("bdi")].map(name => name.textContent).join(", ")
  }
}

// putReactions replaces the reactions under a message by newer ones.
export function putReactions(article, fresh) {
  const shown = reactionsOf(article)
  if (!shown || Number(fresh.dataset.rev) <= Number(shown.dataset.rev)) return
  const focused = shown.contains(document.activeElement) ? document.activeElement.value : undefined
  shown.replaceWith(fresh)
  if (focused) buttonOf(article, focused)?.focus({ preventScroll: true })
}

// keepReactions takes over what stands under the message that an article replaces, if that is newer.
export function keepReactions(article, replaced) {
  const before = reactionsOf(replaced)
  if (before) putReactions(article, before)
}

// react puts an emoji under a message, or takes the viewer's own away, and gives the fragments answered.
export function react(article, emoji) {
  const mine = buttonOf(article, emoji)?.getAttribute("aria-pressed") === "true"
  return send("POST", reactionsOf(article).getAttribute("action"), { emoji, state: mine ? "off" : "on" })
}

function reactionsOf(article) {
  return article.querySelector("[data-reactions]")
}

function buttonOf(article, emoji) {
  return [...article.querySelectorAll("[data-users]")].find(button => button.value === emoji)
}
