import { groupsOf, isIpv4, parseIp } from "./ip-address.ts"

/** A block of addresses, such as those of the proxies in front of a server. */
export interface Cidr {
  /** Whether an address lies in the block. False for text that is not an address, and for null. */
  readonly contains: (ip: string | null) => boolean
}

const PREFIX = /^(?:0|[1-9]\d{0,2})$/

/**
 * Reads a block in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), or one address as a block of itself (PRX-01). Null
 * when it is neither, and also when bits behind the prefix are set: `10.0.0.1/8` may be a slip for one host, and would
 * trust all of them.
 */
export const cidr = (text: string): Cidr | null => {
  const [address = "", prefix, ...more] = text.split("/")
  const ip = parseIp(address)
  if (ip === null || more.length > 0 || (prefix !== undefined && !PREFIX.test(prefix))) return null
  const size = sizeOf(ip)
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8: the prefix of an IPv4-mapped block counts the 96 bits before the IPv4 address too.
  const bitsBefore = address.includes(":") ? 128 - size : 0
  const shift = prefix === undefined ? 0 : bitsBefore + size - Number(prefix)
  if (shift < 0 || shift > size) return null
  const network = numberOf(ip) >> BigInt(shift)
  if (network << BigInt(shift) !== numberOf(ip)) return null
  return {
    contains: (other) => {
      const canonical = other === null ? null : parseIp(other)
      return canonical !== null && sizeOf(canonical) === size && numberOf(canonical) >> BigInt(shift) === network
    }
  }
}

const sizeOf = (ip: string): number => (isIpv4(ip) ? 32 : 128)

const numberOf = (ip: string): bigint =>
  isIpv4(ip)
    ? ip.split(".").reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    : groupsOf(ip).reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
