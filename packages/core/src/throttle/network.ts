/** A block of addresses, such as those of the proxies in front of a server. */
export interface Cidr {
  /** Whether an address lies in the block. False for text that is no address. */
  readonly contains: (ip: string) => boolean
}

const IPV4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/
/** Letters, digits, colons and an IPv4 tail, no longer than 45 characters: no zone, no brackets, no port. */
const IPV6_CHARACTERS = /^[0-9A-Fa-f:.]{2,45}$/
/** IPv4-mapped, RFC 4291 §2.5.5.2, in canonical form. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/
const PREFIX = /^(?:0|[1-9]\d{0,2})$/

/**
 * An address in its canonical form: RFC 5952 for IPv6, dotted decimal for IPv4, and IPv4 for IPv4-mapped IPv6, so that
 * one client has one spelling (RAT-02). Null when the text is not exactly one address: a zone, a port, brackets, or
 * leading zeros, which some read as octal.
 */
export const parseIp = (text: string): string | null => {
  if (IPV4.test(text)) return text.split(".").every((byte) => Number(byte) <= 255) ? text : null
  const url = `http://[${text}]/`
  if (!IPV6_CHARACTERS.test(text) || !URL.canParse(url)) return null
  const ip = new URL(url).hostname.slice(1, -1)
  const mapped = MAPPED.exec(ip)
  return mapped === null ? ip : ipv4From(hexadecimal(mapped[1]), hexadecimal(mapped[2]))
}

/**
 * The block of addresses that one client has to itself, as CIDR text: /32 for IPv4, and /64 for IPv6, which is what one
 * subscriber is given (RAT-02). All clients whose address is not known share `"unknown"`: a shared limit, not none
 * (RAT-12).
 */
export const networkOf = (ip: string | null): string => {
  const address = ip === null ? null : parseIp(ip)
  if (address === null) return "unknown"
  if (isIpv4(address)) return `${address}/32`
  const half = groups(address).slice(0, 4)
  return `${parseIp(`${half.join(":")}::`)}/64`
}

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
  const folded = address.includes(":") ? 128 - size : 0
  const shift = prefix === undefined ? 0 : size + folded - Number(prefix)
  if (shift < 0 || shift > size) return null
  const network = numberOf(ip) >> BigInt(shift)
  if (network << BigInt(shift) !== numberOf(ip)) return null
  return {
    contains: (other) => {
      const canonical = parseIp(other)
      return canonical !== null && sizeOf(canonical) === size && numberOf(canonical) >> BigInt(shift) === network
    }
  }
}

const isIpv4 = (ip: string): boolean => !ip.includes(":")

const sizeOf = (ip: string): number => (isIpv4(ip) ? 32 : 128)

const hexadecimal = (group = "0"): number => Number.parseInt(group, 16)

const ipv4From = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join(".")

/** The eight groups of a canonical IPv6 address. */
const groups = (ip: string): ReadonlyArray<string> => {
  const [head = "", tail] = ip.split("::")
  const left = head === "" ? [] : head.split(":")
  const right = tail === undefined || tail === "" ? [] : tail.split(":")
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right]
}

const numberOf = (ip: string): bigint =>
  isIpv4(ip)
    ? ip.split(".").reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    : groups(ip).reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
