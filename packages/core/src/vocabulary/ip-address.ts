const IPV4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/
/** Letters, digits, colons and an IPv4 tail, no longer than 45 characters: no zone, no brackets, no port. */
const IPV6_CHARACTERS = /^[0-9A-Fa-f:.]{2,45}$/
/** IPv4-mapped, RFC 4291 §2.5.5.2, in canonical form. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

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

const hexadecimal = (group = "0"): number => Number.parseInt(group, 16)

const ipv4From = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join(".")

/** Whether a canonical address is one of IPv4. */
export const isIpv4 = (ip: string): boolean => !ip.includes(":")

/** The eight groups of a canonical IPv6 address. */
export const groupsOf = (ip: string): ReadonlyArray<string> => {
  const [head = "", tail] = ip.split("::")
  const left = head === "" ? [] : head.split(":")
  const right = tail === undefined || tail === "" ? [] : tail.split(":")
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right]
}
