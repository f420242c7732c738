/** Longer than the address of any of our pages. Browsers and proxies refuse addresses not much longer. */
const LONGEST = 2048
const BACKSLASH = 0x5c
const DELETE = 0x7f

/**
 * Where to go after a login: a path on our own origin, or null for anything else (RED-01, RED-02). Browsers read `/\host`,
 * and `/` TAB `/host`, as another host, and the path of `/..//host` is `//host`. So this refuses hostile characters, reads
 * the rest as a browser would, and checks the result once more. It drops the fragment.
 */
export const safeNext = (value: unknown, publicUrl: URL): string | null => {
  if (typeof value !== "string" || !isPathOfOneHost(value) || hasHostileCharacter(value)) return null
  if (!URL.canParse(value, publicUrl.href)) return null
  const url = new URL(value, publicUrl)
  if (url.origin !== publicUrl.origin) return null
  const path = url.pathname + url.search
  return isPathOfOneHost(path) ? path : null
}

/** The `next` parameter. If it occurs twice it is ignored (RED-02). */
export const nextIn = (query: URLSearchParams): string | null => {
  const [wish = null, ...more] = query.getAll("next")
  return more.length === 0 ? wish : null
}

/** Short enough, and begins with one slash that neither a slash nor a backslash follows. */
const isPathOfOneHost = (text: string): boolean => text.length <= LONGEST && /^\/(?![/\\])/.test(text)

/** Browsers drop tabs and line ends from an address, trim controls and spaces, and read a backslash as a slash. */
const hasHostileCharacter = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= 0x20 || code === DELETE || code === BACKSLASH) return true
  }
  return false
}
