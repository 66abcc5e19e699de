const PATIENCE = 5_000
const names = { "h2": "HTTP/2", "h3": "HTTP/3", "http/1.1": "HTTP/1.1" }
let count = 0

// ask makes an ordinary request while streams are open, and tells in a sentence how that went.
export async function ask() {
  const url = new URL(`/session?ask=${++count}`, location.origin).href
  const protocol = protocolOf(url), began = performance.now()
  try {
    const { status } = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })
    const took = Math.round(performance.now() - began)
    return `GET /session was answered ${status} in ${took} ms over ${await protocol}.`
  } catch {
    return `GET /session got no answer in ${PATIENCE / 1000} s. Over HTTP/1.1 a browser opens six connections to a server, and streams hold them.`
  }
}

// protocolOf waits for the browser's own record of a request. (The list that getEntriesByType gives is
// full after 250 of them.)
function protocolOf(url) {
  return new Promise(done => {
    const observer = new PerformanceObserver(list => {
      const [entry] = list.getEntriesByName(url)
      if (!entry) return
      observer.disconnect()
      done(names[entry.nextHopProtocol] ?? (entry.nextHopProtocol || "a protocol that the browser does not tell"))
    })
    observer.observe({ type: "resource" })
  })
}
