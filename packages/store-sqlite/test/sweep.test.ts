import type { StoreShape } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { inSteps } from "../src/in-steps.ts"
import {
  challenge,
  code,
  codeOf,
  event,
  hour,
  limit,
  now,
  person,
  plenty,
  session,
  token,
  userId,
  wholeList
} from "./samples.ts"
import { build } from "./stores.ts"

test("SES-19 a large purge lets other work go between its steps", async () => {
  const store = await build(sqliteStore(":memory:"))
  Effect.runSync(store.users.insert(person(1)))
  for (let n = 0; n < 1_000; n++) Effect.runSync(store.sessions.insert(session(n, userId(1)), plenty))
  const sweeping = Effect.runPromise(store.sessions.removeExpired(now + hour, 1_000))
  const left: Array<number> = []
  const watching = (async () => {
    while (left.at(-1) !== 0) {
      left.push(Effect.runSync(store.sessions.list(userId(1), now, wholeList)).length)
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  expect(await sweeping).toBe(1_000)
  await watching
  expect(new Set(left).size).toBeGreaterThan(5)
})

/** What an effect comes to, and how often other work had a turn meanwhile. */
const turnsDuring = async <A>(effect: Effect.Effect<A, unknown>) => {
  let [turns, isOver] = [0, false]
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const result = await Effect.runPromise(effect)
  isOver = true
  return { result, turns }
}

const endings: ReadonlyArray<readonly [string, unknown, (store: StoreShape) => Effect.Effect<unknown, unknown>]> = [
  ["closeAll", 999, ({ sessions }: StoreShape) => sessions.closeAll(userId(1), session(7, userId(1)).session.id)],
  ["revokeAll", 1_000, ({ tokens }: StoreShape) => tokens.revokeAll(userId(1))],
  ["removeAll", 1_000, ({ challenges }: StoreShape) => challenges.removeAll(userId(1))],
  ["remove", true, ({ users }: StoreShape) => users.remove(userId(1), null)]
]

test.each(endings)("OPS-07 ending much with %s lets other work go between its steps", async (_verb, answer, end) => {
  const store = await build(sqliteStore(":memory:"))
  Effect.runSync(store.users.insert(person(1)))
  for (let n = 0; n < 1_000; n++) {
    Effect.runSync(store.sessions.insert(session(n, userId(1)), plenty))
    Effect.runSync(store.tokens.insert(token(n, userId(1)), plenty))
    Effect.runSync(store.challenges.insert(challenge(n), plenty))
    Effect.runSync(store.challenges.claim(codeOf(n), userId(1), now, plenty))
  }
  const { result, turns } = await turnsDuring(end(store))
  expect(result).toBe(answer)
  expect(turns).toBeGreaterThan(5)
})

test("OPS-07 removing a user with many CLI logins alone lets other work go between its steps", async () => {
  const { users, challenges } = await build(sqliteStore(":memory:"))
  Effect.runSync(users.insert(person(1)))
  for (let n = 0; n < 1_000; n++) {
    Effect.runSync(challenges.insert(challenge(n), plenty))
    Effect.runSync(challenges.claim(codeOf(n), userId(1), now, plenty))
  }
  const { result, turns } = await turnsDuring(users.remove(userId(1), null))
  expect(result).toBe(true)
  expect(turns).toBeGreaterThan(5)
})

test("a purge removes no more than its limit, in however many steps", async () => {
  const store = await build(sqliteStore(":memory:"))
  for (let n = 0; n < 450; n++) Effect.runSync(store.attempts.hit([{ key: `k${n}`, limit }], now))
  for (let n = 0; n < 20; n++)
    Effect.runSync(
      store.attempts.trust(
        { account: `a${n}`, key: "t", until: now },
        { at: now, most: 10, replaced: null, keep: "losable" }
      )
    )
  const end = now + 2 * hour
  expect(await Effect.runPromise(store.attempts.removeExpired(end, 250))).toBe(250)
  expect(await Effect.runPromise(store.attempts.removeExpired(end, 1_000))).toBe(220)
  expect(await Effect.runPromise(store.attempts.removeExpired(end, 1_000))).toBe(0)
})

test("a purge of tokens removes no more than its limit, and never one without an end", async () => {
  const store = await build(sqliteStore(":memory:"))
  Effect.runSync(store.users.insert(person(1)))
  for (let n = 0; n < 450; n++) {
    Effect.runSync(store.tokens.insert(token(n, userId(1), n % 3 === 0 ? { expiresAt: null } : {}), 450))
  }
  const end = now + 12 * hour
  expect(await Effect.runPromise(store.tokens.removeExpired(end - 1, 1_000))).toBe(0)
  expect(await Effect.runPromise(store.tokens.removeExpired(end, 250))).toBe(250)
  expect(await Effect.runPromise(store.tokens.removeExpired(end, 1_000))).toBe(50)
  expect(Effect.runSync(store.tokens.list(userId(1), end, wholeList))).toHaveLength(150)
})

test("DEV-15 a purge of CLI logins removes no more than its limit, and never one that is kept for longer", async () => {
  const { challenges } = await build(sqliteStore(":memory:"))
  for (let n = 0; n < 450; n++) {
    Effect.runSync(challenges.insert(challenge(n, { keptUntil: now + (n % 3 === 0 ? 2 : 1) * hour }), 450))
  }
  expect(await Effect.runPromise(challenges.removeExpired(now + hour - 1, 1_000))).toBe(0)
  expect(await Effect.runPromise(challenges.removeExpired(now + hour, 250))).toBe(250)
  expect(await Effect.runPromise(challenges.removeExpired(now + hour, 1_000))).toBe(50)
  expect(await Effect.runPromise(challenges.removeExpired(now + 2 * hour, 1_000))).toBe(150)
})

test("a purge of one-time codes removes no more than its limit, and never one that has not reached its end", async () => {
  const { users, codes } = await build(sqliteStore(":memory:"))
  for (let n = 0; n < 450; n++) {
    Effect.runSync(users.insert(person(n)))
    const changes = { usedAt: n % 2 === 0 ? now : null, expiresAt: now + (n % 3 === 0 ? 2 : 1) * hour }
    Effect.runSync(codes.insert(code(n, userId(n), changes), "replace"))
  }
  expect(await Effect.runPromise(codes.removeExpired(now + hour - 1, 1_000))).toBe(0)
  expect(await Effect.runPromise(codes.removeExpired(now + hour, 250))).toBe(250)
  expect(await Effect.runPromise(codes.removeExpired(now + hour, 1_000))).toBe(50)
  expect(await Effect.runPromise(codes.removeExpired(now + 2 * hour, 1_000))).toBe(150)
})

test("AUD-09 a purge of the audit log lets other work go between its steps, and begins where it says", async () => {
  const { audit } = await build(sqliteStore(":memory:"))
  for (let n = 0; n < 1_000; n++) Effect.runSync(audit.append({ event: event(n), link: null }))
  const { result, turns } = await turnsDuring(audit.removeExpired(now, 950))
  expect(result).toBe(950)
  expect(turns).toBeGreaterThan(5)
  expect(Effect.runSync(audit.start)).toEqual({ sequence: 950, hash: null })
})

test("a small purge is one synchronous step", () => {
  expect(Effect.runSync(inSteps(100, (atMost) => Effect.succeed(atMost)))).toBe(100)
})
