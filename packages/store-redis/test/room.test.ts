import { AttemptRoom } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { hour, now } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix } from "./stores.ts"

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

const limit = { free: 20, delay: 1_000, longest: hour, forget: hour }

/** A store with room for so many buckets, or with the default. */
const opened = (prefix: string, room = AttemptRoom.defaultValue()) => {
  const store = redisStore(server.url, { prefix, unsafeNoPersistence: true })
  return build(Layer.provide(store, Layer.succeed(AttemptRoom, room)))
}

/** How many of so many hits at one key pass. */
const passed = (hit: Effect.Effect<number | null, unknown>, times: number): Promise<number> =>
  Effect.runPromise(
    Effect.map(
      Effect.forEach(Array.from({ length: times }), () => hit),
      (answers) => answers.filter((answer) => answer === null).length
    )
  )

/** FNV-1a, by which the groups of owners are chosen, and with which anybody can look for names of one group. */
const groupOf = (text: string): number => {
  let sum = 0x811c9dc5
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  return (sum >>> 0) % 256
}

describe.runIf(hasRedis)("room for attempts", () => {
  test("RAT-14 whoever chooses 1 050 names by the hash of owners resets no limit", async () => {
    const { attempts } = await opened(newPrefix())
    const guess = (at: number) => attempts.hit([{ key: "victim", limit }], at)
    expect(await passed(guess(now), 21)).toBe(20)
    const names: Array<string> = []
    for (let n = 0; names.length < 1_050; n++) {
      if (groupOf(`name-${n}`) === groupOf("victim")) names.push(`name-${n}`)
    }
    // Once the bucket is open again, whatever comes ends later than it.
    const opens = now + limit.delay + 1
    await Effect.runPromise(
      Effect.forEach(names, (key) => attempts.hit([{ key, limit }], opens), { concurrency: 50, discard: true })
    )
    expect(await passed(guess(opens), 20)).toBe(1)
  })

  test("RAT-14 no group has more buckets than its part of the room, however many names come", async () => {
    const prefix = newPrefix()
    const { attempts } = await opened(prefix, { buckets: 512, shared: 256 })
    const keys = Array.from({ length: 4_000 }, (_, n) => `name-${n}`)
    const hit = (key: string) => attempts.hit([{ key, limit }], now)
    await Effect.runPromise(Effect.forEach(keys, hit, { concurrency: 50, discard: true }))
    const stored = Object.keys(await server.contents()).filter((key) => key.includes(prefix))
    expect(stored.filter((key) => key.includes("}:bucket:")).length).toBeLessThanOrEqual(512)
    expect(stored.filter((key) => key.includes("}:shared-bucket:")).length).toBeLessThanOrEqual(256)
  })

  test("RAT-14 processes that start together count in the same buckets", async () => {
    const prefix = newPrefix()
    const stores = await Promise.all(Array.from({ length: 8 }, () => opened(prefix)))
    const guess = Effect.all(
      stores.map(({ attempts }) => attempts.hit([{ key: "victim", limit }], now)),
      { concurrency: "unbounded" }
    )
    const answers = (await Effect.runPromise(Effect.all(Array.from({ length: 5 }, () => guess)))).flat()
    expect(answers.filter((answer) => answer === null)).toHaveLength(20)
  })

  test("RAT-14 after the server has come back empty, a sweep makes processes agree again", async () => {
    const prefix = newPrefix()
    const old = await opened(prefix)
    await passed(old.attempts.hit([{ key: "victim", limit }], now), 1)
    await server.command("FLUSHALL")
    const young = await opened(prefix)
    expect(await passed(young.attempts.hit([{ key: "victim", limit }], now), 21)).toBe(20)
    await Effect.runPromise(old.attempts.removeExpired(now, 10))
    expect(await passed(old.attempts.hit([{ key: "victim", limit }], now), 1)).toBe(0)
  })
})
