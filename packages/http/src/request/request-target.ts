/** A path and query that no URL parser changes, in the characters that both may have. */
const PLAIN = /^\/[!$&(-;=?-Z[\]_a-z~%]*$/
/** What every URL parser resolves: dot segments. Most slashes before a dot are none, and then parsing changes nothing. */
const MAYBE_DOT_SEGMENT = /\/(?:\.|%2e)/i
/** URL parsers take a backslash in a path for a slash, and most other programs do not. */
const BACKSLASH_IN_PATH = /^[^?]*\\/

/**
 * Path and query of a request target (RFC 9112 §3.2) as every URL parser reads them: dot segments resolved, characters that
 * need it encoded, without a fragment. Of an absolute target only they count (INP-14). Null if the target is neither a path
 * nor an http url, or has a backslash in its path, which two programs would read differently: such a request is malformed
 * (INP-13).
 */
export const readTarget = (target: string): string | null => {
  if (PLAIN.test(target) && !MAYBE_DOT_SEGMENT.test(target)) return target
  if (BACKSLASH_IN_PATH.test(target)) return null
  const url = target.startsWith("/") ? `http://latchkey.invalid${target}` : target
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return null
  return targetOf(new URL(url).href)
}

/** Path and query of an absolute url, unchanged. Not parsed, because the url of a web request is resolved already. */
export const targetOf = (url: string): string => {
  const pathAt = url.indexOf("/", url.indexOf("://") + 3)
  if (pathAt === -1) return "/"
  const fragmentAt = url.indexOf("#", pathAt)
  return url.slice(pathAt, fragmentAt === -1 ? undefined : fragmentAt)
}

/**
 * An escape of one ASCII character. Not right behind a `%` that begins no escape, or behind such a one and a digit: without its own
 * escape the character would complete that one. `/%2%65%2%65/` would become `/%2e%2e/`, which is `/../`.
 */
const ESCAPE = /(?<!%[0-9a-f]?)%[2-7][0-9a-f]/gi

/**
 * A target for the router of a framework: what `encodeURIComponent` would not escape is not escaped (RFC 3986 §6.2.2.2).
 * Some routers decode a path before they look for its handler, some handlers decode it later. With one spelling they agree
 * on whether it lies behind a guard (INP-15).
 */
export const plainTarget = (target: string): string => {
  const queryAt = target.indexOf("?")
  const path = queryAt === -1 ? target : target.slice(0, queryAt)
  return path.includes("%") ? path.replace(ESCAPE, unescapedIfSafe) + target.slice(path.length) : target
}

const unescapedIfSafe = (escaped: string): string => {
  const character = decodeURIComponent(escaped)
  return encodeURIComponent(character) === character ? character : escaped
}

/** Hosts without digits and hyphens need no parsing: they cannot be a number or an encoded name. */
const COMMON_HOST = /^[a-z]+(?:\.[a-z]+)*(?::\d{1,4})?$/

/**
 * Whether a `Host` header is a host with or without a port, as RFC 9112 §3.2 demands. Its value means nothing to Latchkey
 * (RED-04), but another program might read two hosts in it, or none (INP-13). Empty, or absent as from a client of HTTP/1.0,
 * it says nothing, which is allowed.
 */
export const isHost = (host: string | null): boolean => {
  if (host === null || host === "" || COMMON_HOST.test(host)) return true
  const url = `http://${host}/`
  return URL.canParse(url) && new URL(url).hostname === host.replace(/:\d+$/, "").toLowerCase()
}
