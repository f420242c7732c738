import { type Cidr, cidr, NO_ADDRESS, trustedProxy } from "@latchkey/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { clientAddress } from "./client-address.ts"

const blocks = (...texts: ReadonlyArray<string>): ReadonlyArray<Cidr> =>
  texts.map((text) => cidr(text)).filter((block) => block !== null)

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })

const proxies = blocks("10.0.0.0/8", "fd00::/8")

test("without trusted proxies the header says nothing (PRX-01)", () => {
  expect(clientAddress("192.0.2.1", "198.51.100.9", [])).toBe("192.0.2.1")
})

test("a peer that is no trusted proxy is the client, whatever it claims (PRX-01)", () => {
  expect(clientAddress("192.0.2.1", "198.51.100.9, 10.0.0.1", proxies)).toBe("192.0.2.1")
})

test("behind trusted proxies the right-most address that is not one is the client (PRX-01)", () => {
  expect(clientAddress("10.0.0.1", "192.0.2.1", proxies)).toBe("192.0.2.1")
  expect(clientAddress("10.0.0.1", "203.0.113.6, 192.0.2.1,10.0.0.2 , 10.0.0.3", proxies)).toBe("192.0.2.1")
})

test("what a client writes into the header does not change who it is (PRX-01)", () => {
  fc.assert(
    fc.property(fc.string(), (forged) => {
      expect(clientAddress("10.0.0.1", `${forged}, 192.0.2.1`, proxies)).toBe("192.0.2.1")
    })
  )
})

test("where all are trusted proxies, the farthest one is the client (PRX-01)", () => {
  expect(clientAddress("10.0.0.1", "10.0.0.3, 10.0.0.2", proxies)).toBe("10.0.0.3")
})

test("without the header a trusted proxy itself is the client (PRX-01)", () => {
  expect(clientAddress("10.0.0.1", null, proxies)).toBe("10.0.0.1")
})

test("addresses come out canonical, and mapped ones as IPv4 (RAT-02)", () => {
  expect(clientAddress("::ffff:192.0.2.1", null, [])).toBe("192.0.2.1")
  expect(clientAddress("::ffff:10.0.0.1", "::FFFF:192.0.2.1", proxies)).toBe("192.0.2.1")
  expect(clientAddress("FD00::1", "2001:DB8:0::1", proxies)).toBe("2001:db8::1")
})

test("a peer without an address has none, and no header gives it one (PRX-04, RAT-12)", () => {
  expect(clientAddress(null, "192.0.2.1", proxies)).toBe(null)
  expect(clientAddress("", "192.0.2.1", proxies)).toBe(null)
  expect(clientAddress("@", null, proxies)).toBe(null)
})

test.each([
  ["192.0.2.1:51234", "192.0.2.1"],
  ["[2001:db8::7]:443", "2001:db8::7"],
  ["[2001:DB8::7]", "2001:db8::7"],
  ["[::ffff:192.0.2.1]:1", "192.0.2.1"],
  ["2001:db8::7:443", "2001:db8::7:443"]
])("an entry %s is the client %s, with its port or without (PRX-06)", (entry, client) => {
  expect(clientAddress("10.0.0.1", `192.0.2.9, ${entry}`, proxies)).toBe(client)
  expect(clientAddress("10.0.0.1", `${entry}, 10.0.0.3:1, [fd00::1]:2`, proxies)).toBe(client)
})

test("a port changes nothing about who the client is, for any address (PRX-06)", () => {
  const port = fc.option(
    fc.nat(0xffff).map((number) => `:${number}`),
    { nil: "" }
  )
  const address = fc.oneof(
    fc.ipV4().map((ip) => ({ ip, shown: ip })),
    fc.ipV6().map((ip) => ({ ip, shown: `[${ip}]` }))
  )
  const trustsAll = blocks("0.0.0.0/0", "::/0")
  fc.assert(
    fc.property(address, port, ({ ip, shown }, port) => {
      expect(clientAddress("10.0.0.1", shown + port, trustsAll)).toBe(clientAddress("10.0.0.1", ip, trustsAll))
    })
  )
})

test("a link-local peer is its address, whatever interface its socket names (PRX-04)", () => {
  expect(clientAddress("fe80::1%eth0", null, [])).toBe("fe80::1")
  expect(clientAddress("fe80::1%eth0", "192.0.2.1", blocks("fe80::/10"))).toBe("192.0.2.1")
})

describe("a peer without an address, where the host says that it is a proxy", () => {
  const trusted = [...proxies, ...[trustedProxy(NO_ADDRESS)].filter((block) => block !== null)]

  test("is one, and the walk goes on as behind any other (PRX-07)", () => {
    expect(clientAddress(null, "192.0.2.1", trusted)).toBe("192.0.2.1")
    expect(clientAddress(null, "203.0.113.6, 192.0.2.1, 10.0.0.2", trusted)).toBe("192.0.2.1")
    expect(clientAddress("192.0.2.8", "192.0.2.1", trusted)).toBe("192.0.2.8")
  })

  test("has no client to tell of without the header, and none if it tells of no address (PRX-04, PRX-05)", () => {
    expect(clientAddress(null, null, trusted)).toBe(null)
    for (const entry of ["", "unknown", "unix:", "192.0.2.1, _hidden"])
      expect(clientAddress(null, entry, trusted)).toBe(null)
  })

  test("is not one whose address cannot be read, or that has gone: anybody may be that (PRX-07)", () => {
    for (const peer of ["", "@", "junk"]) expect(clientAddress(peer, "192.0.2.1", trusted)).toBe(null)
  })
})

test.each([
  '"192.0.2.1"',
  '"[2001:db8::1]:80"',
  "[192.0.2.1]",
  "[192.0.2.1]:80",
  "192.0.2.1:",
  "192.0.2.1:_port",
  "192.0.2.1:800000",
  "192.0.2.256:80",
  "[2001:db8::1",
  "[2001:db8::1]80",
  "[fe80::1%eth0]:80",
  "fe80::1%eth0",
  "for=192.0.2.1",
  "unknown",
  "unknown:80",
  "_hidden",
  ""
])("an entry %j ends the walk at the proxy that reported it (PRX-05)", (entry) => {
  expect(clientAddress("10.0.0.1", `192.0.2.9, ${entry}, 10.0.0.2`, proxies)).toBe("10.0.0.2")
  expect(clientAddress("10.0.0.1", entry, proxies)).toBe("10.0.0.1")
})

test("the walk ends after 50 hops (PRX-05)", () => {
  const hops = (count: number) => Array.from({ length: count }, (_, at) => `10.0.1.${at % 256}`)
  expect(clientAddress("10.0.0.1", ["192.0.2.1", ...hops(49)].join(","), proxies)).toBe("192.0.2.1")
  expect(clientAddress("10.0.0.1", ["192.0.2.1", ...hops(50)].join(","), proxies)).toBe("10.0.1.0")
  expect(clientAddress("10.0.0.1", ["192.0.2.1", ...hops(1000)].join(","), proxies)).not.toBe("192.0.2.1")
})

test("no header makes it throw or take long (PRX-05)", () => {
  fc.assert(
    fc.property(anyText, (header) => {
      expect(clientAddress("10.0.0.1", header, proxies)).not.toBe(null)
    })
  )
  const start = performance.now()
  for (const part of [",", " ", "10.0.0.1,", "1", ":", "[", "[:", "1.", "1:"])
    clientAddress("10.0.0.1", part.repeat(100_000), proxies)
  expect(performance.now() - start).toBeLessThan(1000)
})
