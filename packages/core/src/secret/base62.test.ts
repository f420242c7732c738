import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeBase62, encodeBase62, isBase62 } from "./base62.ts"

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 30 })
const digits = fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 30 })

/** The definition, said plainly with whole numbers of any size. */
const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
const textOf = (number: bigint, length: number): string =>
  length === 0 ? "" : textOf(number / 62n, length - 1) + ALPHABET.charAt(Number(number % 62n))

const enoughDigits = (size: number): number => Math.ceil((size * 8) / Math.log2(62))

test("bytes are written as one big-endian number in base62", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(4), (bytes, spare) => {
      const length = enoughDigits(bytes.length) + spare
      expect(encodeBase62(bytes, length)).toBe(textOf(numberOf(bytes), length))
    })
  )
})

test("what was written is read back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(4), (bytes, spare) => {
      const text = encodeBase62(bytes, enoughDigits(bytes.length) + spare)
      expect(decodeBase62(text, bytes.length)).toEqual(bytes)
    })
  )
})

test("the largest numbers of 16 and 32 bytes fit their 22 and 43 digits", () => {
  for (const [size, length] of [
    [16, 22],
    [32, 43]
  ] as const) {
    const largest = new Uint8Array(size).fill(255)
    expect(decodeBase62(encodeBase62(largest, length), size)).toEqual(largest)
  }
})

test("a number that is too large by one is refused, not cut", () => {
  expect(decodeBase62(textOf(2n ** 128n - 1n, 22), 16)).toEqual(new Uint8Array(16).fill(255))
  expect(decodeBase62(textOf(2n ** 128n, 22), 16)).toBeNull()
  expect(decodeBase62("z".repeat(22), 16)).toBeNull()
})

test("any text is read in one way or refused, and never throws", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, digits), (text) => {
      const isDigits = /^[0-9A-Za-z]*$/.test(text)
      expect(isBase62(text)).toBe(isDigits)
      expect(decodeBase62(text, 40) !== null).toBe(isDigits)
    })
  )
})

test("letters beyond ASCII are no digits", () => {
  for (const foreign of ["é", "０", "\u0130", "😀", "\ud800", "-", "_", "+", "/", "=", " ", "\0"]) {
    expect(isBase62(`a${foreign}`)).toBe(false)
    expect(decodeBase62(`a${foreign}`, 40)).toBeNull()
  }
})
