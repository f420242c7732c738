import { DatabaseSync } from "node:sqlite"
import { type SqliteHandle, sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { useHandle } from "../src/host-handle.ts"
import { migrate, SCHEMA } from "../src/migrations.ts"
import {
  FIFTH_SCHEMA,
  FIRST_SCHEMA,
  FOURTH_SCHEMA,
  SECOND_SCHEMA,
  SEVENTH_SCHEMA,
  SIXTH_SCHEMA,
  THIRD_SCHEMA
} from "../src/schema.ts"
import { failingHandle } from "./failing-handle.ts"
import {
  challenge,
  code,
  codeKeyOf,
  codeOf,
  event,
  hour,
  now,
  person,
  session,
  token,
  userId,
  wholeList
} from "./samples.ts"
import { build, contents, hostHandles, newPath, openStore, outcome } from "./stores.ts"

const known = SCHEMA.migrations.length

const steps = [
  "CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (1)",
  "ALTER TABLE one ADD COLUMN b INTEGER; UPDATE one SET b = a + 1",
  "CREATE TABLE three (c INTEGER) STRICT"
]

const migrated = (handle: SqliteHandle, scripts: ReadonlyArray<string>) => {
  const migrations = scripts.map((script) => ({ script, isAdditive: true }))
  return outcome(
    Effect.flatMap(useHandle(handle), (connection) => migrate(connection, now, { migrations, addedColumns: [] }))
  )
}

const versions = (handle: SqliteHandle) => handle.prepare("SELECT version FROM latchkey_migrations").all().length

test("a new database gets every step, each recorded with its time", () => {
  const { handle } = hostHandles["node:sqlite"]()
  expect(migrated(handle, steps)).toBe(undefined)
  expect(contents(handle)).toMatchObject({
    latchkey_migrations: [1, 2, 3].map((version) => ({ version, applied_at: now })),
    one: [{ a: 1, b: 2 }],
    three: []
  })
})

test("a database of an earlier version gets only the steps it lacks", () => {
  const { handle } = hostHandles["node:sqlite"]()
  migrated(handle, steps.slice(0, 1))
  handle.exec("UPDATE one SET a = 41")
  expect(migrated(handle, steps)).toBe(undefined)
  expect(contents(handle)).toMatchObject({ one: [{ a: 41, b: 42 }] })
})

test("a database that is up to date is not written to", async () => {
  const path = newPath()
  await openStore(path)
  const reader = new DatabaseSync(path, { readOnly: true })
  expect(outcome((await build(sqliteStore(reader))).users.isSetUp)).toBe(false)
})

test("STO-06 interrupted at any statement, a migration resumes at the next start and loses nothing", () => {
  for (let n = 1; n < 100; n++) {
    const { handle } = hostHandles["node:sqlite"]()
    const { failing, failAt } = failingHandle(handle)
    failAt(n)
    const result = migrated(failing, steps)
    expect(migrated(handle, steps)).toBe(undefined)
    expect(versions(handle)).toBe(3)
    expect(contents(handle)).toMatchObject({ one: [{ a: 1, b: 2 }] })
    if (result === undefined) {
      expect(n).toBeGreaterThan(12)
      return
    }
    expect(result).toBe("StoreError")
  }
  expect.unreachable("the migration never ran without a fault")
})

/** A database as the first released version left it: users, one with a session, and the other parts. */
const firstVersion = () => {
  const { handle, path } = hostHandles["node:sqlite"]()
  expect(migrated(handle, [FIRST_SCHEMA])).toBe(undefined)
  const values = (...all: ReadonlyArray<string | number | null>) =>
    all.map((value) => (typeof value === "string" ? `'${value}'` : String(value))).join(", ")
  for (const n of [1, 2]) {
    const { user, canonicalUsername, canonicalEmail, passwordHash } = person(n)
    const logins = values(user.id, user.username, canonicalUsername, user.email, canonicalEmail, passwordHash)
    handle.exec(`INSERT INTO latchkey_users VALUES (${logins}, 1, 0, 1, 0, 0, ${now}, ${now}, NULL)`)
  }
  const times = values(now, now, now, now + hour, now + 12 * hour)
  const ids = values(userId(1), kept.hash, kept.session.id)
  handle.exec(`INSERT INTO latchkey_sessions VALUES (${ids}, 'browser', 0, ${times}, NULL, NULL, NULL, 0)
    ; INSERT INTO latchkey_buckets VALUES ('bucket', 1, ${now}, ${now + hour})
    ; INSERT INTO latchkey_settings VALUES ('setup', 'complete')`)
  return { handle, path, before: contents(handle) as object }
}

const kept = session(1, userId(1))

/** That nothing of the first version's is lost, and that tokens, CLI logins and one-time codes can be kept now. */
const expectUpgraded = async (handle: SqliteHandle, before: object) => {
  const all = contents(handle) as Record<string, unknown>
  const { latchkey_migrations, latchkey_tokens, latchkey_challenges, latchkey_codes, ...rest } = all
  // Columns may have come since, with nothing in them.
  expect({ ...rest, latchkey_migrations: [{ version: 1, applied_at: now, usable_from: 0 }] }).toMatchObject(before)
  expect(latchkey_migrations).toMatchObject(SCHEMA.migrations.map((_, index) => ({ version: index + 1 })))
  expect([latchkey_tokens, latchkey_challenges, latchkey_codes]).toEqual([[], [], []])
  const store = await build(sqliteStore(handle))
  expect(outcome(store.lookupSession(userId(1), kept.hash))).toEqual({ user: person(1).user, session: kept.session })
  Effect.runSync(store.tokens.insert(token(1, userId(2)), 1))
  expect(outcome(store.lookupToken(userId(2), token(1, userId(2)).hash))).toMatchObject({ user: person(2).user })
  Effect.runSync(store.challenges.insert(challenge(1), 1))
  expect(outcome(store.challenges.claim(codeOf(1), userId(2), now, 1))).toMatchObject({ userId: userId(2) })
  Effect.runSync(store.codes.insert(code(1, userId(2)), "replace"))
  expect(outcome(store.codes.consume(codeKeyOf(code(1, userId(2))), now))).toMatchObject({ isFirst: true })
}

test("a database of the first version keeps its users and sessions, and gets a place for tokens, CLI logins and codes", async () => {
  const { handle, before } = firstVersion()
  await build(sqliteStore(handle))
  await expectUpgraded(handle, before)
})

test("STO-06 an upgrade from the first version resumes at the next start, at whichever statement it was interrupted", async () => {
  for (let n = 1; n < 200; n++) {
    const { handle, before } = firstVersion()
    const { failing, failAt } = failingHandle(handle)
    failAt(n)
    const result = outcome(Effect.flatMap(useHandle(failing), (connection) => migrate(connection, now)))
    if (versions(handle) === 1) expect(contents(handle), `interrupted at statement ${n}`).toEqual(before)
    await build(sqliteStore(handle))
    await expectUpgraded(handle, before)
    if (result === undefined) {
      expect(n).toBeGreaterThan(8)
      return
    }
  }
  expect.unreachable("the upgrade never ran without a fault")
})

test("STO-06 a program that does not know CLI logins removes those of a user whom it removes", async () => {
  const { handle, path } = hostHandles["node:sqlite"]()
  migrated(handle, [FIRST_SCHEMA, SECOND_SCHEMA, THIRD_SCHEMA, FOURTH_SCHEMA])
  const { users, challenges } = await openStore(path)
  for (const n of [1, 2]) {
    Effect.runSync(users.insert(person(n)))
    Effect.runSync(challenges.insert(challenge(n), 9))
    Effect.runSync(challenges.claim(codeOf(n), userId(n), now, 9))
  }
  handle.prepare("DELETE FROM latchkey_users WHERE id = ?").run(userId(1))
  expect(outcome(challenges.list(userId(1), wholeList))).toEqual([])
  expect(outcome(challenges.list(userId(2), wholeList))).toHaveLength(1)
})

test("STO-06 a program that does not know one-time codes removes those of a user whom it removes", async () => {
  const { handle, path } = hostHandles["node:sqlite"]()
  migrated(handle, [FIRST_SCHEMA, SECOND_SCHEMA, THIRD_SCHEMA, FOURTH_SCHEMA, FIFTH_SCHEMA])
  const { users, codes } = await openStore(path)
  for (const n of [1, 2]) {
    Effect.runSync(users.insert(person(n)))
    Effect.runSync(codes.insert(code(n, userId(n)), "replace"))
  }
  handle.prepare("DELETE FROM latchkey_users WHERE id = ?").run(userId(1))
  expect(outcome(codes.list(userId(1)))).toEqual([])
  expect(outcome(codes.list(userId(2)))).toEqual([code(2, userId(2)).code])
})

test("STO-06 AUD-09 an older program reads and goes on with a log whose oldest events a newer one removed", async () => {
  const { handle, path } = hostHandles["node:sqlite"]()
  migrated(handle, [FIRST_SCHEMA, SECOND_SCHEMA, THIRD_SCHEMA, FOURTH_SCHEMA, FIFTH_SCHEMA, SIXTH_SCHEMA])
  const link = (n: number) => ({ previous: n === 0 ? null : `hash-${n - 1}`, hash: `hash-${n}` })
  const older = handle.prepare(`INSERT INTO latchkey_audit (type, details, at, hash)
    SELECT 'user.removed', '{}', ${now}, ? WHERE (${LAST_HASH_BEFORE}) IS ?`)
  for (const n of [0, 1, 2]) older.run(link(n).hash, link(n).previous)
  const { audit } = await openStore(path)
  expect(Effect.runSync(audit.start)).toBeNull()
  expect(Effect.runSync(audit.removeExpired(now, 2))).toBe(2)
  expect(Effect.runSync(audit.start)).toEqual({ sequence: 2, hash: "hash-1" })
  older.run(link(3).hash, link(3).previous)
  expect(Effect.runSync(audit.append({ event: event(4), link: link(4) }))).toBe(true)
  const page = { after: null, order: "oldest-first", limit: 10, type: null, user: null, request: null } as const
  expect(Effect.runSync(audit.list(page)).map(({ sequence, hash }) => [sequence, hash])).toEqual([
    [3, "hash-2"],
    [4, "hash-3"],
    [5, "hash-4"]
  ])
})

test("STO-06 AUD-12 an older program goes on with a trail in which events name their request, and a newer one with its", async () => {
  const { handle, path } = hostHandles["node:sqlite"]()
  migrated(handle, [
    FIRST_SCHEMA,
    SECOND_SCHEMA,
    THIRD_SCHEMA,
    FOURTH_SCHEMA,
    FIFTH_SCHEMA,
    SIXTH_SCHEMA,
    SEVENTH_SCHEMA
  ])
  const older = handle.prepare(`INSERT INTO latchkey_audit (type, details, at, hash)
    VALUES ('user.removed', '{}', ${now}, NULL)`)
  older.run()
  const { audit } = await openStore(path)
  const named = { ...event(2), actedWith: "token:1", request: "r1" }
  expect(Effect.runSync(audit.append({ event: named, link: null }))).toBe(true)
  older.run()
  const page = { after: null, order: "oldest-first", limit: 10, type: null, user: null, request: null } as const
  const listed = Effect.runSync(audit.list(page)).map(({ event: { actedWith, request } }) => [actedWith, request])
  expect(listed).toEqual([
    [null, null],
    ["token:1", "r1"],
    [null, null]
  ])
  expect(Effect.runSync(audit.list({ ...page, request: "r1" }))).toHaveLength(1)
})

/** How programs of the first six schemas find the end of the chain. */
const LAST_HASH_BEFORE = "SELECT hash FROM latchkey_audit WHERE hash IS NOT NULL ORDER BY sequence DESC LIMIT 1"

test("of two connections that open a database of the first version, one upgrades it and both serve", async () => {
  const { path, handle, before } = firstVersion()
  const stores = await Promise.all([openStore(path), openStore(path)])
  for (const store of stores) expect(outcome(store.tokens.list(userId(1), now, wholeList))).toEqual([])
  await expectUpgraded(handle, before)
})

test("a step that fails half way leaves the version before it", () => {
  const { handle } = hostHandles["node:sqlite"]()
  expect(migrated(handle, [...steps.slice(0, 1), "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)"])).toBe(
    "StoreError"
  )
  expect(versions(handle)).toBe(1)
  expect(contents(handle)).not.toHaveProperty("half")
  expect(handle).toMatchObject({ isTransaction: false })
})

test("a database of a newer version that this one cannot use is refused with the way out, and left as it is", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(person(1)))
  handle
    .prepare("INSERT INTO latchkey_migrations (version, applied_at, usable_from) VALUES (?, ?, ?)")
    .run(known + 5, now, known + 1)
  const before = contents(handle)
  const error = Effect.runSync(Effect.flip(Effect.scoped(Layer.build(sqliteStore(handle)))))
  expect(error).toMatchObject({ _tag: "StoreError", operation: "migrate" })
  expect(error.cause).toMatchObject({
    message: expect.stringMatching(
      `version ${known + 5}, .* version ${known + 1}, but this one knows ${known}: run the version that wrote the database`
    )
  })
  expect(contents(handle)).toEqual(before)
  expect(outcome(store.users.find(userId(1)))).toEqual(person(1).user)
})
