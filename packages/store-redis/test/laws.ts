import { storeConformance } from "@latchkey/conformance/store"
import type { StoreLayer } from "@latchkey/core/store"
import { type RedisStoreOptions, type RedisTarget, redisStore } from "@latchkey/store-redis"
import { afterAll, test } from "vitest"
import { type Lender, lender } from "./lending.ts"
import { newPrefix } from "./stores.ts"

type Laws = Parameters<typeof storeConformance>[2]

/** Runs the laws over two connections, made from a target; a client's connections serve one law after another. */
export const lawsHold = (makeTarget: () => RedisTarget, options: RedisStoreOptions, laws: Laws = {}): void => {
  let lent: Lender | undefined
  const target = (): RedisTarget => {
    if (lent !== undefined) return lent.target
    const made = makeTarget()
    if (typeof made === "string") return made
    lent = lender(made)
    return lent.target
  }
  afterAll(() => lent?.close())
  const madeStore = () => {
    const prefix = newPrefix()
    const store = (): StoreLayer => redisStore(target(), { ...options, prefix })
    return { store: store(), second: store() }
  }
  storeConformance(test, madeStore, laws)
}

export const inMemory = { unsafeNoPersistence: true }
