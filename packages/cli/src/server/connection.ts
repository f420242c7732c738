import { discover } from "./discover.ts"
import type { Link } from "./exchange.ts"
import type { Metadata } from "./metadata.ts"
import { readServerAddress } from "./server-address.ts"

/** Which server is asked, and how. */
export interface ConnectionOptions {
  /** The server's address, such as `https://app.example.org`. A `http://` address must be one of this machine. */
  readonly server: string
  /** Ends the call with `Aborted`. */
  readonly signal?: AbortSignal
  /** Default: the runtime's. Redirects are never followed. */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds that one answer may take. Default: 30 seconds. */
  readonly timeout?: number
  /** Allows `http://` to another machine. Anyone on the way can then read the token. Default: false. */
  readonly unsafeHttp?: boolean
}

export interface Connection {
  readonly link: Link
  readonly metadata: Metadata
}

/** Finds the endpoints of a server. They are asked for each time, because they may move. */
export const connect = async (options: ConnectionOptions): Promise<Connection> => {
  const { fetch = globalThis.fetch, signal = null, timeout = 30_000, unsafeHttp = false } = options
  const link = { fetch, signal, timeout }
  return { link, metadata: await discover(link, readServerAddress(options.server, unsafeHttp)) }
}
