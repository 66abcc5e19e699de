const KEPT = 500

// Frames is what the stream brought lately: {event, data, id, at}. It serves to bring something level
// that was made from an older state: a page whose request was under way, a fragment, another tab.
export class Frames {
  #list = []
  #start // the cursor before the first frame of the list
  #reach // a page requested from this time on lacks nothing that came before the list

  constructor(cursor, reach) {
    this.#start = cursor
    this.#reach = reach
  }

  add(frame) {
    if (!frame.id || (frame.event === "ping" && frame.id === this.#list.at(-1)?.id)) return
    this.#list.push(frame)
    if (this.#list.length <= KEPT) return
    const gone = this.#list.shift()
    this.#start = gone.id || this.#start
    this.#reach = Math.max(this.#reach, gone.at + 1)
  }

  // since gives what came at or after a time: what a page lacks that was requested then. What came
  // before was committed before, so the page has it. null if too long ago.
  since(time) {
    if (time < this.#reach) return null
    return this.#list.filter(frame => frame.at >= time)
  }

  // after gives what came after a cursor, null if this cursor was not seen.
  after(cursor) {
    const seen = this.#list.findLastIndex(frame => frame.id === cursor)
    if (seen >= 0) return this.#list.slice(seen + 1)
    return cursor && cursor === this.#start ? this.#list.slice() : null
  }
}
