import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { ada, eventsOf } from "../../test/people.ts"
import { outage, storeAround, storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import { reveal } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import { createTestAuth, testAdmin } from "../testing/create-test-auth.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"
import type { TokenId } from "../token/access-token.ts"
import type { User } from "../user/user.ts"
import type { BackupRow } from "./backup-row.ts"
import { parseBackupRow } from "./read-backup-row.ts"
import type { BackupPlace } from "./take-backup.ts"

const wholeBackup = async (auth: Auth): Promise<ReadonlyArray<BackupRow>> => {
  const rows: Array<BackupRow> = []
  for (let place: BackupPlace | null = null; ; ) {
    const page = await auth.backup.take(place)
    rows.push(...page.rows)
    if (page.next === null) return rows
    place = page.next
  }
}

/** As a file has it. */
const written = (rows: ReadonlyArray<BackupRow>) => rows.map((row) => parseBackupRow(JSON.parse(JSON.stringify(row))))

/** A store with all that lasts: people, sessions, tokens of both kinds, codes, settings, and a chained trail. */
const usedStore = async () => {
  const tables = emptyTables()
  const { auth, clock } = await createTestAuth({
    store: storeOver(tables),
    audit: { chain: true },
    roles: { editor: "Edits notes" },
    tokens: { acceptImported: true, scopes: { read: "Reads" } },
    mailer: { send: async () => undefined }
  })
  const user = await auth.users.register(ada)
  await auth.users.change(user.id, { roles: ["editor"] })
  const { session, secret } = await auth.sessions.logIn(ada, { client: { ip: "192.0.2.7", userAgent: "curl" } })
  await auth.sessions.setData(session, { cart: [1, null] })
  const token = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner", scopes: ["read"] })
  await auth.tokens.import({ user: user.id, name: "old", sha256: "0a".repeat(32), expiresAt: null })
  const root = await auth.sessions.logIn(testAdmin)
  const admin = { user: root.user, via: "bearer", scopes: "all", pending: null, session: root.session } as const
  await auth.admin.impersonate(admin, user.id, { reason: "Ticket 7" })
  await auth.runtimeSettings.change({ values: { "sessions.idle": "30 minutes" }, version: 0 })
  await auth.users.create({ email: "grace@example.org" }) // who is invited by a code
  return { auth, clock, tables, user, secrets: { session: reveal(secret), token: reveal(token.secret) } }
}

const openOver = async (tables: Tables, chain = true) =>
  createTestAuth({
    store: storeOver(tables),
    admin: null,
    audit: { chain },
    tokens: { acceptImported: true, scopes: { read: "Reads" } }
  })

const lasting = ({ users, sessions, tokens, codes, audit, auditStart, settings, isSetUp }: Tables) => ({
  users,
  sessions,
  tokens,
  codes,
  audit,
  auditStart,
  settings: settings.text,
  isSetUp
})

describe("a backup", () => {
  it("BAK-01 of a store, restored into an empty one, is the same in every field", async () => {
    const { auth, tables, secrets } = await usedStore()
    const rows = await wholeBackup(auth)
    expect(new Set(rows.map(({ part }) => part))).toEqual(
      new Set(["settings", "trail", "user", "session", "token", "code"])
    )
    const other = emptyTables()
    const { auth: moved } = await openOver(other)
    const outcomes = await moved.backup.restore(written(rows).filter((row) => row !== null))
    expect(new Set(outcomes)).toEqual(new Set(["added"]))
    expect(lasting(other)).toEqual(lasting(tables))
    expect(await moved.sessions.resume(secrets.session)).toMatchObject({ user: { username: "ada" } })
    expect(await moved.tokens.check(secrets.token)).toMatchObject({ user: { username: "ada" } })
    expect(await moved.audit.verifyChain()).toMatchObject({ holds: true })
    await moved.sessions.logIn(ada)
    expect(await moved.audit.verifyChain()).toMatchObject({ holds: true })
  })

  it("BAK-01 has no secret in it", async () => {
    const { auth, secrets } = await usedStore()
    const text = JSON.stringify(await wholeBackup(auth))
    for (const secret of [...Object.values(secrets), ada.password]) expect(text).not.toContain(secret)
  })

  it("BAK-01 of many users comes in pages, and has each user once with what is theirs right after them", async () => {
    const { auth } = await createTestAuth()
    await auth.users.import(
      Array.from({ length: 180 }, (_, n) => ({ id: `${n}`, username: `user${n}` })),
      { source: "old" }
    )
    const rows = await wholeBackup(auth)
    const ids = rows.flatMap((row) => (row.part === "user" ? [row.row.user.id] : []))
    expect(ids).toHaveLength(181)
    expect(ids).toEqual([...new Set(ids)].sort())
  })

  it("BAK-01 of a trail whose beginning was removed keeps where it begins", async () => {
    const { auth, tables, clock } = await usedStore()
    await clock.advance("400 days")
    await auth.sessions.logIn(ada)
    expect(tables.auditStart).not.toBeNull()
    const other = emptyTables()
    const { auth: moved } = await openOver(other)
    await moved.backup.restore(await wholeBackup(auth))
    expect(other.auditStart).toEqual(tables.auditStart)
    expect(await moved.audit.verifyChain()).toMatchObject({ holds: true, start: tables.auditStart })
  })

  it("BAK-02 restored a second time changes nothing and says so", async () => {
    const { auth } = await usedStore()
    const rows = await wholeBackup(auth)
    const other = emptyTables()
    const { auth: moved } = await openOver(other)
    await moved.backup.restore(rows)
    const before = structuredClone(lasting(other))
    expect(new Set(await moved.backup.restore(rows))).toEqual(new Set(["there"]))
    expect(lasting(other)).toEqual(before)
  })

  it("BAK-02 goes on where an outage broke it off, whichever call failed", async () => {
    const { auth, tables } = await usedStore()
    const rows = await wholeBackup(auth)
    for (const failing of ["users", "sessions", "tokens", "codes", "audit"]) {
      const other = emptyTables()
      let isDown = true
      const store = storeAround(
        outage((operation) => operation === `${failing}.restore` && isDown),
        other
      )
      const { auth: moved } = await createTestAuth({ store, admin: null, audit: { chain: true } })
      await expect(moved.backup.restore(rows)).rejects.toMatchObject({ _tag: "StoreError" })
      isDown = false
      await moved.backup.restore(rows)
      expect(lasting(other), failing).toEqual(lasting(tables))
    }
  })

  it("BAK-02 keeps whoever has the name already, and gives them nothing of the other", async () => {
    const { auth, user } = await usedStore()
    const other = emptyTables()
    const { auth: moved } = await openOver(other, false)
    const [other_] = await moved.users.import([{ id: "1", username: "ada" }], { source: "old" })
    const rows = (await wholeBackup(auth)).filter(({ part }) => part !== "trail")
    const outcomes = await moved.backup.restore(rows)
    const ofAda = rows.flatMap((row, at) => (JSON.stringify(row.row).includes(`"${user.id}"`) ? [outcomes[at]] : []))
    expect(ofAda).toContain("name-taken")
    expect(new Set(ofAda)).toEqual(new Set(["name-taken", "no-owner"]))
    expect([...other.sessions.keys(), ...other.tokens.keys(), ...other.codes.keys()]).not.toContain(user.id)
    expect(other.users.has(other_?.id ?? user.id)).toBe(true)
  })

  it("BAK-02 leaves a trail alone that has events of its own, and settings that were made", async () => {
    const { auth } = await usedStore()
    const rows = await wholeBackup(auth)
    const other = emptyTables()
    const { auth: moved } = await createTestAuth({ store: storeOver(other), audit: { chain: true } })
    other.settings = { version: 1, text: "{}" }
    const trail = structuredClone(other.audit)
    const outcomes = await moved.backup.restore(rows)
    const of = (part: string) => new Set(outcomes.filter((_, at) => rows[at]?.part === part))
    expect([of("trail"), of("settings")]).toEqual([new Set(["other-trail"]), new Set(["other-settings"])])
    expect(other.audit.slice(0, trail.length)).toEqual(trail)
    expect(await moved.audit.verifyChain()).toMatchObject({ holds: true })
  })

  it("BAK-02 a row that is none, or of a newer version, is not read", async () => {
    const { auth } = await usedStore()
    const [, ...rows] = await wholeBackup(auth)
    for (const row of rows) {
      const broken = [
        { ...row, part: "other" },
        { ...row, part: "__proto__" },
        { ...row, row: null },
        { ...row, row: { ...row.row, surplus: 1 } },
        ...Object.keys(row.row).map((field) => ({ ...row, row: { ...row.row, [field]: undefined } })),
        ...Object.keys(row.row).map((field) => ({ ...row, row: { ...row.row, [field]: { wrong: true } } }))
      ]
      for (const each of broken) expect(parseBackupRow(each), JSON.stringify(each)).toBeNull()
    }
    for (const none of [null, 7, "user", [], {}, { part: "user" }]) expect(parseBackupRow(none)).toBeNull()
  })

  it("STO-04 an outage fails a backup, and is no end of it", async () => {
    const store = storeAround(outage((operation) => operation === "users.export"))
    const { auth } = await createTestAuth({ store })
    const first = await auth.backup.take()
    await expect(auth.backup.take(first.next)).rejects.toMatchObject({ _tag: "StoreError" })
    expect(await eventsOf(auth)).toBeDefined()
  })

  it("BAK-05 restored where it was taken returns nobody who was removed since, unless they shall come back", async () => {
    const { auth, tables, user, secrets } = await usedStore()
    const rows = await wholeBackup(auth)
    await auth.users.remove(user.id)
    const outcomes = await auth.backup.restore(rows)
    const ofUser = rows.flatMap((row, at) => (row.part === "user" && row.row.user.id === user.id ? [outcomes[at]] : []))
    expect(ofUser).toEqual(["removed"])
    expect(new Set(outcomes.filter((outcome) => outcome !== "there"))).toEqual(new Set(["removed", "no-owner"]))
    expect([tables.users.has(user.id), await auth.tokens.check(secrets.token)]).toEqual([false, null])
    await auth.backup.restore(rows, { returnsRemoved: true })
    expect(await auth.tokens.check(secrets.token)).toMatchObject({ user: { username: "ada" } })
  })

  it("BAK-05 restored where it was taken opens nothing of who was removed and returned since", async () => {
    const { auth, clock } = await createTestAuth({ tokens: { acceptImported: true } })
    const wanted = [{ id: "7", username: "grace" }]
    const import_ = () => auth.users.import(wanted, { source: "old", returnsRemoved: true })
    const [grace] = await import_()
    const user = await auth.users.endCredentials(grace?.id as UserId).then(() => auth.users.find(grace?.id as UserId))
    if (user === null) throw new Error("nobody was added")
    const { secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    const rows = (await wholeBackup(auth)).filter(({ part }) => part !== "trail")
    await auth.users.remove(user.id)
    await clock.advance("1 hour")
    await import_()
    expect(await auth.users.find(user.id)).toMatchObject({ epoch: user.epoch })
    await auth.backup.restore(rows)
    expect(await auth.tokens.check(secret)).toBeNull()
  })

  it("BAK-05 restored in parts brings who was removed and returned before it was taken", async () => {
    const { auth } = await createTestAuth({ audit: { chain: true } })
    const wanted = [{ id: "7", username: "grace" }]
    const [grace] = await auth.users.import(wanted, { source: "old" })
    if (grace?.id == null) throw new Error("nobody was added")
    await auth.users.remove(grace.id)
    await auth.users.import(wanted, { source: "old", returnsRemoved: true })
    const { auth: moved } = await openOver(emptyTables())
    for (const row of await wholeBackup(auth)) expect(await moved.backup.restore([row])).toEqual(["added"])
    expect(await moved.users.find(grace.id)).not.toBeNull()
  })

  it.each<[string, (auth: Auth, user: User, token: TokenId) => Promise<unknown>]>([
    ["a token was revoked", (auth, user, token) => auth.tokens.revoke({ owner: user.id, id: token })],
    ["all tokens were revoked", (auth, user) => auth.tokens.revokeAllOf(user.id)],
    ["everything was ended", (auth, user) => auth.users.endCredentials(user.id)]
  ])("BAK-05 restored where it was taken opens nothing that was ended since: %s", async (_, end) => {
    const { auth, user, secrets } = await usedStore()
    const rows = await wholeBackup(auth)
    const found = await auth.tokens.check(secrets.token)
    if (found === null) throw new Error("the token opens nothing")
    await end(auth, user, found.token.id)
    for (let turn = 0; turn < 2; turn++) {
      const outcomes = await auth.backup.restore(rows)
      const ofTokens = outcomes.filter((_, at) => rows[at]?.part === "token")
      expect(new Set(ofTokens)).toEqual(new Set(["changed"]))
      expect(await auth.tokens.check(secrets.token)).toBeNull()
    }
  })

  it("BAK-05 a token that was revoked between two calls of one restoration stays so", async () => {
    const { auth, user, secrets } = await usedStore()
    const rows = await wholeBackup(auth)
    const found = await auth.tokens.check(secrets.token)
    if (found === null) throw new Error("the token opens nothing")
    await auth.backup.restore(rows)
    await auth.tokens.revoke({ owner: user.id, id: found.token.id })
    const tokens = rows.filter(({ part }) => part === "token")
    expect(new Set(await auth.backup.restore(tokens))).toEqual(new Set(["changed"]))
    expect(await auth.tokens.check(secrets.token)).toBeNull()
  })

  it("BAK-02 goes on row by row where it was broken off, whatever is in one call", async () => {
    const { auth, tables } = await usedStore()
    const rows = await wholeBackup(auth)
    const other = emptyTables()
    const { auth: first } = await openOver(other)
    for (const row of rows.slice(
      0,
      rows.findIndex(({ part }) => part === "session")
    ))
      await first.backup.restore([row])
    const { auth: second } = await openOver(other)
    for (const row of rows) await second.backup.restore([row])
    expect(lasting(other)).toEqual(lasting(tables))
  })

  it("BAK-05 tells who restored how much, where it is told by whom, and only if something was added", async () => {
    const { auth, user } = await usedStore()
    const rows = await wholeBackup(auth)
    await auth.users.remove(user.id)
    const by = { actor: null, actedWith: "operator" }
    await auth.backup.restore(rows, { by })
    expect(await eventsOf(auth, { type: "backup.restored" })).toEqual([])
    await auth.backup.restore(rows, { by, returnsRemoved: true })
    expect(await eventsOf(auth, { type: "backup.restored" })).toMatchObject([
      { ...by, details: { users: 1, superusers: 0, sessions: 2, tokens: 2 } }
    ])
  })

  it("BAK-06 tells which record another event left no place for, in a trail without links", async () => {
    const { auth, user } = await createTestAuth().then(async ({ auth }) => ({
      auth,
      user: await auth.users.register(ada)
    }))
    await auth.users.endCredentials(user.id)
    const rows = (await wholeBackup(auth)).filter(({ part }) => part === "trail")
    let between: () => Promise<unknown> = async () => undefined
    const store = storeAround((operation, call) =>
      operation === "audit.restore"
        ? Effect.andThen(
            Effect.promise(() => between()),
            call
          )
        : call
    )
    const { auth: moved } = await createTestAuth({ store, admin: null })
    between = async () => {
      between = async () => undefined
      await moved.users.create({ username: "bob" })
    }
    const outcomes = await moved.backup.restore(rows)
    expect(outcomes).toEqual(["other-trail", ...rows.slice(1).map(() => "added")])
    expect(await eventsOf(moved)).toHaveLength(rows.length)
  })

  it("BAK-06 keeps the chain whole when an event comes between the look and the write, and tells what was left out", async () => {
    const { auth } = await usedStore()
    const rows = (await wholeBackup(auth)).filter(({ part }) => part === "trail")
    const other = emptyTables()
    let between: () => Promise<unknown> = async () => undefined
    const store = storeAround(
      (operation, call) =>
        operation === "audit.restore"
          ? Effect.andThen(
              Effect.promise(() => between()),
              call
            )
          : call,
      other
    )
    const { auth: moved } = await createTestAuth({ store, admin: null, audit: { chain: true } })
    between = async () => {
      between = async () => undefined
      await moved.users.create({ username: "bob" })
    }
    expect(new Set(await moved.backup.restore(rows))).toEqual(new Set(["other-trail"]))
    expect(other.audit.map(({ event }) => event.type)).toEqual(["user.created"])
    expect(await moved.audit.verifyChain()).toMatchObject({ holds: true })
  })
})
