import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { storeLaws } from "../laws/store-laws.ts"
import { checkLaw } from "../store-conformance.ts"
import { saboteurs } from "./saboteurs.ts"

test("each race law has a saboteur", () => {
  const broken = new Set(saboteurs.map(({ breaks }) => breaks))
  expect(storeLaws.filter(({ isRace, states }) => isRace && !broken.has(states))).toEqual([])
})

test("each saboteur is of one law, and no two are of the same", () => {
  const all = saboteurs.map(({ breaks }) => breaks)
  expect(all.filter((breaks) => !storeLaws.some(({ states }) => states === breaks))).toEqual([])
  expect(new Set(all).size).toBe(all.length)
})

test.each(saboteurs)("a saboteur breaks only: $breaks", async ({ breaks, store }) => {
  const broken = Effect.filter(storeLaws, (law) =>
    Effect.match(
      checkLaw(law, () => store),
      { onSuccess: () => false, onFailure: () => true }
    )
  )
  const states = (await Effect.runPromise(broken)).map((law) => law.states)
  expect(states).toEqual([breaks])
})
