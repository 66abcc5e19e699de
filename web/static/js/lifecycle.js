// attend lets something with start(), stop() and nudge() live and sleep with the page. A page in the
// back/forward cache and a frozen one must not keep a connection.
export function attend(it) {
  const on = (type, listener) => window.addEventListener(type, listener, true)
  for (const type of ["online", "visibilitychange"]) on(type, () => document.hidden || it.nudge())
  for (const type of ["pagehide", "freeze"]) on(type, () => it.stop())
  for (const type of ["pageshow", "resume"]) on(type, event => event.persisted === false || it.start())
}
