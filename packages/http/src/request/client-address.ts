import { type Cidr, parseIp } from "@latchkey/core"

/** No real chain of proxies is longer. A longer header is an attempt to waste our time (PRX-05). */
const MOST_HOPS = 50

/**
 * The address of the client: the peer's own, unless the peer is a trusted proxy. Then `X-Forwarded-For` is read from
 * its right end, where our own proxies write, and the first address that is not a trusted proxy is the client (PRX-01).
 * Anyone may have sent the entries to the left of it. An entry that is not an address ends the walk at the proxy that
 * reported it (PRX-05). Null if there is no peer address, as on a Unix socket. Every trusted proxy must append to the
 * header.
 */
export const clientAddress = (
  peer: string | null,
  forwardedFor: string | null,
  trusted: ReadonlyArray<Cidr>
): string | null => {
  const isTrusted = (ip: string): boolean => trusted.some((block) => block.contains(ip))
  let client = peer === null ? null : parseIp(peer)
  if (forwardedFor === null || trusted.length === 0) return client
  let end = forwardedFor.length
  for (let hop = 0; hop < MOST_HOPS && end >= 0 && client !== null && isTrusted(client); hop++) {
    const comma = end === 0 ? -1 : forwardedFor.lastIndexOf(",", end - 1)
    const reported = parseIp(forwardedFor.slice(comma + 1, end).trim())
    if (reported === null) return client
    client = reported
    end = comma
  }
  return client
}
