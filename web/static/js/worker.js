const PATH = "/service-worker.js"
const possible = isSecureContext && "serviceWorker" in navigator

// worker gives the registration of the service worker when it is ready; undefined where there can be none, as in
// private windows of some browsers.
export async function worker() {
  if (!possible) return
  try {
    const registration = await registered() ?? await navigator.serviceWorker.register(PATH, { scope: "/" })
    return registration.active ? registration : await navigator.serviceWorker.ready
  } catch { /* then there is none */ }
}

// registered gives it only if there is one.
export async function registered() {
  if (!possible) return
  try {
    return await navigator.serviceWorker.getRegistration("/")
  } catch { /* then there is none */ }
}
