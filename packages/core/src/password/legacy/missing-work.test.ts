import { expect, it, test } from "vitest"
import { doublings } from "./missing-work.ts"

it.each([
  [4, 12],
  [10, 12],
  [11, 12]
])("ENU-11 a hash of 2^%i and its doublings cost 2^%i", (from, to) => {
  expect(doublings(from, to).reduce((sum, step) => sum + 2 ** step, 2 ** from)).toBe(2 ** to)
})

test("ENU-11 a hash that costs as much as declared, or more, is not made up for", () => {
  expect([doublings(12, 12), doublings(13, 12)]).toEqual([[], []])
})
