const GAP = 6 // pixels

// openPopup shows a popover beside an element: below it if there is room, and within the window. On a
// phone menus are a sheet at the lower edge, which is the style sheet's work.
export function openPopup(popup, anchor, align = "end") {
  if (!popup.matches(":popover-open")) popup.showPopover()
  const at = anchor.getBoundingClientRect(), box = popup.getBoundingClientRect()
  const below = at.bottom + GAP, above = at.top - GAP - box.height
  const y = below + box.height <= innerHeight || above < GAP ? below : above
  const x = align === "start" || at.right - box.width < GAP ? at.left : at.right - box.width
  popup.style.setProperty("--x", `${within(x, box.width, innerWidth)}px`)
  popup.style.setProperty("--y", `${within(y, box.height, innerHeight)}px`)
}

function within(place, size, room) {
  return Math.max(GAP, Math.min(place, room - size - GAP))
}

// arrows moves the focus among elements by the arrow keys, Home and End. It says whether it did.
export function arrows(event, elements) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
  const at = elements.indexOf(document.activeElement), last = elements.length - 1
  const to = step ? (at + step + elements.length) % elements.length : { Home: 0, End: last }[event.key]
  if (to === undefined || last < 0) return false
  event.preventDefault()
  elements[to].focus()
  return true
}
