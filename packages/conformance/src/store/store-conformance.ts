import * as Effect from "effect/Effect"
import type { TestFunction } from "../test-function.ts"
import type { Law, LawPart } from "./laws/law.ts"
import { storeLaws } from "./laws/store-laws.ts"
import { type MakeStore, openMade } from "./made-store.ts"

/**
 * Registers one test for each law of the store contract, and so says whether a store is safe. `makeStore` is called for
 * each test, must give a store without data, and is closed when the test ends. A store that several processes may use
 * gives a second connection too, for then the races are run over both.
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
 * While a store is being written, `{ parts: ["sessions"] }` runs the laws of a part alone. Most laws need `users.insert`.
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

/** Builds what `makeStore` gives, checks one law, and closes it. */
export const checkLaw = (law: Law, makeStore: MakeStore): Effect.Effect<void, unknown> =>
  Effect.scoped(Effect.flatMap(openMade(makeStore), (connections) => law.check(...connections)))
