// drawMissing draws the initial of those whose picture cannot be had: it was replaced since the page was made.
export function drawMissing() {
  document.addEventListener("error", ({ target }) => draw(target), { capture: true })
  for (const picture of document.images) if (picture.complete && picture.naturalWidth === 0) draw(picture)
}

function draw(picture) {
  if (picture.matches?.("[data-presence] img")) picture.replaceWith(picture.alt)
}
