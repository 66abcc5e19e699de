// A random UUID, also where the page has no secure context: plain HTTP under any name but localhost has
// no crypto.randomUUID.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}

// meta is the content of a <meta> of the page, "" without it.
export function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.content ?? ""
}
