import type { ChallengeStore } from "@latchkey/core/store"
import { type RedisTarget, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { Cluster, Redis } from "ioredis"
import { createCluster } from "redis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type RedisCluster, startCluster } from "./clusters.ts"
import { approval, challenge, denial, now, ownKey, plenty, redemption, secretOf, userId, wholeList } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix } from "./stores.ts"

/* Races that need many rounds to be lost, over two connections, as two processes have them. */

let server: RedisServer
let cluster: RedisCluster
beforeAll(async () => {
  if (!hasRedis) return
  server = await startRedis()
  cluster = await startCluster()
})
afterAll(async () => {
  await server?.close()
  await cluster?.close()
})

const ada = userId(1)
const run = Effect.runPromise

describe.runIf(hasRedis).each<[string, () => RedisTarget]>([
  ["one server with node-redis", () => server.url],
  ["one server with ioredis", () => new Redis(server.url, { lazyConnect: true })],
  ["a cluster with node-redis", () => createCluster({ rootNodes: cluster.urls.map((url) => ({ url })) })],
  ["a cluster with ioredis", () => new Cluster([...cluster.urls], { lazyConnect: true })]
])("on %s", (_, target) => {
  const opened = async (): Promise<readonly [ChallengeStore, ChallengeStore]> => {
    const prefix = newPrefix()
    const open = async () => (await build(redisStore(target(), { prefix, unsafeNoPersistence: true }))).challenges
    return [await open(), await open()]
  }

  const claimed = async (challenges: ChallengeStore, n: number) => {
    const row = challenge(n)
    await run(challenges.insert(row, plenty))
    await run(challenges.claim(row.challenge.codeHash, ada, now, 10_000))
    return row
  }

  test("of 16 parallel polls of an approved challenge one gets it, in each of 500 rounds (DEV-06)", async () => {
    const stores = await opened()
    for (let round = 0; round < 500; round++) {
      const row = await claimed(stores[0], round)
      await run(stores[0].decide(ownKey(ada, row), approval, now))
      const polls = Array.from({ length: 16 }, async (_, n) => {
        const store = stores[n % 2 === 0 ? 0 : 1]
        await run(store.poll(secretOf(row), now))
        return (await run(store.redeem(secretOf(row), redemption)))?.outcome
      })
      const outcomes = (await Promise.all(polls)).sort()
      expect(outcomes).toEqual([...Array.from({ length: 15 }, () => "not-approved"), "redeemed"])
      await run(stores[0].removeAll(ada))
    }
  })

  test("a denial and a redemption at once exclude each other, and both calls are told so (DEV-10)", async () => {
    const stores = await opened()
    for (let round = 0; round < 200; round++) {
      const row = await claimed(stores[0], round)
      await run(stores[0].decide(ownKey(ada, row), approval, now))
      const [denied, redeemed] = await Promise.all([
        run(stores[0].decide(ownKey(ada, row), denial, now)),
        run(stores[1].redeem(secretOf(row), redemption))
      ])
      const isRedeemed = redeemed?.outcome === "redeemed"
      expect(denied?.isDone).toBe(!isRedeemed)
      const found = await run(stores[1].find(ownKey(ada, row)))
      expect(found?.state).toBe(isRedeemed ? "redeemed" : "denied")
    }
  })

  test("parallel claims of one user leave as many challenges as there is room for (OPS-07)", async () => {
    const stores = await opened()
    for (let round = 0; round < 50; round++) {
      const rows = Array.from({ length: 10 }, (_, n) => challenge(10 * round + n))
      await Promise.all(rows.map((row) => run(stores[0].insert(row, plenty))))
      const claims = rows.map(({ challenge: { codeHash } }, n) =>
        run(stores[n % 2 === 0 ? 0 : 1].claim(codeHash, ada, now, 3))
      )
      for (const each of await Promise.all(claims)) expect(each).not.toBeNull()
      const left = await run(stores[0].list(ada, wholeList))
      expect(left).toHaveLength(3)
      const there = await Promise.all(rows.map((row) => run(stores[1].find(ownKey(ada, row)))))
      const kept = new Set(left.map(({ id }) => id))
      expect(there.filter((each) => each !== null && !kept.has(each.id))).toEqual([])
      await run(stores[0].removeAll(ada))
    }
  })
})
