const NAME = "chat-looking"

// Every tab holds a lock while it is seen, by which the others of this browser know.
let release

function look() {
  release?.()
  release = undefined
  if (!navigator.locks || document.hidden) return
  navigator.locks.request(NAME, { mode: "shared" }, () => new Promise(done => {
    if (document.hidden) done()
    else release = done
  }))
}

document.addEventListener("visibilitychange", look)
look()

// someoneLooks says whether any tab of this browser is seen. On plain HTTP, where browsers have no locks, a tab
// knows only of itself.
export async function someoneLooks() {
  if (!navigator.locks) return !document.hidden
  const { held } = await navigator.locks.query()
  return held.some(lock => lock.name === NAME)
}
