import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AttemptRoom } from "../src/store/attempt-room.ts"
import { Store, type StoreLayer, type StoreParts, type StoreShape } from "../src/store/store.ts"
import { StoreError } from "../src/store/store-error.ts"
import { partNames } from "../src/store/used-parts.ts"
import { memoryStoreOver } from "../src/testing/memory-store.ts"
import { emptyTables, type Tables } from "../src/testing/memory-tables.ts"

/** Stands between core and a store: it is told each call by name, and may count it, delay it, or fail in its place. */
export type Around = <A, E>(operation: string, call: Effect.Effect<A, E>) => Effect.Effect<A, E | StoreError>

/** A memory store over `tables`, every call of which goes through `around`. */
export const storeAround = (around: Around, tables: Tables = emptyTables()): StoreLayer =>
  memoryWith(tables, (store) => {
    const parts = partNames.map((part) => [part, partAround(part, store[part], around)])
    return {
      ...(Object.fromEntries(parts) as unknown as StoreParts), // each part under its own name
      lookupSession: (owner, hash) => Effect.suspend(() => around("lookupSession", store.lookupSession(owner, hash))),
      lookupToken: (owner, hash) => Effect.suspend(() => around("lookupToken", store.lookupToken(owner, hash)))
    }
  })

/** A memory store over given tables, so that a test can look into them. */
export const storeOver = (tables: Tables): StoreLayer => memoryWith(tables, (store) => store)

const memoryWith = (tables: Tables, change: (store: StoreShape) => StoreShape): StoreLayer =>
  Layer.effect(
    Store,
    Effect.map(AttemptRoom, (room) => change(memoryStoreOver(tables, room)))
  )

/** Fails the calls that `isDown` names, and lets the others through. */
export const outage =
  (isDown: (operation: string) => boolean): Around =>
  (operation, call) =>
    isDown(operation) ? Effect.fail(new StoreError({ operation, cause: "switched off" })) : call

/** Writes down the name of each call. */
export const noting =
  (names: Array<string>): Around =>
  (operation, call) =>
    Effect.sync(() => names.push(operation)).pipe(Effect.andThen(call))

type Verb = (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, StoreError>

const partAround = <Part extends object>(name: string, part: Part, around: Around): Part => {
  const entries = Object.entries(part).map(([method, verb]: [string, Verb | Effect.Effect<unknown, StoreError>]) => {
    const operation = `${name}.${method}`
    return Effect.isEffect(verb)
      ? [method, Effect.suspend(() => around(operation, verb))]
      : [method, (...args: ReadonlyArray<unknown>) => Effect.suspend(() => around(operation, verb(...args)))]
  })
  return Object.fromEntries(entries) as Part // each verb was wrapped under its own name
}
