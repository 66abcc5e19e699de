import { isBlocked } from "./blocked.js"
import { meta } from "./ids.js"

const marked = new WeakSet()

// markMentions makes the names stand out that a message's text mentions, and the message if it concerns
// the viewer. The message says whom it mentions by id, and what it calls each of them; of what is older than that,
// members is the list that knows their names.
export function markMentions(article, members) {
  const { mentions, called, everybody, author } = article.dataset
  if (mentions === undefined && everybody === undefined) return
  const viewer = meta("user"), ids = mentions?.split(" ") ?? []
  article.toggleAttribute("data-for-me", author !== viewer && !isBlocked(author) && (everybody !== undefined || ids.includes(viewer)))
  if (marked.has(article)) return
  marked.add(article)
  const written = called?.split("\n") ?? []
  const names = ids.map((id, i) => ({ name: written[i] || members.nameOf(id), me: id === viewer })).filter(({ name }) => name)
  if (everybody !== undefined) names.push({ name: "room", me: true })
  names.sort((a, b) => b.name.length - a.name.length) // Ada Lovelace before Ada
  for (const node of textsOf(article.querySelector("[data-body]"))) markIn(node, names)
}

function textsOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), texts = []
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a")) texts.push(walker.currentNode)
  return texts
}

function markIn(node, names) {
  for (let at = node.data.indexOf("@"); at >= 0; at = node.data.indexOf("@", at + 1)) {
    const found = isWord(node.data[at - 1]) ? undefined : names.find(({ name }) => follows(node.data, at + 1, name))
    if (!found) continue
    const mention = node.splitText(at)
    node = mention.splitText(1 + found.name.length)
    const mark = Object.assign(document.createElement("span"), { className: "mention" })
    mark.toggleAttribute("data-me", found.me)
    mention.replaceWith(mark)
    mark.append(mention)
    at = -1
  }
}

function follows(text, at, name) {
  const end = at + name.length
  return foldName(text.slice(at, end)) === foldName(name) && !isWord(text[end])
}

function isWord(character) {
  return /[\p{L}\p{N}]/u.test(character ?? "")
}

// foldName is what makes names the same, however they are written.
export function foldName(name) {
  return name.normalize("NFKC").toLowerCase()
}
