import { DatabaseSync } from "node:sqlite"
import { SecretHash, type StoreShape } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, onTestFinished, test } from "vitest"
import { isInTransaction } from "../src/handle.ts"
import {
  admin,
  approval,
  challenge,
  challengeKeyOf,
  challengeSecretOf,
  code,
  codeKeyOf,
  codeOf,
  event,
  keyOf,
  limit,
  now,
  person,
  plenty,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"
import { build, contents, drivers, hostHandles, outcome } from "./stores.ts"

test.each(drivers)(
  "X07 on a full disk %s writes fail as StoreError, reads go on, and nothing is damaged",
  async (driver) => {
    const { handle } = hostHandles[driver]()
    const store = await build(sqliteStore(handle))
    const one = session(1, userId(1))
    Effect.runSync(store.users.insert(admin(1)))
    Effect.runSync(store.sessions.insert(one, plenty))
    const mine = token(1, userId(1))
    Effect.runSync(store.tokens.insert(mine, 10))
    for (const n of [1, 2]) Effect.runSync(store.challenges.insert(challenge(n), 10))
    Effect.runSync(store.challenges.claim(codeOf(1), userId(1), now, 10))
    const mailed = code(1, userId(1))
    Effect.runSync(store.codes.insert(mailed, "replace"))
    handle.exec("PRAGMA max_page_count = 1")

    const added: Array<number> = []
    for (let n = 2; n < 5_000; n++) {
      if (outcome(store.users.insert(person(n))) === "StoreError") break
      added.push(n)
    }
    const before = contents(handle)
    const large = session(2, userId(1), { data: "x".repeat(16_000) })
    expect(outcome(store.sessions.insert(large, plenty))).toBe("StoreError")
    expect(outcome(store.sessions.setData(keyOf(one), { version: 0, data: "x".repeat(16_000) }))).toBe("StoreError")
    expect(outcome(store.sessions.replace(keyOf(one), large, now))).toBe("StoreError")
    const wide = token(2, userId(1), { isImported: true, scopes: ["x".repeat(16_000)] })
    expect(outcome(store.tokens.insert(wide, 10))).toBe("StoreError")
    expect(outcome(store.tokens.rotate(tokenKeyOf(mine), rotation(wide), 10))).toBe("StoreError")
    expect(outcome(store.tokens.import(wide))).toBe("StoreError")
    expect(outcome(store.challenges.insert(challenge(3, { program: "x".repeat(16_000) }), 10))).toBe("StoreError")
    const long = SecretHash("x".repeat(16_000))
    expect(outcome(store.challenges.decide(challengeKeyOf(1, userId(1)), approval(long), now))).toBe("StoreError")
    expect(outcome(store.codes.insert(code(2, userId(1), { ownEmail: long }), "replace"))).toBe("StoreError")
    expect(outcome(fillAudit(store))).toBe("StoreError")
    const buckets = Array.from({ length: 2_000 }, (_, n) => ({ key: `${"k".repeat(500)}${n}`, limit }))
    expect(outcome(store.attempts.hit(buckets, now))).toBe("StoreError")
    expect(isInTransaction(handle)).toBe(false)
    expect({ ...(contents(handle) as object), latchkey_audit: [], sqlite_sequence: [] }).toEqual({
      ...(before as object),
      latchkey_audit: [],
      sqlite_sequence: []
    })

    expect(outcome(store.lookupSession(userId(1), one.hash))).toEqual({ user: admin(1).user, session: one.session })
    expect(outcome(store.lookupToken(userId(1), mine.hash))).toEqual({ user: admin(1).user, token: mine.token })
    expect(outcome(store.challenges.find(challengeKeyOf(1, userId(1))))).toMatchObject({ state: "claimed" })
    expect(outcome(store.users.count({ query: null, filter: {} }))).toMatchObject({ total: added.length + 1 })
    expect(outcome(store.sessions.close(keyOf(one)))).toBe(true)
    expect(outcome(store.tokens.revoke(tokenKeyOf(mine)))).toBe(true)
    expect(outcome(store.challenges.poll(challengeSecretOf(2), now))).toMatchObject({ isEarly: false })
    expect(outcome(store.codes.consume(codeKeyOf(mailed), now))).toMatchObject({ isFirst: true })
    expect(outcome(store.challenges.removeAll(userId(1)))).toBe(1)
    expect(handle.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" })
    expect(handle.prepare("PRAGMA foreign_key_check").all()).toEqual([])
  }
)

test("a file that may only be read answers reads, and writes fail as StoreError", async () => {
  const { handle, path } = hostHandles["node:sqlite"]()
  const owner = await build(sqliteStore(handle))
  Effect.runSync(owner.users.insert(person(1)))
  const reader = new DatabaseSync(path, { readOnly: true })
  onTestFinished(() => reader.close())
  const store = await build(sqliteStore(reader))
  expect(outcome(store.users.find(userId(1)))).toEqual(person(1).user)
  expect(outcome(store.users.insert(person(2)))).toBe("StoreError")
  expect(outcome(store.users.recordLogin(userId(1), now))).toBe("StoreError")
  expect(outcome(store.challenges.insert(challenge(1), 10))).toBe("StoreError")
  expect(outcome(store.audit.append({ event: event(1), link: null }))).toBe("StoreError")
  expect(outcome(store.users.find(userId(1)))).toEqual(person(1).user)
})

/** Adds records until one fails. */
const fillAudit = ({ audit }: StoreShape) =>
  Effect.gen(function* () {
    for (let n = 0; n < 5_000; n++) yield* audit.append({ event: event(n), link: null })
  })
