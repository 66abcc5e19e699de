// showPerson shows somebody as they are called and look now, wherever they are on the page, and in what new
// messages are made of. mark is their avatar.
export function showPerson({ user, name, role, status, mark }) {
  const id = CSS.escape(user)
  for (const root of [document, document.getElementById("message-template")?.content]) {
    if (!root) continue
    for (const element of root.querySelectorAll(`[data-name-of="${id}"]`)) {
      element.textContent = name
      if (!("statusTitle" in element.dataset)) continue
      if (status) element.title = status
      else element.removeAttribute("title")
    }
    for (const element of root.querySelectorAll(`[data-status-of="${id}"]`)) fill(element, status)
    for (const element of root.querySelectorAll(`[data-role-of="${id}"]`)) fill(element, role === "member" ? "" : role)
    for (const element of root.querySelectorAll(`[data-presence="${id}"]`)) {
      const { state } = element.dataset
      const drawn = document.importNode(mark, true)
      if (state) drawn.dataset.state = state
      element.replaceWith(drawn)
    }
  }
}

function fill(element, text) {
  element.textContent = text
  element.hidden = text === ""
}
