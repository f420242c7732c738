import { mixStores, type StoreLayer } from "@latchkey/core"
import { redisStore } from "@latchkey/store-redis"
import { sqliteStore } from "@latchkey/store-sqlite"
import { createCluster } from "redis"
import { type Lender, lender } from "../../../store-redis/test/lending.ts"

/** A store in words that another process understands. */
export type Described =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "redis"; readonly url: string; readonly prefix: string }
  | { readonly kind: "cluster"; readonly urls: ReadonlyArray<string>; readonly prefix: string }
  | { readonly kind: "mixed"; readonly path: string; readonly url: string; readonly prefix: string }

/** The store that is described. Two processes that open the same description share its data. */
export const storeOf = (described: Described): StoreLayer => {
  switch (described.kind) {
    case "sqlite":
      return sqliteStore(described.path)
    case "redis":
      return redisStore(described.url, { prefix: described.prefix, unsafeNoPersistence: true })
    case "cluster":
      return redisStore(lent(described.urls).target, { prefix: described.prefix, unsafeNoPersistence: true })
    case "mixed": {
      const redis = redisStore(described.url, { prefix: described.prefix, unsafeNoPersistence: true })
      return mixStores(sqliteStore(described.path), {
        sessions: redis,
        tokens: redis,
        challenges: redis,
        codes: redis,
        attempts: redis
      })
    }
  }
}

/** By the urls of their clusters. */
const lenders = new Map<string, Lender>()

const lent = (urls: ReadonlyArray<string>): Lender => {
  const name = urls.join()
  const lending = lenders.get(name) ?? lender(createCluster({ rootNodes: urls.map((url) => ({ url })) }))
  lenders.set(name, lending)
  return lending
}

/** Closes what closed stores have left open for the next ones. */
export const closeLent = async (): Promise<void> => {
  await Promise.all([...lenders.values()].map(({ close }) => close()))
  lenders.clear()
}
