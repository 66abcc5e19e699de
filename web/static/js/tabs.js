import { Frames } from "./frames.js"
import { LeaseElection, LockElection } from "./elections.js"
import { Supervisor } from "./supervisor.js"
import { uuid } from "./ids.js"

const QUIET = 20_000 // the stream says something every 15 s, and so does the tab that holds it
const ANSWER = 2_000 // within which a tab that is awake answers

// Tabs gives every tab of a browser the frames of one stream. One tab leads: it holds the stream and
// passes on each frame after it has applied it. The others follow, and each keeps the cursor of what it
// applied itself, so that it can lead from there.
export class Tabs {
  #name = uuid()
  #channel
  #election
  #supervisor
  #leading = false
  #leader // the name of the tab that leads, as far as known
  #level = false // as a follower: nothing lies between what this page shows and the next frame
  #heard = 0
  #status = "connecting"
  #watch

  // since is when the page was requested, received when it was there: in between its snapshot was taken.
  // onFrame applies a frame; onShared gets what the tab that leads shares; onStatus, onEnd as for a Supervisor;
  // onBehind means that the page must be loaded anew.
  constructor({ user, cursor, since, received, onFrame, onShared, onStatus, onEnd, onBehind }) {
    Object.assign(this, { user, cursor, since, onFrame, onShared, onStatus, onEnd, onBehind })
    this.frames = new Frames(cursor, received)
  }

  start() {
    if (this.#channel) return
    this.#channel = new BroadcastChannel("chat")
    this.#channel.onmessage = ({ data }) => this.#hear(data)
    const handlers = { win: () => this.#lead(), lose: () => this.#follow(), post: m => this.#post(m), name: this.#name }
    this.#election = navigator.locks ? new LockElection(handlers) : new LeaseElection(handlers)
    this.#hello()
    this.#election.run()
    this.#watch = setInterval(() => this.#check(), 5_000)
  }

  // stop leaves the others alone with it. A page that sleeps must not hold the stream.
  stop() {
    clearInterval(this.#watch)
    this.#supervisor?.stop()
    this.#supervisor = undefined
    this.#election?.retire()
    this.#channel?.close()
    this.#channel = this.#leader = undefined
    this.#leading = this.#level = false
  }

  get leading() { return this.#leading }

  // share hands something to the tabs that follow.
  share(what) {
    if (this.#leading) this.#post({ kind: "shared", what })
  }

  nudge() {
    this.#supervisor?.nudge()
    if (!this.#leading && this.#channel) this.#check()
  }

  #lead() {
    this.#leading = this.#level = true
    this.#leader = this.#name
    this.#supervisor = new Supervisor({
      cursor: () => this.cursor,
      onFrame: frame => { this.#apply(frame); this.#post({ kind: "frame", frame }) },
      onStatus: status => this.#tell(status),
      onEnd: reason => this.#ended(reason),
    })
    this.#supervisor.start()
    this.#post({ kind: "lead", status: this.#status })
  }

  // ended: a stream that was one too many stays paused until somebody opens the chat here again.
  #ended(reason) {
    if (reason === "limit") this.#status = reason
    this.#post({ kind: "end", reason })
    this.onEnd(reason)
  }

  #follow() {
    this.#supervisor?.stop()
    this.#supervisor = this.#leader = undefined
    this.#leading = this.#level = false
    this.#hello()
  }

  #tell(status) {
    if (status === this.#status) return
    this.#status = status
    this.onStatus(status)
    if (this.#leading) this.#post({ kind: "lead", status })
  }

  #apply(frame) {
    this.frames.add(frame)
    this.onFrame(frame)
    if (frame.id) this.cursor = frame.id
    this.since = undefined
  }

  #post(message) {
    this.#channel?.postMessage({ ...message, from: this.#name, user: this.user })
  }

  // hello asks the leader to be brought level: from this tab's cursor, or, while the page is as it was
  // loaded, from the time when it was requested.
  #hello() {
    this.#heard = Date.now()
    this.#post({ kind: "hello", cursor: this.cursor, since: this.since })
    const heard = this.#heard
    setTimeout(() => this.#level || this.#suspect(heard), ANSWER + Math.random() * 500)
  }

  #check() {
    if (this.#leading || Date.now() - this.#heard < QUIET) return
    this.#post({ kind: "ask" })
    const heard = this.#heard
    setTimeout(() => this.#suspect(heard), ANSWER + Math.random() * 1_000)
  }

  // suspect takes over from a leader that has said nothing since.
  #suspect(heard) {
    if (this.#channel && !this.#leading && this.#heard === heard) this.#election.takeOver()
  }

  #hear(message) {
    if (message.user !== this.user) return location.reload() // somebody else signed in
    this.#election.heard(message)
    if (message.kind === "hello" && this.#leading) this.#answer(message)
    if (message.kind === "ask" && this.#leading) this.#post({ kind: "lead", status: this.#status })
    if (this.#leading || (message.to && message.to !== this.#name)) return
    if (["frame", "lead", "level"].includes(message.kind)) this.#heard = Date.now()
    if (message.kind === "frame" && this.#level && message.from === this.#leader) this.#apply(message.frame)
    if (message.kind === "shared") this.onShared(message.what)
    if (message.kind === "lead") this.#led(message)
    if (message.kind === "level") this.#levelled(message)
    if (message.kind === "end") this.onEnd(message.reason)
  }

  #led({ from, status }) {
    this.#tell(status)
    if (from === this.#leader && this.#level) return
    this.#leader = from
    this.#level = false
    this.#hello()
  }

  #answer({ from, cursor, since }) {
    if (since && this.#status === "limit") this.#supervisor.start()
    const frames = this.frames.after(cursor) ?? (since ? this.frames.since(since) : null)
    this.#post({ kind: "level", to: from, frames, cursor: this.cursor, status: this.#status })
  }

  #levelled({ from, frames, cursor, status }) {
    this.#leader = from
    this.#level = true
    for (const frame of frames ?? []) this.#apply(frame)
    this.cursor = cursor
    this.since = undefined
    if (!frames) this.onBehind()
    this.#tell(status)
  }
}
