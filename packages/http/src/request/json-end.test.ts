import fc from "fast-check"
import { expect, test } from "vitest"
import { endOfJson } from "./json-end.ts"

test.each([
  ["", 0],
  [" ", 1],
  ["{", 1],
  ["[1,", 3],
  ["undefined", 0],
  ["tru", 0],
  [" -", 1],
  ["01", 1],
  ["1.", 1],
  ["1e", 1],
  ["[1 2]", 3],
  ["[1,]", 3],
  ["[}", 1],
  ["{]", 1],
  ["{,}", 1],
  ["{'a':1}", 1],
  ['{"a"}', 4],
  ['{"a" 1}', 5],
  ['{"a":}', 5],
  ['{"a":1,}', 7],
  ['{"a":1 "b":2}', 7],
  ['{"a":[1,{"b":"c"}}', 17],
  ['{"a":1}x', 7],
  ["[]]", 2],
  ['{"a":"never closed', 5],
  ['"\\q"', 0],
  ['"\\u12"', 0],
  ['"\n"', 0],
  ["\u00a0{}", 0]
])("%j ends to be JSON at %d (INP-11)", (text, at) => {
  expect(endOfJson(text)).toBe(at)
})

test("what is put between two tokens is where JSON ends, and what is cut off ends where it was cut (INP-11)", () => {
  const tokens = (value: unknown) =>
    JSON.stringify(value, null, 1).match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? []
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom("#", "'", "undefined", "\u00a0", "\\"),
      (value, at, foreign) => {
        const all = tokens(value)
        const before = all.slice(0, at % (all.length + 1)).join(" ")
        expect(endOfJson(`${before} ${foreign} ${all.join(" ")}`)).toBe(before.length + 1)
        if (before.length < all.join(" ").length) expect(endOfJson(before)).toBe(before.length)
      }
    )
  )
})

test("any text that is not JSON ends within itself (INP-11)", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[],:"\\1-e. t') })), (text) => {
      const end = endOfJson(text)
      expect(end).toBeGreaterThanOrEqual(0)
      expect(end).toBeLessThanOrEqual(text.length)
    }),
    { numRuns: 2000 }
  )
})
