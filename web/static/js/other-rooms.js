import { insertSorted } from "./sorted.js"

// showOther puts a public room that the viewer is not in into its place in the list of those, or takes it away. rev is
// the number of the event that tells it.
export function showOther(item, { room, rev, archived }) {
  const list = document.getElementById("others")
  const shown = list?.querySelector(`[data-other="${CSS.escape(room)}"]`)
  if (!list || shown && rev <= Number(shown.dataset.rev)) return
  shown?.remove()
  if (!archived) insertSorted(list, item)
  markCurrent(list)
  list.parentElement.hidden = list.children.length === 0
}

// markCurrent marks the links of a list of rooms that lead to the page that is shown.
export function markCurrent(root) {
  for (const link of root.querySelectorAll("a.line-link:not(.add)")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page")
  }
}
