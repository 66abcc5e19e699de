// ask asks whether something should be done, and gives the answer. It takes the place of the browser's own
// window, for forms too.
export function ask(question, { yes } = {}) {
  const dialog = document.createElement("dialog")
  dialog.className = "dialog ask"
  dialog.setAttribute("aria-label", question)
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "dialog-actions" })
  form.append(button("Cancel", "button-quiet", "no"), button(yes || "OK", "button-danger", "yes"))
  dialog.append(Object.assign(document.createElement("p"), { textContent: question }), form)
  document.body.append(dialog)
  dialog.showModal()
  return new Promise(done => dialog.addEventListener("close", () => {
    dialog.remove()
    done(dialog.returnValue === "yes")
  }))
}

function button(textContent, className, value) {
  return Object.assign(document.createElement("button"), { textContent, className, value })
}
