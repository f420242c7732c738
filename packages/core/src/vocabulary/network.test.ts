import { BlockList, isIPv4, isIPv6 } from "node:net"
import fc from "fast-check"
import { expect, test } from "vitest"
import { cidr } from "./cidr.ts"
import { parseIp } from "./ip-address.ts"
import { compareNetworks, networkOf } from "./network.ts"

/** Node's own reading of blocks, to compare with. */
const nodeContains = (network: string, prefix: number, ip: string): boolean => {
  const list = new BlockList()
  list.addSubnet(network, prefix, isIPv4(network) ? "ipv4" : "ipv6")
  return list.check(ip, isIPv4(ip) ? "ipv4" : "ipv6")
}

/** The first address of the block around an address. */
const mask = (ip: string, size: number, prefix: number): string => {
  const width = size === 32 ? 8 : 16
  const bits = groupsOf(parseIp(ip) ?? "")
    .map((group) => group.toString(2).padStart(width, "0"))
    .join("")
    .slice(0, prefix)
  const groups = bits.padEnd(size, "0").match(size === 32 ? /.{8}/g : /.{16}/g) ?? []
  return groups.map((group) => Number.parseInt(group, 2).toString(size === 32 ? 10 : 16)).join(size === 32 ? "." : ":")
}

/** The numbers of an address; a double colon stands for as many zeros as are missing. */
const groupsOf = (ip: string): Array<number> => {
  if (isIPv4(ip)) return ip.split(".").map(Number)
  const [left = [], right = []] = ip.split("::").map((half) => (half === "" ? [] : half.split(":")))
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right].map((group) =>
    Number.parseInt(group, 16)
  )
}

test("any text is an address to us exactly when it is one to Node, but for zones (RAT-02)", () => {
  const piece = fc.constantFrom("0", "1", "ff", "255", "256", "::", ":", ".", "01", "ffff", "%", "[", " ", "g")
  const text = fc.oneof(
    fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join("")),
    fc.ipV4(),
    fc.ipV6()
  )
  fc.assert(
    fc.property(text, (text) => {
      expect(parseIp(text) !== null).toBe(isIPv4(text) || (isIPv6(text) && !text.includes("%")))
    }),
    { numRuns: 5000 }
  )
})

test("an address has one canonical form, which is its own (RAT-02)", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
      const canonical = parseIp(ip)
      expect(parseIp(canonical ?? "")).toBe(canonical)
      expect(parseIp(ip.toUpperCase())).toBe(canonical)
    })
  )
})

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::1", "::1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:db8::0:1", "2001:db8::1"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:207", "192.0.2.7"],
  ["0:0:0:0:0:ffff:7f00:1", "127.0.0.1"],
  ["::ffff:0:0", "0.0.0.0"],
  ["1::ffff:192.0.2.7", "1::ffff:c000:207"]
])("%s is %s (RAT-02)", (text, canonical) => {
  expect(parseIp(text)).toBe(canonical)
})

test.each([
  "",
  " 192.0.2.7",
  "192.0.2.7 ",
  "192.0.2.7:80",
  "192.0.2",
  "192.0.2.256",
  "192.0.2.07",
  "0x7f.0.0.1",
  "2130706433",
  "\uff11.2.3.4",
  "fe80::1%eth0",
  "fe80::1%25eth0",
  "[::1]",
  "[::1]:80",
  "::1/128",
  "::1]/@evil.test[",
  ":::",
  "1::2::3",
  "unknown",
  "localhost"
])("%j is no address (PRX-05)", (text) => {
  expect(parseIp(text)).toBe(null)
})

test("an IPv4 client is one network, and an IPv6 client is its /64 (RAT-02)", () => {
  expect(networkOf("192.0.2.7")).toBe("192.0.2.7/32")
  expect(networkOf("::ffff:192.0.2.7")).toBe("192.0.2.7/32")
  expect(networkOf("2001:db8:0:1:a:b:c:d")).toBe("2001:db8:0:1::/64")
  expect(networkOf("2001:DB8:0:1::FFFF")).toBe("2001:db8:0:1::/64")
  expect(networkOf("::1")).toBe("::/64")
})

test("clients without a readable address share one network (RAT-12)", () => {
  expect([null, "", "junk", "fe80::1%eth0"].map(networkOf)).toEqual(["unknown", "unknown", "unknown", "unknown"])
})

test("a network is a block that holds its address, and the addresses of one /64 share it (RAT-02)", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
      const network = networkOf(ip)
      expect(cidr(network)?.contains(ip)).toBe(true)
      expect(networkOf(network.split("/")[0] ?? "")).toBe(network)
    })
  )
})

test("a block holds what Node says it holds, within one family (PRX-01)", () => {
  const v4 = fc.oneof(fc.ipV4(), fc.constantFrom("0.0.0.0", "10.0.0.0", "10.255.255.255", "255.255.255.255"))
  const v6 = fc
    .oneof(fc.ipV6(), fc.constantFrom("::", "2001:db8::", "2001:db8::1"))
    .filter((ip) => !isIPv4(parseIp(ip) ?? ""))
  fc.assert(
    fc.property(fc.oneof(fc.tuple(v4, v4), fc.tuple(v6, v6)), fc.nat(128), ([ip, other], prefix) => {
      const size = isIPv4(ip) ? 32 : 128
      const masked = mask(ip, size, Math.min(prefix, size))
      const block = cidr(`${masked}/${Math.min(prefix, size)}`)
      expect(block?.contains(ip)).toBe(true)
      expect(block?.contains(other)).toBe(nodeContains(masked, Math.min(prefix, size), other))
    }),
    { numRuns: 2000 }
  )
})

test("blocks are compared by bits, at any prefix (PRX-01)", () => {
  const holds = (block: string, ip: string) => cidr(block)?.contains(ip)
  expect(holds("10.0.0.0/8", "10.255.0.1")).toBe(true)
  expect(holds("10.0.0.0/8", "11.0.0.0")).toBe(false)
  expect(holds("172.16.0.0/12", "172.31.255.255")).toBe(true)
  expect(holds("172.16.0.0/12", "172.32.0.0")).toBe(false)
  expect(holds("0.0.0.0/0", "255.255.255.255")).toBe(true)
  expect(holds("0.0.0.0/0", "::1")).toBe(false)
  expect(holds("::/0", "1.2.3.4")).toBe(false)
  expect(holds("fd00::/8", "fdff::1")).toBe(true)
  expect(holds("10.0.0.0/8", "::ffff:10.1.2.3")).toBe(true)
  expect(holds("::ffff:10.0.0.0/104", "10.1.2.3")).toBe(true)
  expect(holds("127.0.0.1", "127.0.0.1")).toBe(true)
  expect(holds("127.0.0.1", "127.0.0.2")).toBe(false)
  expect(holds("::1", "0:0::1")).toBe(true)
  expect(holds("10.0.0.0/8", "junk")).toBe(false)
})

test.each([
  "",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/08",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "10.0.0.0/1e1",
  "10.0.0.1/8",
  "::/129",
  "::1/64",
  "::ffff:10.0.0.0/8",
  "fe80::%eth0/64",
  "localhost/8"
])("%j is no block (PRX-01)", (text) => {
  expect(cidr(text)).toBe(null)
})

test.each([
  ["203.0.113.5", "203.0.113.5", "same"],
  ["203.0.113.5", "::ffff:203.0.113.5", "same"],
  ["203.0.113.5", "203.0.113.6", "other"],
  ["2001:db8::1", "2001:db8::2", "same"],
  ["2001:db8::1", "2001:db8:0:1::1", "other"],
  ["127.0.0.1", "::1", "same"],
  ["::1", "::1", "same"],
  ["127.0.0.1", "203.0.113.5", "other"],
  ["203.0.113.5", "2001:db8::1", "unknown"],
  ["203.0.113.5", "nonsense", "unknown"],
  ["203.0.113.5", null, "unknown"],
  [null, "203.0.113.5", "unknown"],
  [null, null, "unknown"]
])("the networks of %j and %j are told as %s (DEV-12)", (one, other, expected) => {
  expect(compareNetworks(one, other)).toBe(expected)
})
