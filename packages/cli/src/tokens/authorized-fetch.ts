import { readServerAddress } from "../server/server-address.ts"
import { readBearerChallenge } from "./bearer-challenge.ts"
import { NotLoggedIn, TokenRejected } from "./token-errors.ts"
import type { TokenFile } from "./token-file.ts"

export interface AuthorizedFetchOptions {
  /** Where the token is kept: a `tokenFile`, or anything with these two of its methods. */
  readonly tokens: Pick<TokenFile, "get" | "remove">
  readonly server: string
  /**
   * Told when the server no longer accepts the token. With it, the response is returned, and not thrown as
   * `TokenRejected`.
   */
  readonly onUnauthorized?: (error: TokenRejected) => void | Promise<void>
  /** Default: the runtime's. */
  readonly fetch?: typeof globalThis.fetch
  /** Allows `http://` to another machine. Anyone on the way can then read the token. Default: false. */
  readonly unsafeHttp?: boolean
}

/** Like `fetch`. A path such as `/jobs` begins at the server's origin, and `jobs` below the server's address. */
export type AuthorizedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/**
 * A `fetch` that sends the kept token to its server, and to no other: requests to other origins go as they are, and on a
 * redirect to another origin the header is dropped (Fetch standard, HTTP-redirect fetch). A request that brings an
 * `Authorization` header of its own keeps that.
 *
 * The token is read anew for each request, so a log-in in another terminal counts at once. Fails with `NotLoggedIn` if
 * none is kept, and with `TokenRejected` when the server answers 401 and asks for a Bearer token. If it says
 * `invalid_token`, the token is forgotten. All other answers are returned.
 */
export const authorizedFetch = (options: AuthorizedFetchOptions): AuthorizedFetch => {
  const { tokens, onUnauthorized, fetch = globalThis.fetch } = options
  const server = readServerAddress(options.server, options.unsafeHttp ?? false)
  const { origin } = new URL(server)
  return async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, `${server}/`), init)
    if (new URL(request.url).origin !== origin || request.headers.has("authorization")) return fetch(request)
    const kept = await tokens.get(server)
    if (kept === null) throw new NotLoggedIn({ server })
    request.headers.set("authorization", `Bearer ${printable(kept.token, server)}`)
    const response = await fetch(request)
    const challenge = response.status === 401 ? readBearerChallenge(response.headers.get("www-authenticate")) : null
    if (challenge === null || isElsewhere(response, origin)) return response
    if (challenge === "rejected") await tokens.remove(server, kept.token)
    const error = new TokenRejected({ server })
    if (onUnauthorized) {
      await onUnauthorized(error)
      return response
    }
    await response.body?.cancel()
    throw error
  }
}

/** The runtime's own error would quote a header that it cannot send. */
const printable = (token: string, server: string): string => {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new TokenRejected({ server })
  return token
}

/** After a redirect, an answer of another server says nothing about the token. */
const isElsewhere = ({ url }: Response, origin: string): boolean => url !== "" && new URL(url).origin !== origin
