import { crc32 as native } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { crc32 } from "./crc32.ts"

const bytesOf = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)

test("the check value of the standard comes out", () => {
  expect(crc32("123456789")).toEqual(bytesOf(0xcbf43926))
  expect(crc32("")).toEqual(bytesOf(0))
})

test("any ASCII text has the sum that zlib gives it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 300 }), (text) => {
      expect(crc32(text)).toEqual(bytesOf(native(text)))
    })
  )
})
