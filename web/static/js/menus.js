// Menus are <details>: they open and close without a script. This closes them when one goes elsewhere, and
// brings the form for a new room, which is at the end of a long list, into view.
export function closeMenus() {
  document.addEventListener("toggle", ({ target }) => target.open && target.matches(".new-room") && target.scrollIntoView({ block: "nearest" }), true)
  document.addEventListener("click", event => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false
    }
  })
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return
    const menu = event.target.closest?.("details[open]")
    if (!menu) return
    menu.open = false
    menu.querySelector("summary").focus()
  })
}
