import { AttemptRoom, Store, type StoreError, type StoreLayer, type StoreShape } from "@latchkey/core/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** A fresh, empty store; with `second`, also another connection to the same data, built after it. */
export type MadeStore = StoreLayer | { readonly store: StoreLayer; readonly second?: StoreLayer }

export type MakeStore = () => MadeStore | Promise<MadeStore>

/** Makes a store and opens it with room for attempts: both connections, which are the same if there is only one. */
export const openMade = (
  makeStore: MakeStore,
  room: AttemptRoom
): Effect.Effect<readonly [StoreShape, StoreShape], StoreError, Scope.Scope> =>
  Effect.gen(function* () {
    const made = yield* Effect.promise(async () => makeStore())
    const layers = isLayer(made) ? { store: made } : made
    const store = Context.get(yield* Layer.build(layers.store), Store)
    const second = layers.second === undefined ? store : Context.get(yield* Layer.build(layers.second), Store)
    return [store, second] as const
  }).pipe(Effect.provideService(AttemptRoom, room))

const isLayer = (made: MadeStore): made is StoreLayer => Layer.isLayer(made)
