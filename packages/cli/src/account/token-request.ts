import { discover } from "../server/discover.ts"
import type { Link } from "../server/exchange.ts"
import type { Metadata } from "../server/metadata.ts"
import { readServerAddress } from "../server/server-address.ts"

/** A token, and how its server is asked about it. */
export interface TokenRequest {
  readonly server: string
  readonly token: string
  /** Ends the call with `Aborted`. */
  readonly signal?: AbortSignal
  /** Default: the runtime's. Redirects are never followed. */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds that one answer may take. Default: 30 seconds. */
  readonly timeout?: number
  /** Allows `http://` to another machine. Anyone on the way can then read the token. Default: false. */
  readonly unsafeHttp?: boolean
}

/** The server behind a token. Metadata are asked for each time: addresses of endpoints may move. */
export const serverOf = async (request: TokenRequest): Promise<{ link: Link; metadata: Metadata }> => {
  const server = readServerAddress(request.server, request.unsafeHttp ?? false)
  const { fetch = globalThis.fetch, signal = null, timeout = 30_000 } = request
  const link: Link = { fetch, signal, timeout }
  return { link, metadata: await discover(link, server) }
}
