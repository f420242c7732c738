import * as Context from "effect/Context"
import type { StoreParts } from "./store.ts"
import { storeVerbs } from "./store-verbs.ts"

/** The names of all parts of a store. */
// The record's type says which keys there are.
export const partNames = Object.keys(storeVerbs) as ReadonlyArray<keyof StoreParts>

/**
 * The parts that will be used of the store that is being built: all of them, unless `mixStores` says otherwise. For a
 * store that asks something of its surroundings at start, and less when only some of its parts are used: a server that
 * evicts keys must not hold users, but may hold sessions.
 *
 * To be read while the layer is built. It never changes what the verbs do: every part of a store is there and keeps its
 * laws, used or not.
 */
export const UsedParts = Context.Reference<ReadonlySet<keyof StoreParts>>("@latchkey/core/UsedParts", {
  defaultValue: () => new Set(partNames)
})
