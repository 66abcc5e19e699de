import { meta } from "./ids.js"
import { registered, worker } from "./worker.js"

// Web Push wakes this browser while no page is open. A subscription ends with the session, so whoever has asked for
// it, and signs in again, has it made known anew.
const KEY = "chat-push" // for whom this browser is woken
const possible = isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window

const wanted = () => possible && Notification.permission === "granted" && localStorage.getItem(KEY) === meta("user")

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    body: body && JSON.stringify(body),
    headers: { Accept: "application/json", ...body && { "Content-Type": "application/json" } },
    signal: AbortSignal.timeout(15_000),
  })
  if (!answer.ok) throw new Error(answer.status)
  return answer.status === 204 ? null : answer.json()
}

async function subscribe() {
  const { key } = await ask("GET", "/push/key")
  const { pushManager } = await worker()
  const subscription = await renewed(pushManager, key)
  await ask("POST", "/push/subscriptions", subscription)
  localStorage.setItem(KEY, meta("user"))
  sessionStorage.setItem(KEY, meta("user"))
}

// A subscription for another key, of an installation that was here before, is in the way.
async function renewed(pushManager, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key }
  try {
    return await pushManager.subscribe(options)
  } catch (error) {
    const old = await pushManager.getSubscription()
    if (!old) throw error
    await old.unsubscribe()
    return pushManager.subscribe(options)
  }
}

async function unsubscribe() {
  localStorage.removeItem(KEY)
  const subscription = await (await registered())?.pushManager.getSubscription()
  if (!subscription) return
  await ask("DELETE", "/push/subscriptions", { endpoint: subscription.endpoint })
  await subscription.unsubscribe()
}

// keepPush makes the subscription known to the server, once for each tab.
export function keepPush() {
  if (wanted() && sessionStorage.getItem(KEY) !== meta("user")) subscribe().catch(() => {}) // the next tab tries again
}

// <push-switch> is where the viewer says whether to be woken: a browser asks only whoever has pressed a button.
class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.hidden = false
    this.#button.onclick = () => this.#switch()
    this.#show()
  }

  get #button() { return this.querySelector("[data-part=push]") }

  async #switch() {
    this.#button.disabled = true
    this.#tell("")
    try {
      if (wanted()) await unsubscribe()
      else if (await Notification.requestPermission() === "granted") await subscribe()
    } catch {
      this.#tell("This did not work. The server or the push service of the browser cannot be reached.")
    }
    this.#button.disabled = false
    this.#show()
  }

  #tell(problem) {
    const line = this.querySelector("[data-problem]")
    line.textContent = problem
    line.hidden = !problem
  }

  #show() {
    const refused = possible && Notification.permission === "denied"
    this.querySelector("[data-part=state]").textContent =
      !isSecureContext ? "Browsers can be woken only where the chat is reached over https." :
      !possible ? "This browser cannot be woken." :
      refused ? "This browser does not let the chat notify you. You can change that in the settings of the browser." :
      wanted() ? "This browser notifies you while no page of the chat is open anywhere." :
      "This browser can notify you while no page of the chat is open anywhere."
    this.#button.hidden = !possible || refused
    this.#button.textContent = wanted() ? "Stop notifying me" : "Notify me"
    this.#button.setAttribute("aria-pressed", String(wanted()))
  }
}

customElements.define("push-switch", PushSwitch)
