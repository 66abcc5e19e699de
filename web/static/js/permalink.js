const POINTED = 4_000

// target is the message that the address names, if it is on the page.
export function target() {
  const byHash = location.hash.startsWith("#message-") && document.getElementById(location.hash.slice(1))
  if (byHash) return byHash
  const around = new URLSearchParams(location.search).get("around")
  return around && document.getElementById("message-" + around)
}

// onPermalink calls go(article) where a link leads to a message that is on the page, instead of loading a page
// around it.
export function onPermalink(list, go, signal) {
  const follow = hash => {
    const article = hash.startsWith("#message-") && document.getElementById(hash.slice(1))
    if (article) go(article)
    return Boolean(article)
  }
  list.addEventListener("click", event => {
    const link = event.target.closest("[data-quote][href], .message-time[href]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    if (follow(link.hash)) event.preventDefault()
  }, { signal })
  window.addEventListener("hashchange", () => follow(location.hash) && settleAddress(), { signal })
}

// settleAddress takes out of the address what was for the arrival only: a page that is loaded anew must
// not jump there again, nor begin the same answer.
export function settleAddress() {
  const url = new URL(location.href)
  url.hash = ""
  url.searchParams.delete("reply")
  if (url.href !== location.href) history.replaceState(history.state, "", url)
}

// pointOut makes a message stand out for a while, and gives it the focus: where one has come to is where
// one goes on from.
export function pointOut(article) {
  article.dataset.pointed = ""
  article.tabIndex = -1
  article.focus({ preventScroll: true })
  setTimeout(() => delete article.dataset.pointed, POINTED)
}
