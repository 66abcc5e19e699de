// shortcuts are the keys that work everywhere; those of the composer and of the messages are theirs. The
// list of all of them is in the page.
export function shortcuts() {
  document.addEventListener("keydown", event => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return
    if (!shortcut(event)) return
    event.preventDefault()
  })
  document.addEventListener("click", ({ target }) => target.closest("[data-shortcuts]") && showHelp())
}

function shortcut(event) {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event
  const command = ctrlKey || metaKey
  if ((key === "?" && !command && !altKey && !writes(event.target)) || (key === "/" && command && !altKey)) return showHelp()
  if (altKey && !command && (key === "ArrowDown" || key === "ArrowUp")) return goRoom(key === "ArrowDown" ? 1 : -1, shiftKey)
  return false
}

function writes(target) {
  return target.matches("input, textarea, select, [contenteditable]")
}

function showHelp() {
  const help = document.getElementById("shortcuts")
  if (!help || help.open) return false
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const key of help.querySelectorAll("kbd")) if (key.textContent === "Ctrl") key.textContent = "⌘"
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false
  help.showModal()
  return true
}

// goRoom goes to the next room of the list, or the one before; unread: with unread messages.
function goRoom(step, unread) {
  const lines = [...document.querySelectorAll("[data-line]")]
  if (lines.length === 0) return false
  let at = lines.findIndex(line => line.querySelector("[aria-current]"))
  if (at < 0 && step < 0) at = lines.length
  for (let tries = 0; tries < lines.length; tries++) {
    at = (at + step + lines.length) % lines.length
    if (unread && lines[at].querySelector("[data-badge]").hidden) continue
    lines[at].querySelector("a").click()
    return true
  }
  return true
}
