import { DatabaseSync } from "node:sqlite"
import { type SqliteHandle, sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { useHandle } from "../src/host-handle.ts"
import { migrate } from "../src/migrations.ts"
import { failingHandle } from "./failing-handle.ts"
import { now, person, userId } from "./samples.ts"
import { build, contents, hostHandles, newPath, openStore, outcome } from "./stores.ts"

const steps = [
  "CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (1)",
  "ALTER TABLE one ADD COLUMN b INTEGER; UPDATE one SET b = a + 1",
  "CREATE TABLE three (c INTEGER) STRICT"
]

const migrated = (handle: SqliteHandle, migrations: ReadonlyArray<string>) =>
  outcome(Effect.flatMap(useHandle(handle), (connection) => migrate(connection, now, migrations)))

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

test("a step that fails half way leaves the version before it", () => {
  const { handle } = hostHandles["node:sqlite"]()
  expect(migrated(handle, [...steps.slice(0, 1), "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)"])).toBe(
    "StoreError"
  )
  expect(versions(handle)).toBe(1)
  expect(contents(handle)).not.toHaveProperty("half")
  expect(handle).toMatchObject({ isTransaction: false })
})

test("a database of a newer version is refused with the way out, and left as it is", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(person(1)))
  handle.prepare("INSERT INTO latchkey_migrations (version, applied_at) VALUES (?, ?)").run(7, now)
  const before = contents(handle)
  const error = Effect.runSync(Effect.flip(Effect.scoped(Layer.build(sqliteStore(handle)))))
  expect(error).toMatchObject({ _tag: "StoreError", operation: "migrate" })
  expect(error.cause).toMatchObject({
    message: expect.stringMatching(/version 7 .* knows 1: run a version of Latchkey/)
  })
  expect(contents(handle)).toEqual(before)
  expect(outcome(store.users.find(userId(1)))).toEqual(person(1).user)
})
