const CLOSED = 2
const OWN = ["ping", "end", "bye"] // the engine's own words, whatever a stream is about

// PatternStream is one EventSource that can be stopped, and started again after what came last. Its state
// is idle, connecting, connected, reconnecting (the browser does that), stopped, ended (by the event end),
// limit or signed_out (by bye), refused (the first answer was no stream) or over (a later one was none).
export class PatternStream {
  #path
  #names
  #source
  #opened
  #seen // the id that the source has: an event without one of its own repeats it
  id = ""
  state = "idle"

  // names are events to listen for; onState() is called when the state changes, onFrame(frame) gets
  // {event, own, id, data, at}: own says that it is the engine's, id is "" if it is that of the frame before.
  constructor({ path, names, onState, onFrame }) {
    this.#path = path
    this.#names = ["message", ...names, ...OWN]
    Object.assign(this, { onState, onFrame })
  }

  get running() { return this.#source !== undefined }

  // address is where start goes. A new EventSource sends no Last-Event-ID, so the id is in the query.
  get address() {
    const url = new URL(this.#path, location.origin)
    if (this.id) url.searchParams.set("lastEventId", this.id)
    return url.pathname + url.search
  }

  start() {
    if (this.#source) return
    const source = this.#source = new EventSource(this.address)
    this.#opened = false
    this.#seen = ""
    source.onopen = () => { this.#opened = true; this.#become("connected") }
    source.onerror = () => {
      if (source.readyState === CLOSED) this.stop(this.#opened ? "over" : "refused")
      else this.#become("reconnecting")
    }
    for (const name of this.#names) source.addEventListener(name, event => this.#take(name, event))
    this.#become("connecting")
  }

  stop(state = "stopped") {
    if (!this.#source) return
    this.#source.close()
    this.#source = undefined
    this.#become(state)
  }

  // forget makes the next start begin anew.
  forget() {
    this.id = ""
  }

  #take(event, { data, lastEventId }) {
    const id = lastEventId === this.#seen ? "" : lastEventId
    this.#seen = lastEventId
    this.id = id || this.id
    this.onFrame({ event, own: OWN.includes(event), id, data, at: new Date() })
    if (event === "end") this.stop("ended")
    if (event !== "bye") return
    const reason = data.trim() // any other than these: the browser is to come back
    if (reason === "limit" || reason === "signed_out") this.stop(reason)
  }

  #become(state) {
    this.state = state
    this.onState()
  }
}
