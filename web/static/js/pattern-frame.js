const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23",
})

// frameElement shows a frame as it was on the wire, as far as that is known, and when it came. of tells
// which of several streams brought it, "" if there is one.
export function frameElement({ event, own, id, data, at }, of) {
  const row = document.createElement("div")
  row.className = "frame"
  row.dataset.event = event
  row.toggleAttribute("data-own", own)
  const time = document.createElement("time")
  time.dateTime = at.toISOString()
  time.textContent = clock.format(at)
  const text = document.createElement("pre")
  for (const line of fields(event, id, data)) text.append(...line, "\n")
  text.lastChild.remove()
  row.append(time, text)
  if (of) row.append(Object.assign(document.createElement("span"), { className: "frame-of", textContent: of }))
  return row
}

function fields(event, id, data) {
  const lines = data.split("\n").map(line => field("data", line))
  if (event !== "message") lines.unshift(field("event", event))
  if (id) lines.unshift(field("id", id))
  return lines
}

function field(name, value) {
  const label = Object.assign(document.createElement("span"), { className: "frame-field", textContent: name + ":" })
  return [label, value && " " + value]
}
