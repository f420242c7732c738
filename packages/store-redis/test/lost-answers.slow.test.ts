import { type RedisTarget, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { Redis } from "ioredis"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { untilItAnswers } from "./outages.ts"
import { startProxy } from "./proxies.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { firstAdmin, prepare, removing, type Verb, writing } from "./verbs.ts"

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

/** All that is stored under a prefix, whatever it is called and whenever it ends. */
const storedUnder = async (prefix: string): Promise<ReadonlyArray<unknown>> =>
  Object.entries(await server.contents())
    .filter(([key]) => key.startsWith(`{${prefix}`) && !key.endsWith(":incarnation"))
    .map(([key, { value }]) => [key.replace(prefix, ""), value])

/** With one secret for all prefixes, because it decides in which group a bucket is. */
const open = async (target: RedisTarget, prefix: string) => {
  await server.command("SET", `{${prefix}}:bucket-secret`, "the same for all")
  return build(redisStore(target, { prefix, unsafeNoPersistence: true }))
}

/** What a verb leaves behind when all goes well. */
const leftBy = async (verb: Verb, isPrepared: boolean): Promise<ReadonlyArray<unknown>> => {
  const prefix = newPrefix()
  const store = await open(server.url, prefix)
  if (isPrepared) await Effect.runPromise(prepare(store))
  await outcome(verb(store))
  return storedUnder(prefix)
}

/**
 * Verbs of one step. Sweeps have many, of which each may be done again, and so have an import and most verbs of challenges:
 * `challenge-steps.test.ts` stops those after each.
 */
const {
  "sessions.removeExpired": _sessions,
  "tokens.removeExpired": _tokens,
  "challenges.removeExpired": _challenges,
  "challenges.removeAll": _removeAll,
  "codes.removeExpired": _codes,
  "attempts.removeExpired": _attempts,
  "audit.removeExpired": _audit,
  ...removingOnce
} = removing
const {
  "tokens.import": _import,
  "challenges.insert": _insert,
  "challenges.claim": _claim,
  "challenges.redeem": _redeem,
  ...writingOnce
} = writing

describe.runIf(hasRedis).each<[string, (url: string) => RedisTarget]>([
  ["by its url", (url) => url],
  ["with ioredis", (url) => new Redis(url, { lazyConnect: true })]
])("an answer that is lost, %s", (_, target) => {
  test.each(Object.entries({ ...writingOnce, ...removingOnce, ...firstAdmin }))(
    "RDS-09 X03 %s fails at once, and was done once",
    async (name, verb) => {
      const isPrepared = !(name in firstAdmin)
      const expected = await leftBy(verb, isPrepared)
      const proxy = await startProxy(server)
      onTestFinished(proxy.close)
      const prefix = newPrefix()
      const store = await open(target(proxy.url), prefix)
      if (isPrepared) await Effect.runPromise(prepare(store))
      proxy.loseAnswers()
      const start = performance.now()
      expect(await outcome(verb(store))).toBe("StoreError")
      expect(performance.now() - start, "milliseconds").toBeLessThan(1_000)
      proxy.loseNothing()
      await untilItAnswers(store)
      expect(await storedUnder(prefix)).toEqual(expected)
    }
  )
})
