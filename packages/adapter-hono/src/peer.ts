import type { Context } from "hono"

/** What the servers that run Hono bind as `env`, as far as it tells who is calling. Other runtimes bind other things. */
export interface Bindings {
  /** @hono/node-server: the request of node:http. */
  readonly incoming?: AsyncIterable<Uint8Array> & {
    readonly socket?: { readonly remoteAddress?: string; readonly destroyed?: boolean }
  }
  /** Bun binds its server itself; some hosts pass it on as `{ server }`. */
  readonly server?: BunServer
  readonly requestIP?: BunServer["requestIP"]
  /** Deno: the peer of the connection, without a host name on a Unix socket. */
  readonly remoteAddr?: { readonly hostname?: string }
}

interface BunServer {
  /** Null on a Unix socket, and once the peer has gone. */
  readonly requestIP?: (request: Request) => { readonly address: string } | null
}

export const bindingsOf = (c: Context): Bindings => c.env ?? {}

/**
 * The address of the peer from the connection itself: on Node, Bun and Deno (PRX-08). Null if it has none or the runtime does
 * not tell. On Node a peer that has gone is not taken for one without an address (PRX-07).
 */
export const peerOf = (c: Context): string | null => {
  const bindings = bindingsOf(c)
  const { incoming, remoteAddr, server = bindings } = bindings
  if (incoming?.socket !== undefined) {
    const { remoteAddress, destroyed } = incoming.socket
    return remoteAddress ?? (destroyed === true ? "" : null)
  }
  if (typeof server.requestIP === "function") return server.requestIP(c.req.raw)?.address ?? null
  return remoteAddr?.hostname ?? null
}
