// The service worker shows what the server pushes while no page is open, and leads from a notification to its room,
// also from one that a page has shown. It keeps nothing and answers no requests.
addEventListener("install", () => skipWaiting())
addEventListener("activate", event => event.waitUntil(clients.claim()))

addEventListener("push", event => {
  const { id, title, withdraw, ...data } = event.data?.json() ?? {} // data: url, and by what a page takes it back
  if (withdraw) event.waitUntil(inTurn(() => close(withdraw)))
  else if (title) event.waitUntil(inTurn(() => registration.showNotification(title, { tag: id, data })))
})

// inTurn takes a step while no page shows notifications or looks them up (alerts.js).
function inTurn(step) { return navigator.locks.request("chat-showing", step) }

async function close(ids) {
  for (const shown of await registration.getNotifications()) {
    if (ids.includes(shown.tag)) shown.close()
  }
}

addEventListener("notificationclick", event => {
  event.notification.close()
  event.waitUntil(open(event.notification.data?.url ?? "/notifications"))
})

async function open(path) {
  const [page] = await clients.matchAll({ type: "window", includeUncontrolled: true })
  if (!page) return clients.openWindow(path)
  await page.focus().catch(() => {}) // it leads there all the same
  try {
    await page.navigate(path)
  } catch { // a page from before this worker cannot be led
    await clients.openWindow(path)
  }
}

// A push service may give the browser another address.
addEventListener("pushsubscriptionchange", event => event.waitUntil((async () => {
  const { key } = await (await fetch("/push/key")).json()
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  await fetch("/push/subscriptions", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(subscription),
  })
})()))
