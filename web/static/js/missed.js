// mentioning adds to a sentence about messages how many of them mention the viewer, if any do.
export function mentioning(news, mentions) {
  if (mentions === 0) return news
  return `${news}, ${mentions} ${mentions === 1 ? "mentions" : "mention"} you`
}

// missed says what a page that is loaded anew was not told. Each number is 0 if it is not known.
export function missed(messages, mentions) {
  if (messages + mentions === 0) return "This page was behind and has been loaded anew"
  if (messages === 0) return mentioning("You missed messages", mentions)
  return mentioning(`You missed ${messages} ${messages === 1 ? "message" : "messages"}`, mentions)
}
