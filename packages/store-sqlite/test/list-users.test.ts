import { MOST_LOOKED_AT, type StoreShape, type UserSearch } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { useHandle } from "../src/host-handle.ts"
import { migrate, SCHEMA } from "../src/migrations.ts"
import { now, person, userId } from "./samples.ts"
import { build, hostHandles, outcome } from "./stores.ts"

const everyone: UserSearch = { query: null, filter: {} }

const countOf = (store: StoreShape, search = everyone) => outcome(store.users.count(search))

/** A row of a host's, or of an older program. */
const insertDirectly = (n: number, isActive = 1): string =>
  `INSERT INTO latchkey_users (id, username, canonical_username, email, canonical_email, is_active, is_superuser, is_verified,
    must_change_password, epoch, created_at, updated_at)
    VALUES ('${userId(n)}', 'Direct${n}', 'direct${n}', 'd${n}@direct.org', 'd${n}@direct.org', ${isActive}, 0, 0, 0, 0, ${now}, ${now})`

test("ADM-11 a filter that no index has is looked for among so many users, while other calls are answered", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  for (let n = 0; n < MOST_LOOKED_AT + 100; n++) Effect.runSync(store.users.insert(person(n, { isVerified: n === 0 })))
  const listing = { query: null, filter: { isVerified: true }, after: null, limit: 50 }
  let others = 0
  const page = await Effect.runPromise(
    Effect.raceFirst(
      store.users.list(listing),
      Effect.forever(
        Effect.andThen(
          store.users.isSetUp,
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => others++)
          )
        )
      )
    )
  )
  expect(others).toBeGreaterThan(2)
  expect(page).toEqual({ items: [], next: { name: "", id: userId(100) } })
  const rest = await Effect.runPromise(store.users.list({ ...listing, after: page.next }))
  expect(rest).toMatchObject({ items: [{ id: userId(0) }], next: null })
  const named = await Effect.runPromise(store.users.list({ ...listing, query: "name" }))
  expect(named.next).not.toBeNull()
  expect(await Effect.runPromise(store.users.count(listing))).toEqual({ total: 0, isExact: false })
})

test("users whom a host or an older program adds and removes are listed and counted", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(person(1)))
  handle.exec(insertDirectly(2, 0))
  expect(countOf(store)).toEqual({ total: 2, isExact: true })
  expect(countOf(store, { ...everyone, query: "@direct" })).toEqual({ total: 1, isExact: true })
  expect(countOf(store, { ...everyone, filter: { isActive: false } })).toEqual({ total: 1, isExact: true })
  expect(() => handle.exec(insertDirectly(2))).toThrow(/UNIQUE/)
  expect(countOf(store)).toEqual({ total: 2, isExact: true })
  handle.exec("DELETE FROM latchkey_users")
  expect(countOf(store)).toEqual({ total: 0, isExact: true })
})

test("STO-06 users from before the indexes are listed and counted", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const before = { ...SCHEMA, migrations: SCHEMA.migrations.slice(0, 7) }
  outcome(Effect.flatMap(useHandle(handle), (connection) => migrate(connection, now, before)))
  for (const n of [1, 2, 3]) handle.exec(insertDirectly(n, n % 2))
  const store = await build(sqliteStore(handle))
  expect(countOf(store)).toEqual({ total: 3, isExact: true })
  expect(countOf(store, { ...everyone, query: "@direct.org" })).toEqual({ total: 3, isExact: true })
  expect(countOf(store, { ...everyone, filter: { isActive: false } })).toEqual({ total: 1, isExact: true })
})
