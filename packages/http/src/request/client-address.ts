import { type Cidr, parseIp } from "@latchkey/core"

/** No real chain of proxies is longer. A longer header is an attempt to waste our time (PRX-05). */
const MOST_HOPS = 50

/**
 * The address of the client: the peer's own, unless the peer is a trusted proxy. Then `X-Forwarded-For` is read from
 * its right end, where our own proxies write, and the first address that is not a trusted proxy is the client (PRX-01).
 * Anyone may have sent the entries to the left of it. An entry that is not an address ends the walk at the proxy that
 * reported it (PRX-05). A peer without an address is a proxy only if the host says so; otherwise the client is null
 * (PRX-04, PRX-07). Every trusted proxy must append to the header. `Forwarded` (RFC 7239) is not read: a proxy that
 * writes one of the two headers passes the other on as the client sent it.
 */
export const clientAddress = (
  peer: string | null,
  forwardedFor: string | null,
  trusted: ReadonlyArray<Cidr>
): string | null => {
  let client = peer === null ? null : parseIp(withoutZone(peer))
  const isUnreadable = peer !== null && client === null
  if (isUnreadable || forwardedFor === null) return client
  let end = forwardedFor.length
  for (let hop = 0; hop < MOST_HOPS && end >= 0 && trusted.some((block) => block.contains(client)); hop++) {
    const comma = end === 0 ? -1 : forwardedFor.lastIndexOf(",", end - 1)
    const reported = reportedAddress(forwardedFor.slice(comma + 1, end).trim())
    if (reported === null) return client
    client = reported
    end = comma
  }
  return client
}

/** Sockets name the interface of a link-local peer: `fe80::1%eth0` (RFC 4007 §11). */
const withoutZone = (peer: string): string => peer.split("%", 1)[0] ?? ""

/** IPv4 with a port, or IPv6 in brackets with or without one. */
const WITH_PORT = /^(?:([0-9.]{7,15}):\d{1,5}|\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\](?::\d{1,5})?)$/

/** The address that a proxy reports; some append the port (PRX-06). Null for anything else, such as `unknown`. */
const reportedAddress = (entry: string): string | null => {
  const [, ipv4, ipv6] = WITH_PORT.exec(entry) ?? []
  return parseIp(ipv4 ?? ipv6 ?? entry)
}
