import { storeConformance } from "@latchkey/conformance/store"
import type { StoreLayer } from "@latchkey/core/store"
import { type RedisStoreOptions, type RedisTarget, redisStore } from "@latchkey/store-redis"
import { test } from "vitest"
import { newPrefix } from "./stores.ts"

type Laws = Parameters<typeof storeConformance>[2]

/** Runs the laws over two connections, each made from a target of its own. */
export const lawsHold = (target: () => RedisTarget, options: RedisStoreOptions, laws: Laws = {}): void => {
  const madeStore = () => {
    const prefix = newPrefix()
    const store = (): StoreLayer => redisStore(target(), { ...options, prefix })
    return { store: store(), second: store() }
  }
  storeConformance(test, madeStore, laws)
}

export const inMemory = { unsafeNoPersistence: true }
