import { AttemptRoom, Store, type StoreShape } from "@latchkey/core/store"
import { emptyTables, memoryStoreOver } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Law } from "../../src/store/laws/law.ts"
import { checkLaw } from "../../src/store/store-conformance.ts"

/** The verbs of a store by name: `users.insert`, `lookupSession`. */
export const verbsOf = (store: StoreShape): ReadonlyMap<string, unknown> =>
  new Map(
    Object.entries(store).flatMap(([name, value]): ReadonlyArray<[string, unknown]> => {
      if (typeof value === "function") return [[name, value]]
      return Object.entries(value).map(([verb, run]) => [`${name}.${verb}`, run])
    })
  )

/** The verbs that a law uses. A store that differs from a sound one in other verbs alone cannot break it. */
export const verbsIn = async (law: Law): Promise<ReadonlySet<string>> => {
  const used = new Set<string>()
  const store = Layer.effect(
    Store,
    Effect.map(AttemptRoom, (room) => watched(memoryStoreOver(emptyTables(), room), (name) => used.add(name)))
  )
  await Effect.runPromise(checkLaw(law, () => store))
  return used
}

/** A store that tells the name of each verb that somebody takes from it. */
const watched = (store: StoreShape, tell: (name: string) => void): StoreShape => {
  const [result, parts]: [object, Record<string, object>] = [{}, {}]
  for (const [name, value] of verbsOf(store)) {
    const [part = name, verb] = name.split(".")
    if (verb !== undefined) parts[part] ??= {}
    const at = verb === undefined ? result : parts[part]
    const get = () => {
      tell(name)
      return value
    }
    Object.defineProperty(at, verb ?? part, { get, enumerable: true })
  }
  return Object.assign(result, parts) as unknown as StoreShape // each verb under its own name
}
