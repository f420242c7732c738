import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { type MadeStore, storeConformance, storeEquivalence } from "@latchkey/conformance/store"
import { mixStores } from "@latchkey/core"
import { memoryStore } from "@latchkey/core/testing"
import { redisStore } from "@latchkey/store-redis"
import { Redis } from "ioredis"
import { afterAll, beforeAll, describe, test } from "vitest"
import { type RedisCluster, startCluster } from "../../../store-redis/test/clusters.ts"
import { PLACE, type RedisServer, startRedis } from "../../../store-redis/test/servers.ts"
import { hasRedis } from "../../../store-redis/test/stores.ts"
import { closeLent, type Described, storeOf } from "./described-stores.ts"

let server: RedisServer
let cluster: RedisCluster
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(PLACE, "latchkey-conformance-"))
  if (hasRedis) [server, cluster] = await Promise.all([startRedis(), startCluster()])
})
afterAll(async () => {
  await closeLent()
  await Promise.all([server?.close(), cluster?.close()])
  rmSync(folder, { recursive: true, force: true })
})

const unique = (): string => `test-${crypto.randomUUID()}`

/** A store that is described, over two connections. */
const twice = (described: Described): MadeStore => ({ store: storeOf(described), second: storeOf(described) })

const mixed = (): MadeStore => {
  const prefix = unique()
  return twice({ kind: "mixed", path: join(folder, `${prefix}.db`), url: server.url, prefix })
}

describe.runIf(hasRedis)(
  "STO-01 the laws hold with users in SQLite, sessions, tokens, challenges and codes in Redis",
  () => storeConformance(test, mixed)
)

describe.runIf(hasRedis)("the same calls give the same answers", () => {
  describe("in Redis, with node-redis", () =>
    storeEquivalence(test, () => twice({ kind: "redis", url: server.url, prefix: unique() }), { lists: 40 }))

  describe("in Redis, with ioredis", () =>
    storeEquivalence(
      test,
      () => {
        const options = { prefix: unique(), unsafeNoPersistence: true }
        return redisStore(new Redis(server.url, { lazyConnect: true }), options)
      },
      { lists: 15 }
    ))

  describe("in a Redis cluster", () =>
    storeEquivalence(test, () => twice({ kind: "cluster", urls: cluster.urls, prefix: unique() }), { lists: 15 }))

  describe("with users in SQLite, sessions, tokens, challenges and codes in Redis", () =>
    storeEquivalence(test, mixed, { lists: 40 }))

  describe("with users in Redis and all else in memory", () =>
    storeEquivalence(
      test,
      () =>
        mixStores(memoryStore(), { users: redisStore(server.url, { prefix: unique(), unsafeNoPersistence: true }) }),
      { lists: 15 }
    ))
})
