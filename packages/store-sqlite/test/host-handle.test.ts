import { DatabaseSync } from "node:sqlite"
import { type SqliteHandle, sqliteStore } from "@latchkey/store-sqlite"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, onTestFinished, test } from "vitest"
import { admin, hour, keyOf, limit, now, plenty, session, token, tokenKeyOf, userId } from "./samples.ts"
import { build, drivers, hostHandles, newPath, outcome } from "./stores.ts"

const openNode = (options: object): SqliteHandle => {
  const handle = new DatabaseSync(newPath(), options)
  onTestFinished(() => handle.close())
  return handle
}

/** What building the store on this handle fails with. */
const refusal = (handle: SqliteHandle): unknown =>
  Effect.runSync(Effect.flip(Effect.scoped(Layer.build(sqliteStore(handle))))).cause

const pragma = (handle: SqliteHandle, name: string): unknown =>
  Object.values(handle.prepare(`PRAGMA ${name}`).get() as object)[0]

test.each(drivers)("the store changes nothing that the host chose on its %s handle", async (driver) => {
  const { handle } = hostHandles[driver]()
  handle.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA busy_timeout = 123")
  const names = ["journal_mode", "synchronous", "busy_timeout", "foreign_keys", "trusted_schema"]
  const before = names.map((name) => pragma(handle, name))
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(admin(1)))
  Effect.runSync(store.sessions.insert(session(1, userId(1)), plenty))
  Effect.runSync(store.sessions.close(keyOf(session(1, userId(1)))))
  expect(names.map((name) => pragma(handle, name))).toEqual(before)
})

test("a handle without foreign keys is refused, for a removed user would leave credentials", () => {
  const handle = openNode({ enableForeignKeyConstraints: false })
  expect(refusal(handle)).toMatchObject({ message: expect.stringContaining("PRAGMA foreign_keys = ON") })
})

test("a handle whose journal is off is refused, because nothing could be undone", () => {
  // Newer versions of `node:sqlite` do not let a host turn it off.
  const handle = new Database(newPath())
  onTestFinished(() => void handle.close())
  handle.unsafeMode().pragma("journal_mode = OFF")
  expect(refusal(handle)).toMatchObject({ message: expect.stringContaining("PRAGMA journal_mode = WAL") })
})

test.each(["UTF-16le", "UTF-16be"])("a database in %s is refused, in which text would change", async (encoding) => {
  const path = newPath()
  const handle = new DatabaseSync(path)
  onTestFinished(() => handle.close())
  handle.exec(`PRAGMA encoding = '${encoding}'; CREATE TABLE hosts (name TEXT)`)
  const needs = { message: expect.stringContaining("needs UTF-8") }
  expect(refusal(handle)).toMatchObject(needs)
  expect((await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(sqliteStore(path)))))).cause).toMatchObject(
    needs
  )
})

test("a handle that cannot tell whether a transaction is open is refused at once", () => {
  const { exec, prepare } = new Database(":memory:")
  // A caller without types.
  const handle = { exec, prepare } as unknown as SqliteHandle
  expect(() => sqliteStore(handle)).toThrow(/`isTransaction`/)
})

test("durability is refused with a handle, whose host decides it", () => {
  const { handle } = hostHandles["node:sqlite"]()
  expect(() => sqliteStore(handle, { durability: "full" })).toThrow(/PRAGMA synchronous/)
})

test("handles that give integers as bigints, or rows as arrays, serve as well", async () => {
  const handles = [
    openNode({ readBigInts: true }),
    openNode({ returnArrays: true }),
    new Database(newPath()).defaultSafeIntegers()
  ]
  for (const handle of handles) {
    const store = await build(sqliteStore(handle))
    const one = session(1, userId(1))
    Effect.runSync(store.users.insert(admin(1)))
    Effect.runSync(store.sessions.insert(one, plenty))
    expect(outcome(store.lookupSession(userId(1), one.hash))).toEqual({ user: admin(1).user, session: one.session })
    const mine = token(1, userId(1), { isImported: true })
    expect(outcome(store.tokens.import(mine))).toBe(true)
    expect(outcome(store.tokens.ownerOf(mine.hash))).toBe(userId(1))
    expect(outcome(store.tokens.insert(token(2, userId(1)), 1))).toBe("TooManyTokens")
    expect(outcome(store.tokens.recordUse(tokenKeyOf(mine), now))).toBe(true)
    expect(outcome(store.lookupToken(userId(1), mine.hash))).toEqual({
      user: admin(1).user,
      token: { ...mine.token, lastUsedAt: now }
    })
    expect(outcome(store.attempts.hit([{ key: "bucket", limit }], now))).toBe(null)
    expect(outcome(store.sessions.closeAll(userId(1), null))).toBe(1)
    expect(await Effect.runPromise(store.attempts.removeExpired(now + 2 * hour, 10))).toBe(1)
  }
})
