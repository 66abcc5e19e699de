// showOther puts a public room that the viewer is not in into its place in the list of those, or takes it away. rev is
// the number of the event that tells it.
export function showOther(item, { room, rev, archived }) {
  const list = document.getElementById("others")
  const shown = list?.querySelector(`[data-other="${CSS.escape(room)}"]`)
  if (!list || shown && rev <= Number(shown.dataset.rev)) return
  shown?.remove()
  const link = item.querySelector("a")
  if (link.pathname === location.pathname) link.setAttribute("aria-current", "page")
  if (!archived) list.insertBefore(item, [...list.children].find(({ dataset: { key } }) => key > item.dataset.key) ?? null)
  list.parentElement.hidden = list.children.length === 0
}
