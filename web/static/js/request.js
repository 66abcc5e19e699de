const TURBO = "text/vnd.turbo-stream.html"

// send asks the server to do something, and gives the fragments that it answers, "" for none. It throws
// an Error with a sentence for a person. keepalive: it is sent even if the page is left; at most 64 kB.
export async function send(method, url, fields, { keepalive } = {}) {
  let answer, text
  try {
    answer = await fetch(url, {
      method,
      body: fields && new URLSearchParams(fields),
      headers: { Accept: `${TURBO}, application/json` },
      signal: AbortSignal.timeout(15_000),
      keepalive,
    })
    text = await answer.text()
  } catch {
    throw new Error("The server cannot be reached. Please try again.")
  }
  if (!answer.ok) throw new Error(sentence(text))
  return answer.headers.get("Content-Type")?.startsWith(TURBO) ? text : ""
}

function sentence(text) {
  try {
    return JSON.parse(text).error.message
  } catch {
    return "Something went wrong. Please try again."
  }
}
