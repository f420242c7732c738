import { expect, test } from "vitest"
import { hashesAtOnce } from "./hashes-at-once.ts"

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 3],
  [64, 3]
])(
  "PWD-11 on %i processors %i hashes run at the same time, so that other requests have one left",
  (processors, most) => {
    expect(hashesAtOnce(processors)).toBe(most)
  }
)
