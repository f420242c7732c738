import { expect, test } from "vitest"
import { storeLaws } from "../../src/store/laws/store-laws.ts"
import { saboteurs } from "./saboteurs.ts"

test("each race law has a saboteur that breaks nothing else", () => {
  const alone = new Set(saboteurs.filter(({ breaks }) => breaks.length === 1).flatMap(({ breaks }) => breaks))
  expect(storeLaws.filter(({ isRace, states }) => isRace && !alone.has(states))).toEqual([])
})
