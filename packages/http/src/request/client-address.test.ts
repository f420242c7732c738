import { type Cidr, cidr } from "@latchkey/core"
import fc from "fast-check"
import { expect, test } from "vitest"
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
  '"192.0.2.1"',
  "192.0.2.1:80",
  "[2001:db8::1]",
  "[2001:db8::1]:80",
  "fe80::1%eth0",
  "unknown",
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
  for (const part of [",", " ", "10.0.0.1,", "1", ":"]) clientAddress("10.0.0.1", part.repeat(100_000), proxies)
  expect(performance.now() - start).toBeLessThan(1000)
})
