// pendingArticle makes a message that is on its way from the page's template. It has the id that the real
// one will have.
export function pendingArticle({ id, body, reply, at }) {
  const article = document.getElementById("message-template").content.firstElementChild.cloneNode(true)
  article.id = "message-" + id
  article.dataset.pending = ""
  article.dataset.at = article.querySelector("time").dateTime = at.toISOString()
  article.querySelector("[data-body]").textContent = body
  if (reply) article.dataset.replyTo = reply
  else {
    delete article.dataset.replyTo
    article.querySelector("[data-quote]").remove()
  }
  for (const link of article.querySelectorAll("[href]")) link.removeAttribute("href")
  return article
}

// markPending says below it what is wrong, "" for nothing, and offers to try again.
export function markPending(article, failed, again) {
  article.toggleAttribute("data-failed", failed !== "")
  const foot = article.querySelector("[data-foot]")
  foot.replaceChildren(failed)
  if (!failed) return
  const button = Object.assign(document.createElement("button"), { type: "button", className: "message-again", textContent: "Try again" })
  button.addEventListener("click", again)
  foot.append(button)
}
