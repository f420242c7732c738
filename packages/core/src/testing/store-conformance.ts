import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Store, type StoreLayer } from "../store/store.ts"
import type { Law, LawPart } from "./laws/law.ts"
import { storeLaws } from "./laws/store-laws.ts"

/** Registers one test: `test` of vitest, of `node:test`, or any function like them. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown

/** A fresh, empty store; with `second`, also another connection to the same data, built after it. */
export type MadeStore = StoreLayer | { readonly store: StoreLayer; readonly second?: StoreLayer }

/**
 * Registers one test for each law of the store contract, and so says whether a store is safe. `makeStore` is called for
 * each test, must give a store without data, and is closed when the test ends. A store that several processes may use
 * gives a second connection too, for then the races are run over both.
 *
 * ```ts
 * import { test } from "vitest" // or "node:test"
 * import { storeConformance } from "@latchkey/core/testing"
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
  makeStore: () => MadeStore | Promise<MadeStore>,
  options: { readonly parts?: ReadonlyArray<LawPart> } = {}
): void => {
  for (const law of storeLaws) {
    if (options.parts?.includes(law.part) === false) continue
    test(`${law.part}: ${law.states}`, () => Effect.runPromise(checkLaw(law, makeStore)))
  }
}

/** Builds what `makeStore` gives, checks one law, and closes it. */
export const checkLaw = (law: Law, makeStore: () => MadeStore | Promise<MadeStore>): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const made = yield* Effect.promise(async () => makeStore())
    const layers = isLayer(made) ? { store: made } : made
    const store = yield* Layer.build(layers.store)
    const second = layers.second === undefined ? store : yield* Layer.build(layers.second)
    yield* law.check(Context.get(store, Store), Context.get(second, Store))
  }).pipe(Effect.scoped)

const isLayer = (made: MadeStore): made is StoreLayer => Layer.isLayer(made)
