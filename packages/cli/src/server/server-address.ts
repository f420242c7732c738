import { ServerAddressInvalid } from "./server-errors.ts"

/**
 * The one spelling of a server's address, which is also its issuer (RFC 8414 §2): without a slash at the end. Throws
 * `ServerAddressInvalid`. The text itself is in no error, because it may hold a password.
 */
export const readServerAddress = (text: string, unsafeHttp: boolean): string => {
  if (text.length > 2000 || !URL.canParse(text)) throw new ServerAddressInvalid("not-a-url")
  const url = new URL(text)
  if (!isHttp(url)) throw new ServerAddressInvalid("not-http")
  if (url.username !== "" || url.password !== "") throw new ServerAddressInvalid("has-credentials")
  if (/[?#]/.test(text)) throw new ServerAddressInvalid("has-query")
  if (url.protocol === "http:" && !unsafeHttp && !isLoopback(url.hostname))
    throw new ServerAddressInvalid("unencrypted")
  return url.origin + withoutSlashes(url.pathname)
}

const isHttp = ({ protocol }: URL): boolean => protocol === "https:" || protocol === "http:"

/** What is sent to these never leaves the machine. A URL has its IPv4 address in four decimal parts (WHATWG URL §3.5). */
const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname)

const withoutSlashes = (path: string): string => {
  let end = path.length
  while (end > 0 && path[end - 1] === "/") end--
  return path.slice(0, end)
}
