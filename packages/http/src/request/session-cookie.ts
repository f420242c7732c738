import { isLoopback, LONGEST_COOKIE_MS } from "@latchkey/core"

export interface SessionCookieOptions {
  /** What the cookie is called behind its prefix. Default `latchkey_session`. */
  readonly name?: string
  /** Lets cookies travel over plain http on a host other than this machine, where anyone on the way can take them. */
  readonly unsafeInsecureCookies?: boolean
}

export interface SessionCookie {
  /** The name with its prefix, as requests carry it. */
  readonly name: string
  /** The `Set-Cookie` value that keeps a secret; until the browser closes, unless it is told how long. */
  readonly set: (value: string, maxAgeSeconds?: number) => string
  /** The `Set-Cookie` value that removes it. */
  readonly clear: () => string
}

const BASE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/
/** The alphabet of our credentials and a little more; within RFC 6265 §4.1.1, cookie-octet. */
const VALUE = /^[A-Za-z0-9._~-]+$/
/** RFC 6265bis §5.6 and §5.5: browsers drop larger cookies, and shorten longer lives (COO-08). */
const LARGEST = 4096
const LONGEST_SECONDS = LONGEST_COOKIE_MS / 1_000

/**
 * A cookie that only our own host can set and no script can read: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`,
 * `Path=/`, no `Domain` (RFC 6265bis §4.1.3.2, COO-01). On http to this machine it goes without prefix and `Secure`,
 * which some browsers refuse there. Throws at start for plain http elsewhere, and for a name that is not plain
 * (COO-06).
 */
export const sessionCookie = (publicUrl: URL, options: SessionCookieOptions = {}): SessionCookie => {
  const isSecure = publicUrl.protocol === "https:"
  const baseName = options.name ?? "latchkey_session"
  checkName(baseName)
  const isLocal = publicUrl.protocol === "http:" && isLoopback(publicUrl.hostname)
  if (!isSecure && !isLocal && options.unsafeInsecureCookies !== true) throw insecure(publicUrl)
  const name = isSecure ? `__Host-${baseName}` : baseName
  const attributes = `Path=/; HttpOnly${isSecure ? "; Secure" : ""}; SameSite=Lax`
  return {
    name,
    set: (value, maxAgeSeconds) => {
      if (!VALUE.test(value)) throw new Error(`The value for cookie ${name} has characters that no credential has.`)
      if (name.length + value.length > LARGEST) throw new Error(`Cookie ${name} is larger than ${LARGEST} bytes.`)
      const age = maxAgeSeconds === undefined ? "" : `; Max-Age=${wholeSeconds(maxAgeSeconds)}`
      return `${name}=${value}${age}; ${attributes}`
    },
    clear: () => `${name}=; Max-Age=0; ${attributes}`
  }
}

const checkName = (name: string): void => {
  if (BASE_NAME.test(name)) return
  throw new Error(
    `The cookie name ${JSON.stringify(name)} must begin with a letter and hold only letters, digits, "_" and "-", ` +
      "at most 64. The prefix __Host- is added where it can be."
  )
}

const insecure = (publicUrl: URL): Error =>
  new Error(
    `publicUrl is ${publicUrl.origin}: without https, anyone on the way can take a session. Give the https address ` +
      "under which people reach this server, also when a proxy ends TLS; or, on a network you trust, set " +
      "unsafeInsecureCookies."
  )

const wholeSeconds = (seconds: number): number => {
  if (Number.isNaN(seconds)) throw new Error("The Max-Age of a cookie is not a number.")
  return Math.min(Math.max(Math.floor(seconds), 0), LONGEST_SECONDS)
}
