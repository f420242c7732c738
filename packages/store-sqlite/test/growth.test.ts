import type { StoreShape } from "@latchkey/core/store"
import type { SqliteHandle } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { useHandle } from "../src/host-handle.ts"
import { type Migration, migrate, SCHEMA, type Schema } from "../src/migrations.ts"
import {
  admin,
  approval,
  challenge,
  challengeKeyOf,
  challengeSecretOf,
  code,
  codeKeyOf,
  codeOf,
  hour,
  keyOf,
  newPassword,
  now,
  person,
  plenty,
  redemption,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"
import { hostHandles, newPath, openStore, outcome } from "./stores.ts"

/** The versions of the schema that this program knows, and the one after. */
const known = SCHEMA.migrations.map((_, index) => index + 1)
const next = known.length + 1

/** A version of Latchkey to come: each kind of row has a field that may be absent. */
const newer: Schema = {
  ...SCHEMA,
  addedColumns: ["latchkey_users", "latchkey_sessions", "latchkey_tokens", "latchkey_challenges", "latchkey_codes"].map(
    (table) => ({ table, name: "field_to_come", type: "TEXT" })
  )
}

const opened = (handle: SqliteHandle, schema: Schema) =>
  outcome(Effect.flatMap(useHandle(handle), (connection) => migrate(connection, now, schema)))

const further = (step: Partial<Migration>): Schema => ({
  ...SCHEMA,
  migrations: [...SCHEMA.migrations, { script: "CREATE TABLE latchkey_further (a INTEGER)", isAdditive: true, ...step }]
})

/** A process of this version, and a newer one beside it that has opened the same file and set its field wherever it can. */
const bothVersions = async () => {
  const path = newPath()
  const old = await openStore(path)
  for (const row of [admin(1), person(2), person(3)]) Effect.runSync(old.users.insert(row))
  Effect.runSync(old.sessions.insert(session(1, userId(2)), plenty))
  Effect.runSync(old.tokens.insert(token(1, userId(2)), 9))
  Effect.runSync(challengesInEachState(old))
  Effect.runSync(old.codes.insert(mailed, "replace"))
  const { handle } = hostHandles["node:sqlite"](path)
  expect(opened(handle, newer)).toBe(undefined)
  for (const { table, name } of newer.addedColumns) handle.exec(`UPDATE ${table} SET ${name} = 'kept'`)
  return { path, old, handle }
}

/** The first waits, the second is claimed, and the third is approved. */
const challengesInEachState = ({ challenges }: StoreShape) =>
  Effect.gen(function* () {
    for (const n of [1, 2, 3]) yield* challenges.insert(challenge(n), 9)
    for (const n of [2, 3]) yield* challenges.claim(codeOf(n), userId(2), now, 9)
    yield* challenges.decide(challengeKeyOf(3, userId(2)), approval(), now)
  })

const fieldsOf = (handle: SqliteHandle, table: string, id: string): unknown =>
  handle.prepare(`SELECT field_to_come FROM ${table} WHERE id = ?`).get(id)

const fieldOfCode = (handle: SqliteHandle, purpose: string): unknown =>
  handle.prepare("SELECT field_to_come FROM latchkey_codes WHERE purpose = ?").get(purpose)

const [one, made, mailed] = [session(1, userId(2)), token(1, userId(2)), code(1, userId(2))]

/** Every verb that changes a row and leaves it there, with something for it to do. */
const changes: Readonly<Record<string, (store: StoreShape) => Effect.Effect<unknown, { readonly _tag: string }>>> = {
  "users.change of a login": ({ users }) =>
    users.change(userId(2), { username: { typed: "Ada", canonical: "ada" } }, now),
  "users.change of a state": ({ users }) => users.change(userId(2), { isActive: false, isVerified: true }, now),
  "users.changeWithProof": ({ users }) =>
    users.changeWithProof(userId(2), newPassword("new", one.session.id), { epoch: 0, revocations: 0 }, now),
  "users.countRevocation": ({ users }) => Effect.as(users.countRevocation(userId(2)), "done"),
  "users.rehash": ({ users }) => users.rehash(userId(2), { from: "hash-2", to: "newer" }),
  "users.endCredentials": ({ users }) => users.endCredentials(userId(2), now),
  "users.promote": ({ users }) => users.promote(userId(2), { passwordHash: "p", mustChangePassword: false }, now),
  "users.recordLogin": ({ users }) => users.recordLogin(userId(2), now),
  "sessions.touch": ({ sessions }) => sessions.touch(keyOf(one), { at: now + 1, idleExpiresAt: now + 2 * hour }),
  "sessions.setData": ({ sessions }) => sessions.setData(keyOf(one), { version: 0, data: { theme: "dark" } }),
  "sessions.setEpoch": ({ sessions }) => sessions.setEpoch(keyOf(one), { from: 0, to: 1 }),
  "tokens.recordUse": ({ tokens }) => tokens.recordUse(tokenKeyOf(made), now + 1),
  "tokens.rotate": ({ tokens }) => tokens.rotate(tokenKeyOf(made), rotation(token(2, userId(2)), now + 1), 9),
  "challenges.poll": ({ challenges }) => challenges.poll(challengeSecretOf(1), now),
  "challenges.claim": ({ challenges }) => challenges.claim(codeOf(1), userId(2), now, 9),
  "challenges.decide": ({ challenges }) => challenges.decide(challengeKeyOf(2, userId(2)), approval(), now),
  "challenges.redeem": ({ challenges }) => challenges.redeem(challengeSecretOf(3), redemption()),
  "codes.consume": ({ codes }) => codes.consume(codeKeyOf(mailed), now)
}

describe("STO-06 beside a newer process, during a rolling deployment", () => {
  test.each(Object.entries(changes))("%s leaves a field that it does not know", async (_, change) => {
    const { old, handle } = await bothVersions()
    const found = outcome(old.lookupSession(userId(2), one.hash))
    expect(found).toMatchObject({ user: { id: userId(2) }, session: { id: one.session.id } })
    expect([null, false, "StoreError", "AccountNameTaken", "LastSuperuser"]).not.toContain(outcome(change(old)))
    for (const [table, id] of [
      ["latchkey_users", userId(2)],
      ["latchkey_sessions", one.session.id],
      ["latchkey_tokens", made.token.id],
      ...[1, 2, 3].map((n) => ["latchkey_challenges", challenge(n).challenge.id] as const)
    ] as const) {
      expect(fieldsOf(handle, table, id), table).toMatchObject({ field_to_come: "kept" })
    }
    expect(fieldOfCode(handle, "reset")).toMatchObject({ field_to_come: "kept" })
  })

  test("what an older process adds has nothing in the new field, and what it reads is as it ever was", async () => {
    const { old, handle, path } = await bothVersions()
    Effect.runSync(old.users.insert(person(4)))
    Effect.runSync(old.sessions.insert(session(4, userId(4)), plenty))
    Effect.runSync(old.tokens.insert(token(4, userId(4)), 9))
    Effect.runSync(old.challenges.insert(challenge(4), 9))
    Effect.runSync(old.codes.insert(code(4, userId(4), { purpose: "invite" }), "replace"))
    // One that takes the place of another is a new one.
    Effect.runSync(old.codes.insert(code(5, userId(2)), "replace"))
    for (const purpose of ["invite", "reset"])
      expect(fieldOfCode(handle, purpose)).toMatchObject({ field_to_come: null })
    expect(fieldsOf(handle, "latchkey_users", userId(4))).toMatchObject({ field_to_come: null })
    expect(fieldsOf(handle, "latchkey_sessions", "session-4")).toMatchObject({ field_to_come: null })
    expect(fieldsOf(handle, "latchkey_tokens", "token-4")).toMatchObject({ field_to_come: null })
    expect(fieldsOf(handle, "latchkey_challenges", "challenge-4")).toMatchObject({ field_to_come: null })
    for (const store of [old, await openStore(path)]) {
      expect(outcome(store.lookupSession(userId(2), one.hash))).toEqual({ user: person(2).user, session: one.session })
      expect(outcome(store.lookupToken(userId(2), made.hash))).toEqual({ user: person(2).user, token: made.token })
      expect(outcome(store.challenges.find(challengeKeyOf(3, userId(2))))).toMatchObject({
        state: "approved",
        epoch: 0
      })
      expect(outcome(store.users.count({ query: "name", filter: {} }))).toMatchObject({ total: 4 })
    }
  })
})

describe("a field that came later", () => {
  test("is added to rows that are there, as nothing, and only once", async () => {
    const path = newPath()
    const store = await openStore(path)
    Effect.runSync(store.users.insert(person(1)))
    for (const _ of [1, 2]) expect(opened(hostHandles["node:sqlite"](path).handle, newer)).toBe(undefined)
    const { handle } = hostHandles["node:sqlite"](path)
    expect(fieldsOf(handle, "latchkey_users", userId(1))).toMatchObject({ field_to_come: null })
  })

  test("is not looked for in a database that has a step this version cannot live with", () => {
    const { handle } = hostHandles["node:sqlite"]()
    expect(opened(handle, further({ isAdditive: false }))).toBe(undefined)
    expect(opened(handle, newer)).toBe("StoreError")
    expect(() => fieldsOf(handle, "latchkey_users", "")).toThrow("field_to_come")
  })
})

test("a database from before it recorded who can use it goes on", async () => {
  const { handle, path } = hostHandles["node:sqlite"]()
  const store = await openStore(path)
  Effect.runSync(store.users.insert(person(1)))
  handle.exec("ALTER TABLE latchkey_migrations DROP COLUMN usable_from")
  expect(outcome((await openStore(path)).users.find(userId(1)))).toEqual(person(1).user)
  expect(opened(handle, further({}))).toBe(undefined)
  expect(handle.prepare("SELECT version, usable_from FROM latchkey_migrations").all()).toMatchObject([
    ...known.map((version) => ({ version, usable_from: null })),
    { version: next, usable_from: next - 1 }
  ])
})

describe("a database of a newer version", () => {
  test("whose further step was additive is used, and stays of the newer version", async () => {
    const { handle, path } = hostHandles["node:sqlite"]()
    expect(opened(handle, further({}))).toBe(undefined)
    const store = await openStore(path)
    Effect.runSync(store.users.insert(person(1)))
    expect(outcome(store.users.find(userId(1)))).toEqual(person(1).user)
    expect(handle.prepare("SELECT version, usable_from FROM latchkey_migrations").all()).toMatchObject(
      [...known, next].map((version) => ({ version, usable_from: 1 }))
    )
  })

  test("one of whose further steps was not is refused, also when additive ones followed", () => {
    const { handle } = hostHandles["node:sqlite"]()
    const { migrations } = further({ isAdditive: false })
    const later = { script: "CREATE TABLE latchkey_later (a INTEGER)", isAdditive: true }
    expect(opened(handle, { ...SCHEMA, migrations: [...migrations, later] })).toBe(undefined)
    expect(handle.prepare("SELECT usable_from FROM latchkey_migrations").all()).toMatchObject(
      [...known.map(() => 1), next, next].map((usable_from) => ({ usable_from }))
    )
    expect(opened(handle, SCHEMA)).toBe("StoreError")
    expect(opened(handle, { ...SCHEMA, migrations })).toBe(undefined)
  })
})
