import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { storeLaws } from "../../src/store/laws/store-laws.ts"
import { checkLaw } from "../../src/store/store-conformance.ts"
import { saboteurs } from "./saboteurs.ts"
import { verbsIn } from "./verbs.ts"

/** What each law calls: a saboteur is tried on those alone that call what it changes, which is one law in several. */
const called = new Map(await Promise.all(storeLaws.map(async (law) => [law, [...(await verbsIn(law))]] as const)))

test.each(saboteurs)("a saboteur breaks only: $breaks.0", async ({ breaks, changes, store }) => {
  const concerned = storeLaws.filter((law) => called.get(law)?.some((verb) => changes.has(verb)))
  const broken = Effect.filter(concerned, (law) =>
    Effect.match(
      checkLaw(law, () => store),
      { onSuccess: () => false, onFailure: () => true }
    )
  )
  const states = (await Effect.runPromise(broken)).map((law) => law.states)
  expect(states).toEqual(storeLaws.map((law) => law.states).filter((state) => breaks.includes(state)))
  expect(states.length).toBe(breaks.length)
})
