import type { StoreShape } from "@latchkey/core/store"
import { type RedisTarget, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { Cluster, Redis } from "ioredis"
import { createCluster } from "redis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type RedisCluster, startCluster } from "./clusters.ts"
import { code, codeKey, newPassword, now, person, userId } from "./samples.ts"
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
  const opened = async (): Promise<readonly [StoreShape, StoreShape]> => {
    const prefix = newPrefix()
    const open = () => build(redisStore(target(), { prefix, unsafeNoPersistence: true }))
    return [await open(), await open()]
  }

  /** The outcomes of so many calls at once, over both connections in turn. */
  const atOnce = <A>(
    stores: readonly [StoreShape, StoreShape],
    many: number,
    call: (store: StoreShape, n: number) => Effect.Effect<A, unknown>
  ): Promise<ReadonlyArray<A>> =>
    Promise.all(Array.from({ length: many }, (_, n) => run(call(stores[n % 2 === 0 ? 0 : 1], n))))

  test("REC-01 of 16 parallel uses of a code one is the first, in each of 300 rounds", async () => {
    const stores = await opened()
    for (let round = 0; round < 300; round++) {
      const held = code(round, ada)
      await run(stores[0].codes.insert(held, "replace"))
      const uses = await atOnce(stores, 16, ({ codes }, n) => codes.consume(codeKey(held), now + n))
      expect(uses.filter((use) => use?.isFirst === true)).toHaveLength(1)
      const first = uses.find((use) => use?.isFirst === true)
      for (const use of uses) expect(use?.code).toEqual(first?.code)
    }
  })

  test("of parallel codes that spare a live one, one is written", async () => {
    const stores = await opened()
    for (let round = 0; round < 100; round++) {
      const rows = Array.from({ length: 8 }, (_, n) => code(8 * round + n, ada, { purpose: "undo-email" }))
      const inserted = await atOnce(stores, 8, ({ codes }, n) => codes.insert(rows[n] ?? code(0, ada), "or-prolong"))
      expect(inserted.filter((isWritten) => isWritten)).toHaveLength(1)
      const written = rows[inserted.indexOf(true)] ?? code(0, ada)
      expect(await run(stores[1].codes.find(codeKey(written)))).toEqual(written.code)
      expect(await run(stores[1].codes.removeAll(ada))).toBe(1)
    }
  })

  test("a use and a new code at once: the old one is used before it is replaced, or not at all", async () => {
    const stores = await opened()
    for (let round = 0; round < 200; round++) {
      const [old, next] = [code(2 * round, ada), code(2 * round + 1, ada)]
      await run(stores[0].codes.insert(old, "replace"))
      await atOnce(stores, 2, ({ codes }, n) =>
        n === 0 ? Effect.asVoid(codes.consume(codeKey(old), now)) : Effect.asVoid(codes.insert(next, "replace"))
      )
      expect(await run(stores[0].codes.list(ada))).toEqual([next.code])
      expect(await run(stores[1].codes.consume(codeKey(old), now))).toBeNull()
    }
  })

  test("REC-02 of parallel changes by codes to one address one is made, whatever else they do", async () => {
    const stores = await opened()
    for (let round = 1; round <= 30; round++) {
      const id = userId(round)
      await run(stores[0].users.insert(person(round)))
      const proof = { epoch: 0, revocations: null, canonicalEmail: `name${round}@example.org` }
      const made = await atOnce(stores, 6, ({ users }, n) => {
        const canonical = `to${n}@of${round}.example`
        const email = { typed: canonical, canonical }
        const further = [{}, newPassword(null), newPassword(`new ${n}`)][n % 3]
        return users.changeWithProof(id, { email, isVerified: true, ...further }, proof, now + 1)
      })
      const winners = made.filter((user) => user !== null)
      expect(winners).toHaveLength(1)
      expect(await run(stores[1].users.find(id))).toEqual(winners[0])
      for (let n = 0; n < 6; n++) {
        const canonical = `to${n}@of${round}.example`
        const found = await run(stores[1].users.findByName({ kind: "email", canonical }))
        expect(found?.user.id ?? null).toBe(winners[0]?.email === canonical ? id : null)
      }
    }
  })
})
