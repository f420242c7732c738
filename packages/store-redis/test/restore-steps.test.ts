import { MOST_RESTORED, type NewUser, type StoreShape } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { makeKeys } from "../src/keys.ts"
import { untilItAnswers } from "./outages.ts"
import { startProxy } from "./proxies.ts"
import { admin, now, person, session, token, userId, wholeList } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { dyingAfter, inSteps, writerOver } from "./writers.ts"

/*
 * A call that restores has many steps: a process may die between any two of them, and a connection may end. Then it is made again.
 */

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

const opened = async (prefix = newPrefix(), url = server.url) => {
  const store = await build(redisStore(url, { prefix, unsafeNoPersistence: true }))
  return { prefix, store }
}

/** A process that takes the three steps of a change one by one, as in a cluster, and gets no further than so many scripts. */
const dying = async (prefix: string, scripts: number) => {
  const writer = await writerOver(server.url, prefix, (db) => inSteps(dyingAfter(scripts)(db)))
  onTestFinished(writer.close)
  return writer
}

/** That all of them are there, each whole, and nobody else. */
const expectWhole = async ({ users }: StoreShape, rows: ReadonlyArray<NewUser>) => {
  expect(await outcome(users.export(null, 1_000))).toEqual(rows)
  for (const { user, canonicalUsername, canonicalEmail } of rows) {
    const byName = users.findByName({ kind: "username", canonical: canonicalUsername ?? "" })
    const byEmail = users.findByName({ kind: "email", canonical: canonicalEmail ?? "" })
    expect(await outcome(byName)).toMatchObject({ user })
    expect(await outcome(byEmail)).toMatchObject({ user })
  }
  const all = await Effect.runPromise(users.list({ query: null, filter: {}, after: null, limit: 1_000 }))
  expect(all.items).toEqual(rows.map(({ user }) => user).toReversed())
  const found = await Effect.runPromise(users.list({ query: "name", filter: {}, after: null, limit: 1_000 }))
  expect(found.items).toHaveLength(rows.length)
  expect(await outcome(users.count({ query: null, filter: {} }))).toEqual({ total: rows.length, isExact: true })
}

describe.runIf(hasRedis)("a process that dies while it restores users", () => {
  const rows = [person(1), admin(2), person(3, { isActive: false })]

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    "BAK-02 after script %i leaves nobody half there when the call is made again",
    async (scripts) => {
      const { prefix, store } = await opened()
      const writer = await dying(prefix, scripts)
      expect(await outcome(writer.users.restore(rows))).toBe("StoreError")
      await Effect.runPromise(store.users.restore(rows))
      await expectWhole(store, rows)
      expect(await outcome(store.users.isSetUp)).toBe(true)
      expect(await outcome(store.users.remove(userId(2), null))).toBe("LastSuperuser")
      const inactive = { query: null, filter: { isActive: false }, after: null, limit: 10 }
      expect(await outcome(store.users.list(inactive))).toMatchObject({ items: [{ id: userId(3) }] })
      expect(await server.command("HLEN", makeKeys(prefix).directory.intents)).toBe(0)
    }
  )

  test.each([1, 2])(
    "BAK-02 after script %i has begun: the next call completes it, and tells that it is there",
    async (scripts) => {
      const { prefix, store } = await opened()
      const writer = await dying(prefix, scripts)
      expect(await outcome(writer.users.restore([admin(1)]))).toBe("StoreError")
      expect(await outcome(store.users.restore([admin(1), person(2)]))).toEqual(["there", "added"])
      await expectWhole(store, [admin(1), person(2)])
    }
  )

  test("BAK-01 an export passes over one who is half there, and the page is full", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(store.users.restore([person(1), person(3), person(4)]))
    const writer = await dying(prefix, 1)
    expect(await outcome(writer.users.restore([person(2)]))).toBe("StoreError")
    expect(await outcome(store.users.export(null, 2))).toEqual([person(1), person(3)])
    expect(await outcome(store.users.export(userId(1), 2))).toEqual([person(3), person(4)])
    expect(await outcome(store.users.export(userId(1), 3))).toEqual([person(3), person(4)])
  })
})

describe.runIf(hasRedis)("a connection that ends while much is restored", () => {
  const rows = Array.from({ length: MOST_RESTORED }, (_, n) => person(n + 1))
  const sessions = rows.map(({ user }, n) => session(n, user.id))
  const tokens = rows.map(({ user }, n) => token(n, user.id, { isImported: n % 2 === 0 }))

  // The commands for all of them are some 40 000 bytes, those for users four times as many.
  test.each([1_000, 20_000, 35_000])(
    "BAK-02 after %i bytes leaves some of it, and the call can be made again",
    async (bytes) => {
      const proxy = await startProxy(server)
      onTestFinished(proxy.close)
      const { store } = await opened(newPrefix(), proxy.url)
      const brokenOff = async (restoring: Effect.Effect<unknown, { readonly _tag: string }>) => {
        proxy.breakAfter(bytes)
        expect(await outcome(restoring)).toBe("StoreError")
        proxy.loseNothing()
        await untilItAnswers(store)
      }
      await brokenOff(store.users.restore(rows))
      const outcomes = new Set(await outcome(store.users.restore(rows)))
      expect(outcomes).toEqual(new Set(bytes < 2_000 ? ["added"] : ["added", "there"]))
      await expectWhole(store, rows)
      await brokenOff(store.sessions.restore(sessions))
      await brokenOff(store.tokens.restore(tokens))
      await Effect.runPromise(store.sessions.restore(sessions))
      await Effect.runPromise(store.tokens.restore(tokens))
      for (const [n, { user }] of rows.entries()) {
        expect(await outcome(store.sessions.export(user.id, now, wholeList))).toEqual([sessions[n]])
        expect(await outcome(store.tokens.export(user.id, now, wholeList))).toEqual([tokens[n]])
      }
    }
  )
})
