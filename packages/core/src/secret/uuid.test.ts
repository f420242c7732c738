import fc from "fast-check"
import { expect, test } from "vitest"
import { uuidBytes, uuidText, uuidV7, uuidV8 } from "./uuid.ts"

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const time = fc.nat({ max: 2 ** 48 - 1 })
const random = fc.uint8Array({ minLength: 16, maxLength: 16 })

test("the example of RFC 9562 comes out", () => {
  const random = Uint8Array.from([0, 0, 0, 0, 0, 0, 0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
  expect(uuidV7(0x017f22e279b0, random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
})

test("the example of RFC 9562 for a version 8 of a SHA-256 comes out", () => {
  const hash = uuidBytes("5c146b14-3c52-4afd-938a-375d0df1fbf6")
  expect(uuidV8(hash)).toBe("5c146b14-3c52-8afd-938a-375d0df1fbf6")
  expect(hash).toEqual(uuidBytes("5c146b14-3c52-4afd-938a-375d0df1fbf6"))
})

test("every id has the form of version 7 and holds its time", () => {
  fc.assert(
    fc.property(time, random, (now, bytes) => {
      const id = uuidV7(now, bytes)
      expect(id).toMatch(VERSION_7)
      expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(now)
    })
  )
})

test("ids sort as text by their time", () => {
  fc.assert(
    fc.property(time, time, random, random, (a, b, first, second) => {
      fc.pre(a !== b)
      expect(uuidV7(a, first) < uuidV7(b, second)).toBe(a < b)
    })
  )
})

test("the bytes of an id are its text and back", () => {
  fc.assert(
    fc.property(random, (bytes) => {
      expect(uuidBytes(uuidText(bytes))).toEqual(bytes)
    })
  )
})

test("the caller's random bytes are left as they were", () => {
  const bytes = new Uint8Array(16).fill(7)
  uuidV7(Date.parse("2026-01-01"), bytes)
  expect(bytes).toEqual(new Uint8Array(16).fill(7))
})
