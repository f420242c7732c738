/**
 * What can go wrong with a server, whatever is asked of it. Each class has a `_tag` and fields that are safe to log: none
 * holds a token, a device code or a number, and none keeps the error of `fetch`, which may quote a header.
 */

/** The address cannot be used. Nothing was sent. */
export class ServerAddressInvalid extends Error {
  readonly _tag = "ServerAddressInvalid"
  override readonly name = "ServerAddressInvalid"
  readonly reason: AddressProblem
  constructor(reason: AddressProblem) {
    super(addressMends[reason])
    this.reason = reason
  }
}

export type AddressProblem = "not-a-url" | "not-http" | "unencrypted" | "has-credentials" | "has-query"

const addressMends: Record<AddressProblem, string> = {
  "not-a-url": "The server's address is not a URL. Write it with its scheme, such as https://app.example.org.",
  "not-http": "The server's address must begin with https://.",
  unencrypted: "The server's address begins with http://, so anyone on the way could read the token. Use https://.",
  "has-credentials": "The server's address contains a user or a password. Leave them out.",
  "has-query": "The server's address contains a query or a fragment. Leave them out."
}

/** No answer, or one that says "not now": a network failure, a timeout, 429 or 5xx. Trying again later may work. */
export class ServerUnreachable extends Error {
  readonly _tag = "ServerUnreachable"
  override readonly name = "ServerUnreachable"
  readonly server: string
  /** Such as `ECONNREFUSED`, `timeout` or `http 503`. */
  readonly reason: string
  /** How many seconds the server asked to wait; null if it did not. */
  readonly retryAfter: number | null
  constructor({ server, reason, retryAfter = null }: { server: string; reason: string; retryAfter?: number | null }) {
    const wait = retryAfter === null ? "Try again later." : `Try again in ${retryAfter} seconds.`
    const state = reason.startsWith("http ") ? "cannot answer now" : "cannot be reached"
    super(`${server} ${state} (${reason}). ${wait}`)
    this.server = server
    this.reason = reason
    this.retryAfter = retryAfter
  }
}

/** Something answers at the address, but it is no server that programs can log in to, or it breaks the standard. */
export class NotAnAuthorizationServer extends Error {
  readonly _tag = "NotAnAuthorizationServer"
  override readonly name = "NotAnAuthorizationServer"
  readonly server: string
  /** What is wrong, in a sentence. */
  readonly reason: string
  constructor({ server, reason }: { server: string; reason: string }) {
    super(`${server} offers no log-in for programs: ${reason}`)
    this.server = server
    this.reason = reason
  }
}

/** The server understood the request and refused it, for example because of a scope that it does not know. */
export class RequestRefused extends Error {
  readonly _tag = "RequestRefused"
  override readonly name = "RequestRefused"
  readonly server: string
  /** The server's `error`, such as `invalid_scope` (RFC 6749 §5.2), or `http_403` if it sent none. */
  readonly code: string
  /** The server's own words, without control characters; empty if it sent none. */
  readonly description: string
  constructor({ server, code, description }: { server: string; code: string; description: string }) {
    super(`${server} refused the request: ${description === "" ? code : `${description} (${code})`}`)
    this.server = server
    this.code = code
    this.description = description
  }
}

/** The `AbortSignal` that was passed in has fired. */
export class Aborted extends Error {
  readonly _tag = "Aborted"
  override readonly name = "Aborted"
  constructor() {
    super("Stopped before it was done.")
  }
}
