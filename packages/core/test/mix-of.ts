import { mixStores } from "../src/store/mix-stores.ts"
import type { StoreParts } from "../src/store/store.ts"
import { emptyTables } from "../src/testing/memory-tables.ts"
import { storeOver } from "./store-around.ts"

/** Two connections to a mix of memory stores, in which each of these parts has a store of its own. */
export const mixOf = (apart: ReadonlyArray<keyof StoreParts>) => {
  const base = emptyTables()
  const homes = apart.map((part) => [part, emptyTables()] as const)
  const connect = () =>
    mixStores(storeOver(base), Object.fromEntries(homes.map(([part, tables]) => [part, storeOver(tables)])))
  return { store: connect(), second: connect() }
}
