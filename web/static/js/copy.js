// copy puts a text on the clipboard, also where the page has no secure context and so no navigator.clipboard.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" })
    document.body.append(area)
    area.select()
    const copied = document.execCommand("copy")
    area.remove()
    if (!copied) throw new Error("The link could not be copied.")
  }
}
