import * as Effect from "effect/Effect"
import type { TestFunction } from "../test-function.ts"
import type { Law, LawPart } from "./laws/law.ts"
import { storeLaws } from "./laws/store-laws.ts"
import { type MakeStore, openMade } from "./made-store.ts"

/**
 * Registers one test for each law of the store contract. Together they show whether a store is safe. Each test calls
 * `makeStore`, which must return a store without data, and closes that store at its end. A store that several processes may use
 * returns a second connection too, and then the races run over both.
 *
 * ```ts
 * import { test } from "vitest" // or "node:test"
 * import { storeConformance } from "@latchkey/conformance/store"
 * import { myStore } from "../src/index.ts"
 *
 * storeConformance(test, () => {
 *   const name = `test-${crypto.randomUUID()}`
 *   return { store: myStore(name), second: myStore(name) }
 * })
 * ```
 *
 * While you write a store, `{ parts: ["sessions"] }` runs only the laws of a part. Most laws need `users.insert`.
 */
export const storeConformance = (
  test: TestFunction,
  makeStore: MakeStore,
  options: { readonly parts?: ReadonlyArray<LawPart> } = {}
): void => {
  for (const law of storeLaws) {
    if (options.parts?.includes(law.part) === false) continue
    test(`${law.part}: ${law.states}`, () => Effect.runPromise(checkLaw(law, makeStore)))
  }
}

/** Builds a store with `makeStore`, checks one law, and closes the store. */
export const checkLaw = (law: Law, makeStore: MakeStore): Effect.Effect<void, unknown> =>
  Effect.scoped(Effect.flatMap(openMade(makeStore, law.room), (connections) => law.check(...connections)))
