import type { NewSession, Place } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { hour, now, person, session, userId, wholeList } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis } from "./stores.ts"

describe.runIf(hasRedis)("an owner with more sessions than the limit ever allows", () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.close())

  test("OPS-07 BAK-01 no script reads more than some thousand, each new session ends a hundred, and an export has them all", async () => {
    const { users, sessions } = await build(redisStore(server.url, { unsafeNoPersistence: true }))
    const run = Effect.runPromise
    const owner = userId(1)
    const opened = (n: number, most: number) =>
      sessions.insert(session(n, owner, { createdAt: now + n, expiresAt: now + 12 * hour }), most)
    await run(users.insert(person(1)))
    await run(
      Effect.forEach(Array.from({ length: 3_000 }), (_, n) => opened(n, 10_000), { concurrency: 100, discard: true })
    )
    const listed = await run(sessions.list(owner, now, { after: null, limit: 10_000 }))
    expect(listed.length).toBeGreaterThanOrEqual(1_100)
    expect(listed.length).toBeLessThan(2_300)
    const exported = []
    for (let after: Place | null = null; ; ) {
      const page: ReadonlyArray<NewSession> = await run(sessions.export(owner, now, { after, limit: 500 }))
      exported.push(...page.map(({ session }) => session.createdAt - now))
      after = page.at(-1)?.session ?? null
      if (after === null) break
    }
    expect(exported, "BAK-01").toEqual(Array.from({ length: 3_000 }, (_, n) => 2_999 - n))
    expect(await run(sessions.removeExpired(now + hour / 2, 100))).toBe(0)
    const ended = []
    for (let n = 0; n < 32; n++) ended.push((await run(opened(3_000 + n, 5))).length)
    expect(ended.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 100))
    const left = await run(sessions.list(owner, now, wholeList))
    expect(left.map(({ createdAt }) => createdAt - now)).toEqual([3_031, 3_030, 3_029, 3_028, 3_027])
  })
})
