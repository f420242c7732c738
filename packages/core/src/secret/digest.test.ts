import { createHash } from "node:crypto"
import fc from "fast-check"
import { afterEach, expect, test, vi } from "vitest"
import { equalInConstantTime, sha256Hex } from "./digest.ts"

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 200 })

const reference = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex")

const portableDigest = async () => {
  vi.resetModules()
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined)
  return await import("./digest.ts")
}

afterEach(() => {
  vi.restoreAllMocks()
})

test("the runtime's hash is SHA-256 of the text in UTF-8, in hexadecimal", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  fc.assert(
    fc.property(anyText, (text) => {
      expect(sha256Hex(text)).toBe(reference(text))
    })
  )
})

test("where the runtime has no synchronous hash, portable code gives the same", async () => {
  const portable = await portableDigest()
  expect(portable.sha256Hex).not.toBe(sha256Hex)
  fc.assert(
    fc.property(anyText, (text) => {
      expect(portable.sha256Hex(text)).toBe(sha256Hex(text))
    })
  )
})

test("two texts are equal in constant time exactly when they are equal (SES-18)", () => {
  const wellFormed = anyText.map((text) => text.toWellFormed())
  fc.assert(
    fc.property(wellFormed, wellFormed, (a, b) => {
      expect(equalInConstantTime(a, a)).toBe(true)
      expect(equalInConstantTime(a, b)).toBe(a === b)
    })
  )
})

test("texts of unequal length are unequal and do not throw (SES-18)", () => {
  for (const [a, b] of [
    ["", "a"],
    ["a", ""],
    ["abc", "abcd"],
    ["é", "e"],
    ["\0", ""]
  ] as const) {
    expect(equalInConstantTime(a, b)).toBe(false)
  }
})
