import { Reader } from "./reader.js"
import { send } from "./request.js"

// Unread is what one has not read of a room: where it begins on the page, and what the server is told.
export class Unread {
  #room
  #history
  #reader

  // highest(), looking() and onRead(seq) are those of Reader; notify(text) says what went wrong.
  constructor(room, { history, notify, signal, ...reader }) {
    Object.assign(this, { notify, highest: reader.highest })
    this.#room = room
    this.#history = history
    this.#reader = new Reader({ room, signal, ...reader })
    window.addEventListener("blur", () => this.#away(), { signal })
  }

  // held: the viewer wants something to stay unread.
  get held() { return this.#reader.held }

  check() {
    this.#reader.check()
  }

  // moved is told of the read position, which may have gone back, and how many messages are unread above it;
  // again: perhaps of an older one first.
  moved(seq, unread, again) {
    if (seq < this.#reader.read && !again) {
      this.#history.since.told(unread, this.highest())
      this.#history.newAfter = seq
    }
    this.#reader.moved(seq)
  }

  // from keeps a message and those after it unread.
  async from(article) {
    await this.#reader.hold()
    await send("POST", `/rooms/${this.#room}/unread`, { message: article.id.slice("message-".length) })
    this.#history.newAfter = Math.min(this.#history.newAfter, Number(article.dataset.seq) - 1)
  }

  // all says that everything is read, seen or not.
  async all() {
    const seq = this.highest()
    try {
      await this.#reader.tellAll()
    } catch (error) {
      return this.notify(error.message)
    }
    const read = Math.max(seq, this.#reader.read) // elsewhere, meanwhile
    this.#reader.moved(read)
    this.#history.newAfter = read
    this.#history.since.told(0, read)
  }

  // answered: who writes has read.
  answered() {
    this.#reader.release()
    this.#history.newAfter = this.highest()
  }

  // away: what comes from now on is new.
  #away() {
    if (this.#reader.read >= this.highest()) this.#history.newAfter = this.highest()
  }
}
