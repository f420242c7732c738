import { Store, type StoreLayer, type StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { onTestFinished } from "vitest"

/** Whether there is a redis-server to start; vitest.config.ts says so aloud when there is none. */
export const hasRedis = process.env.LATCHKEY_REDIS_SERVER !== undefined

/** A server that runs already, for the laws where none can be started. */
export const givenUrl = hasRedis ? "" : (process.env.LATCHKEY_TEST_REDIS_URL ?? "")

/** What all keys of one test begin with, so that tests share a server and nothing else. */
export const newPrefix = (): string => `test-${crypto.randomUUID()}`

/** Builds a store; it is closed with the test. */
export const build = async (layer: StoreLayer): Promise<StoreShape> => {
  const runtime = ManagedRuntime.make(layer)
  onTestFinished(() => runtime.dispose())
  return runtime.runPromise(Store)
}

/** What an effect comes to: its value, or the tag of its failure. */
export const outcome = <A>(effect: Effect.Effect<A, { readonly _tag: string }>): Promise<A | string> =>
  Effect.runPromise(Effect.match(effect, { onSuccess: (value): A | string => value, onFailure: (error) => error._tag }))
