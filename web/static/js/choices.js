const MOST = 12

// rank gives those of the choices that a text may mean, the likeliest first: whose name begins with it, one of
// whose words does, in which it is. Without a text, what is unread comes first.
export function rank(choices, text) {
  const wanted = fold(text)
  const ranked = choices.map((choice, order) => ({ choice, order, place: wanted ? fit(fold(choice.name), wanted) : choice.unread > 0 ? 0 : 1 }))
  return ranked
    .filter(({ place }) => place < 3)
    .sort((a, b) => a.place - b.place || a.order - b.order)
    .slice(0, MOST)
    .map(({ choice }) => choice)
}

function fit(name, wanted) {
  if (name.startsWith(wanted)) return 0
  if (name.split(/[\s_-]+/).some(word => word.startsWith(wanted))) return 1
  return name.includes(wanted) ? 2 : 3
}

// fold makes texts comparable: neither case nor accents tell them apart.
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim()
}
