import { expect, test } from "vitest"
import { behindPrefix, byCodePoint } from "./code-points.ts"

const inOrder = ["", "\u0000", "A", "a", "a\u0000", "aa", "ab", "b", "\uD7FF", "\uE000", "\uFFFF", "😀", "😀a", "😁"]

test("texts are in the order of their UTF-8 bytes", () => {
  const bytes = inOrder.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(bytes).toEqual(inOrder)
  expect(inOrder.toReversed().toSorted(byCodePoint)).toEqual(inOrder)
  for (const text of inOrder) expect(byCodePoint(text, text)).toBe(0)
})

test.each([
  ["a", "b"],
  ["az", "a{"],
  ["\uD7FF", "\uE000"],
  ["a\u{10FFFF}", "b"],
  ["\u{10FFFF}\u{10FFFF}", null],
  ["", null]
])("behind all that begin with %j comes %j first", (prefix, first) => {
  expect(behindPrefix(prefix)).toBe(first)
})

test("what begins with a prefix is before that text, and what comes after it is not", () => {
  for (const prefix of inOrder.slice(1)) {
    const behind = behindPrefix(prefix) ?? ""
    for (const text of inOrder) {
      const isBetween = byCodePoint(prefix, text) <= 0 && byCodePoint(text, behind) < 0
      expect(isBetween, `${prefix} and ${text}`).toBe(text.startsWith(prefix))
    }
  }
})
