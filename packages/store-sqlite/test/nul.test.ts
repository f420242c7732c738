import fc from "fast-check"
import { expect, test } from "vitest"
import { escapeNul, unescapeNul } from "../src/nul.ts"

/** Text in which the characters that matter are common. */
const awkward = fc.string({ unit: fc.constantFrom("\u0000", "\uFDD0", "\uFDD1", "\uFDD2", "a") })

test("STO-05 any text comes back from its escaped form, which holds no U+0000", () => {
  fc.assert(
    fc.property(awkward, (text) => {
      expect(escapeNul(text)).not.toContain("\u0000")
      expect(unescapeNul(escapeNul(text))).toBe(text)
    })
  )
})

test("STO-05 two texts have one escaped form only if they are one", () => {
  fc.assert(
    fc.property(awkward, awkward, (one, other) => {
      expect(escapeNul(one) === escapeNul(other)).toBe(one === other)
    })
  )
})

test("text without these characters is kept as it is", () => {
  expect(escapeNul("Zoë \u{1F600} \uFFFF \uFDD1")).toBe("Zoë \u{1F600} \uFFFF \uFDD1")
})
