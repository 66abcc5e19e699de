import { meta } from "./ids.js"

const PREFIX = "chat:draft:"
const NONE = { body: "", reply: "" }
const memory = new Map() // for browsers that keep nothing

// draftOf gives what was being written in a room: {body, reply}, reply the id of what it answers.
export function draftOf(room) {
  try {
    return JSON.parse(localStorage.getItem(key(room))) ?? memory.get(key(room)) ?? NONE
  } catch {
    return memory.get(key(room)) ?? NONE
  }
}

// keepDraft keeps it over reloads, in this browser only and for this person; one without text is forgotten.
export function keepDraft(room, { body, reply }) {
  const kept = body || reply ? { body, reply } : undefined
  try {
    if (kept) localStorage.setItem(key(room), JSON.stringify(kept))
    else localStorage.removeItem(key(room))
    memory.delete(key(room))
  } catch {
    memory.set(key(room), kept)
  }
}

// onDraft calls changed(draft, before) when another tab has changed the draft of a room.
export function onDraft(room, changed, signal) {
  window.addEventListener("storage", event => {
    if (event.key === key(room)) changed(JSON.parse(event.newValue) ?? NONE, JSON.parse(event.oldValue) ?? NONE)
  }, { signal })
}

// forgetDrafts forgets what was being written in this browser, by whomever, in all rooms: who signs out, or is
// signed out, leaves nothing behind.
export function forgetDrafts() {
  memory.clear()
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name)
  } catch { /* then nothing was kept */ }
}

function key(room) {
  return PREFIX + meta("user") + ":" + room
}
