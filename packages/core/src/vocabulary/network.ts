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
