import { groupsOf, isIpv4, parseIp } from "./ip-address.ts"

/**
 * The block of addresses that one client has to itself, as CIDR text: /32 for IPv4, and /64 for IPv6, which is what one
 * subscriber is given (RAT-02). All clients whose address is not known share `"unknown"`: a shared limit, not none
 * (RAT-12).
 */
export const networkOf = (ip: string | null): string => {
  const address = ip === null ? null : parseIp(ip)
  if (address === null) return "unknown"
  if (isIpv4(address)) return `${address}/32`
  const half = groupsOf(address).slice(0, 4)
  return `${parseIp(`${half.join(":")}::`)}/64`
}

/**
 * Whether two addresses are of one network (DEV-12). `"unknown"` when that cannot be told: an address is not known, or one is IPv4 and
 * the other IPv6, which one machine may have both.
 */
export const compareNetworks = (one: string | null, other: string | null): "same" | "other" | "unknown" => {
  const [first, second] = [one, other].map((ip) => (ip === null ? null : parseIp(ip)))
  if (first == null || second == null) return "unknown"
  if (isOwnMachine(first) && isOwnMachine(second)) return "same"
  if (isIpv4(first) !== isIpv4(second)) return "unknown"
  return networkOf(first) === networkOf(second) ? "same" : "other"
}

const isOwnMachine = (ip: string): boolean => ip === "::1" || ip.startsWith("127.")
