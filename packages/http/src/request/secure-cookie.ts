import { isLoopback, LONGEST_COOKIE_MS } from "@latchkey/core"

export interface SecureCookieOptions {
  /** The name of the cookie without its prefix. */
  readonly name: string
  /** Lets cookies travel over plain http on a host other than this machine, where anyone on the network can read them. */
  readonly unsafeInsecure: boolean
}

/** A cookie for a secret. */
export interface SecureCookie {
  /** The name with its prefix, as requests carry it. */
  readonly name: string
  /** The `Set-Cookie` value that stores a secret, until the browser closes or for the given time. */
  readonly set: (value: string, maxAgeSeconds?: number) => string
  /** The `Set-Cookie` value that removes it. */
  readonly clear: () => string
}

/** The alphabet of our credentials and a little more; within RFC 6265 §4.1.1, cookie-octet. */
const VALUE = /^[A-Za-z0-9._~-]+$/
/** RFC 6265bis §5.6 and §5.5: browsers drop larger cookies, and shorten longer lifetimes (COO-08). */
const LARGEST = 4096
const LONGEST_SECONDS = LONGEST_COOKIE_MS / 1_000

/**
 * A cookie that only our own host can set and no script can read: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`,
 * `Path=/`, no `Domain` (RFC 6265bis §4.1.3.2, COO-01, COO-02). On http to this machine it has no prefix and no `Secure`,
 * which some browsers refuse there, and it gets the path of `publicUrl`: `__Host-` allows only `/`.
 * Throws at start for plain http elsewhere (COO-06).
 */
export const secureCookie = (publicUrl: URL, { name: baseName, unsafeInsecure }: SecureCookieOptions): SecureCookie => {
  const isSecure = publicUrl.protocol === "https:"
  const isLocal = publicUrl.protocol === "http:" && isLoopback(publicUrl.hostname)
  if (!isSecure && !isLocal && !unsafeInsecure) throw insecure(publicUrl)
  const name = isSecure ? `__Host-${baseName}` : baseName
  const attributes = `Path=${isSecure ? "/" : publicUrl.pathname}; HttpOnly${isSecure ? "; Secure" : ""}; SameSite=Lax`
  return {
    name,
    set: (value, maxAgeSeconds) => {
      if (!VALUE.test(value))
        throw new Error(`The value for cookie ${name} has characters that no credential contains.`)
      if (name.length + value.length > LARGEST) throw new Error(`Cookie ${name} is larger than ${LARGEST} bytes.`)
      const age = maxAgeSeconds === undefined ? "" : `; Max-Age=${wholeSeconds(maxAgeSeconds)}`
      return `${name}=${value}${age}; ${attributes}`
    },
    clear: () => `${name}=; Max-Age=0; ${attributes}`
  }
}

const insecure = (publicUrl: URL): Error =>
  new Error(
    `publicUrl is ${publicUrl.origin}. Without https, anyone on the network can steal a session. Set publicUrl to the https ` +
      "address at which people reach this server, even if a proxy terminates TLS. On a network that you trust, you can " +
      "set cookies.unsafeInsecure instead."
  )

const wholeSeconds = (seconds: number): number => {
  if (Number.isNaN(seconds)) throw new Error("The Max-Age of a cookie is not a number.")
  return Math.min(Math.max(Math.floor(seconds), 0), LONGEST_SECONDS)
}
