import { ask } from "./confirm.js"
import { copy } from "./copy.js"
import { Editor } from "./editor.js"
import { meta } from "./ids.js"
import { MessageMenu } from "./message-menu.js"
import { Picker } from "./picker.js"
import { react } from "./reactions.js"
import { send } from "./request.js"
import { Rove } from "./rove.js"

const TOOLS = { r: "reply", e: "react" }

// Commands does what can be done with the messages of a room. reply(article) and unread(article) are the
// room's; show(html) applies what the server answers, notify(text) says what became of it.
export class Commands {
  #list
  #room
  #menu
  #picker
  #rove

  constructor(list, room, { show, notify, reply, unread, onEdit, onEdited, signal }) {
    Object.assign(this, { show, notify })
    this.#list = list
    this.#room = room
    this.#menu = new MessageMenu(document.getElementById("message-menu"), {
      may: article => this.#may(article), run: (name, ...rest) => this.#run(name, ...rest), signal,
    })
    this.#picker = new Picker(document.getElementById("picker"), signal)
    this.editor = new Editor(document.getElementById("edit-template"), { onAnswer: show, onOpen: onEdit, onClose: onEdited })
    this.#rove = new Rove(list, { press: (article, key, tool) => this.#press(article, key, tool), signal })
    this.#do.reply = reply
    this.#do.unread = unread
    list.addEventListener("click", event => this.#click(event), { signal })
    list.addEventListener("submit", event => this.#submit(event), { signal })
  }

  // update takes in articles that are new.
  update() {
    this.#rove.update()
  }

  // editLast edits the newest message of one's own that is on the page, and says whether there is one.
  editLast() {
    const last = [...this.#list.querySelectorAll("article[data-mine]:not([data-pending])")].at(-1)
    if (!last || this.#room.archived) return false
    this.editor.open(last)
    return true
  }

  #may({ dataset: { author } }) {
    const may = new Set(["link", "unread"]), mine = author === meta("user")
    if (mine || meta("role") === "administrator") may.add("delete")
    if (this.#room.archived) return may
    for (const name of ["emoji", "react", "reply"]) may.add(name)
    if (mine) may.add("edit")
    return may
  }

  #do = {
    menu: (article, anchor) => this.#menu.open(article, anchor),
    emoji: async (article, anchor, emoji) => this.show(await react(article, emoji)),
    react: (article, anchor) => this.#picker.choose(anchor, async emoji => this.show(await react(current(article), emoji))),
    edit: article => this.editor.open(article),

    link: async article => {
      await copy(article.querySelector(".message-time").href)
      this.notify("The link is copied")
    },

    delete: async article => {
      if (!await ask("Delete this message for everybody?", { yes: "Delete" })) return
      this.show(await send("DELETE", "/messages/" + article.id.slice("message-".length)))
    },
  }

  async #run(name, article, anchor, value) {
    try {
      await this.#do[name](article, anchor, value)
    } catch (error) {
      this.notify(error.message)
    }
  }

  #click(event) {
    const tool = event.target.closest("[data-tool]")
    if (!tool || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    this.#run(tool.dataset.tool, tool.closest("article"), tool)
  }

  // A reaction that is pressed joins in, or takes one's own away.
  #submit(event) {
    if (!event.target.matches("[data-reactions]")) return
    event.preventDefault()
    if (!this.#room.archived) this.#run("emoji", event.target.closest("article"), event.target, event.submitter.value)
  }

  #press(article, key, tool) {
    const name = key === " " || key === "Enter" ? tool.dataset.tool : TOOLS[key.toLowerCase()]
    if (!name || (name !== "menu" && this.#room.archived)) return false
    this.#run(name, article, tool)
    return true
  }
}

// current is the article that stands for the same message now.
function current(article) {
  return document.getElementById(article.id) ?? article
}
