import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeKeys } from "../src/keys.ts"
import { hour, limit, now } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix } from "./stores.ts"

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

const ROOM = 1_000

/** A store, and names whose buckets and marks are all in one group. */
const crowded = async () => {
  const prefix = newPrefix()
  const { ofBucket } = makeKeys(prefix)
  const { ends } = ofBucket("first")
  const names = ["first"]
  for (let n = 0; names.length <= ROOM + 1; n++) {
    if (ofBucket(`name-${n}`).ends === ends) names.push(`name-${n}`)
  }
  const store = await build(redisStore(server.url, { prefix, unsafeNoPersistence: true }))
  return { names, ends, attempts: store.attempts }
}

const all = (effects: ReadonlyArray<Effect.Effect<unknown, unknown>>) =>
  Effect.runPromise(Effect.all(effects, { concurrency: 50, discard: true }))

describe.runIf(hasRedis)("a group of attempts", () => {
  test("RAT-08 that is full forgets first the bucket that would be forgotten soonest", async () => {
    const { names, ends, attempts } = await crowded()
    const hit = (name: string, at: number) => attempts.hit([{ key: name, limit: { ...limit, free: 1 } }], at)
    const [first = "", second = "", ...others] = names
    await all([hit(first, now + 1), hit(second, now)])
    await all(others.slice(0, ROOM - 2).map((name, n) => hit(name, now + 2 + n)))
    expect(await server.command("ZCARD", ends)).toBe(ROOM)
    await Effect.runPromise(hit(others.at(-1) ?? "", now + hour))
    expect(await server.command("ZCARD", ends)).toBe(ROOM)
    expect(await Effect.runPromise(hit(first, now + 2))).not.toBe(null)
    expect(await Effect.runPromise(hit(second, now + 2))).toBe(null)
  })

  // Marks stay for a year and buckets for minutes: in one index every new bucket would have driven out the one before.
  test("RAT-01 RAT-08 that is full of trusted devices limits as well as an empty one", async () => {
    const { names, attempts } = await crowded()
    await all(names.slice(0, ROOM).map((name) => attempts.trust(name, now + 400 * 24 * hour)))
    const [one = "", other = ""] = names
    const answers: Array<number | null> = []
    for (let n = 0; n < 20; n++) {
      for (const key of [one, other]) answers.push(await Effect.runPromise(attempts.hit([{ key, limit }], now)))
    }
    expect(answers.filter((answer) => answer === null)).toHaveLength(2 * limit.free)
    expect(await Effect.runPromise(attempts.isTrusted(one, now))).toBe(true)
  })
})
