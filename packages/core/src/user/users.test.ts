import type * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { everyInterleaving } from "../../test/interleavings.ts"
import { ada, eventsOf, from, hashOf, newPassword } from "../../test/people.ts"
import { outage, storeAround, storeOver } from "../../test/store-around.ts"
import { newUserId } from "../secret/user-id.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { type EditedFields, editedVersion, type User } from "./user.ts"
import { Users } from "./users.ts"

const password = newPassword

const withAda = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const made = await createTestAuth({ store: storeOver(tables), ...options })
  const user = await made.auth.users.register(ada)
  return { ...made, tables, user }
}

const tally = (outcomes: ReadonlyArray<PromiseSettledResult<unknown>>) => {
  const names = outcomes.map((outcome) => (outcome.status === "fulfilled" ? "done" : outcome.reason._tag))
  return Object.fromEntries(
    Object.entries(Object.groupBy(names, (name) => name)).map(([name, all]) => [name, all?.length])
  )
}

describe("registering", () => {
  test("REG-08 makes an ordinary user, and tells no more than the model has", async () => {
    const { auth, clock, user } = await withAda()
    expect(user).toEqual({
      id: user.id,
      username: "ada",
      email: "ada@example.org",
      isActive: true,
      isSuperuser: false,
      isVerified: false,
      mustChangePassword: false,
      roles: [],
      epoch: 1,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      lastLoginAt: null
    })
    expect(await auth.users.find(user.id)).toEqual(user)
    expect(await eventsOf(auth, { type: "user.registered" })).toMatchObject([{ actor: user.id, subject: user.id }])
  })

  test("REG-01 takes names and password, and nothing else that is passed along", async () => {
    const { auth, tables } = await withAda()
    const greedy = {
      username: "mallory",
      password,
      id: newUserId(0, new Uint8Array(16)),
      isSuperuser: true,
      isVerified: true,
      isActive: false,
      epoch: 7,
      createdAt: 0,
      passwordHash: "plain$x"
    }
    const made = await auth.users.register(greedy)
    expect(made).toMatchObject({ isSuperuser: false, isVerified: false, isActive: true, epoch: 1 })
    expect([made.id === greedy.id, hashOf(tables, made.id) === greedy.passwordHash]).toEqual([false, false])
  })

  test("INP-01 keeps a name as typed, and takes each name once, however it is spelled", async () => {
    const { auth, user } = await withAda()
    const other = await auth.users.register({ username: "Grace.Hopper", password })
    expect(other.username).toBe("Grace.Hopper")
    await expect(auth.users.register({ username: "ADA", password })).rejects.toMatchObject({
      _tag: "AccountNameTaken",
      kind: "username"
    })
    await expect(auth.users.register({ email: "ADA@Example.ORG", password })).rejects.toMatchObject({
      _tag: "AccountNameTaken",
      kind: "email"
    })
    expect((await auth.users.list({ query: "ada" })).items).toEqual([user])
  })

  test("INP-01 of twenty spellings of one name at the same moment exactly one becomes a user", async () => {
    const { auth } = await createTestAuth()
    const spellings = ["jose\u0301", "JOSE\u0301", "jos\u00e9", "Jos\u00c9", "ｊｏｓé"].flatMap((name) => [
      name,
      name,
      name,
      name
    ])
    const outcomes = await Promise.allSettled(spellings.map((username) => auth.users.register({ username, password })))
    expect(tally(outcomes)).toEqual({ done: 1, AccountNameTaken: 19 })
    expect((await auth.users.count({ query: "jos" })).total).toBe(1)
  })

  test("ENU-04 costs the same hash whether the name is taken or not, and a taken one is an event without the name", async () => {
    const { work, layer } = countingHasher()
    const { auth, clock } = await createTestAuth({ hasher: layer })
    work.hashes = 0
    await auth.users.register(ada)
    expect(work).toEqual({ hashes: 1, verifies: 0 })
    await auth.users.register({ ...ada, email: null }, { client: from("192.0.2.1") }).catch(() => {})
    expect(work).toEqual({ hashes: 2, verifies: 0 })
    await clock.advance("1 minute")
    const [event] = await eventsOf(auth, { type: "user.register-refused" })
    expect(event).toMatchObject({ details: { reason: "taken" }, subject: null })
    expect(JSON.stringify(event)).not.toContain("ada")
  })

  test("SET-05 is closed until the first administrator exists", async () => {
    const { auth, clock } = await createTestAuth({ admin: null, setup: { unsafeOpen: true } })
    await expect(auth.users.register(ada)).rejects.toMatchObject({ _tag: "RegistrationClosed" })
    await auth.setup.createFirstAdmin({ username: "root", password })
    expect(await auth.users.register(ada)).toMatchObject({ isSuperuser: false })
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "user.register-refused" })).toMatchObject([{ details: { reason: "closed" } }])
  })

  test("REG-07 can be closed for good, for all but administrators", async () => {
    const { auth } = await createTestAuth({ registration: "closed" })
    await expect(auth.users.register(ada)).rejects.toMatchObject({ _tag: "RegistrationClosed" })
    expect(await auth.users.create(ada)).toMatchObject({ username: "ada" })
  })

  test("SET-08 makes superusers in development mode alone, and is then open from the start", async () => {
    const { auth } = await createTestAuth({ admin: null, unsafeDevMode: true })
    expect(await auth.users.register(ada)).toMatchObject({ isSuperuser: true })
    expect(await auth.setup.needed()).toBe(false)
  })

  it.each([
    ["both", {}, "email", "missing"],
    ["both", { username: null, email: null }, "email", "missing"],
    ["username", { email: "ada@example.org" }, "username", "missing"],
    ["email", { username: "ada" }, "email", "missing"],
    ["both", { username: "" }, "username", "missing"],
    ["both", { username: "x".repeat(65) }, "username", "too-long"],
    ["both", { username: "a b" }, "username", "malformed"],
    ["both", { username: "admin\u200b" }, "username", "malformed"],
    ["both", { username: "\u0430dmin" }, "username", "mixed-scripts"],
    ["both", { username: "__token__" }, "username", "reserved"],
    ["both", { username: "__TOKEN__" }, "username", "reserved"],
    ["both", { username: "ada", email: "ada" }, "email", "malformed"],
    ["both", { username: "ada", email: "a@b@c.org" }, "email", "malformed"],
    ["both", { username: "ada", email: `${"x".repeat(320)}@example.org` }, "email", "too-long"]
  ] as const)(
    "INP-02 INP-03 BAS-03 where %s may be asked for, %j is refused: its %s is %s",
    async (logins, names, kind, problem) => {
      const { auth } = await createTestAuth({ logins })
      await expect(auth.users.register({ ...names, password })).rejects.toMatchObject({
        _tag: "AccountNameInvalid",
        kind,
        problem
      })
      expect((await auth.users.count()).total).toBe(1)
    }
  )
})

test("SES-26 who registers at a service for verified users alone needs an e-mail address, and may have a username", async () => {
  const { auth } = await createTestAuth({ sessions: { requireVerified: true } })
  const nameless = auth.users.register({ username: "bob", password })
  await expect(nameless).rejects.toMatchObject({ _tag: "AccountNameInvalid", kind: "email", problem: "missing" })
  const made = await auth.users.register({ username: "bob", email: "bob@example.org", password })
  expect(made).toMatchObject({ username: "bob", email: "bob@example.org", isVerified: false })
})

describe("making users on someone's authority", () => {
  test("gives the roles that are asked for, and says who did it", async () => {
    const { auth, user } = await withAda()
    const made = await auth.users.create(
      {
        username: "boss",
        email: "boss@example.org",
        password,
        isSuperuser: true,
        isVerified: true,
        mustChangePassword: true
      },
      { actor: user.id }
    )
    expect(made).toMatchObject({ isSuperuser: true, isVerified: true, mustChangePassword: true })
    expect(await eventsOf(auth, { type: "user.created" })).toMatchObject([
      { actor: user.id, subject: made.id, details: { isSuperuser: true } }
    ])
  })

  test("REG-10 nobody without an e-mail address is verified, whoever says so", async () => {
    const { auth } = await withAda()
    const made = await auth.users.create({ username: "boss", password, isVerified: true })
    expect([made.isVerified, (await auth.users.find(made.id))?.isVerified]).toEqual([false, false])
    expect(await auth.users.change(made.id, { isVerified: true })).toMatchObject({ isVerified: false })
    const wanted = { email: "boss@example.org", isVerified: true }
    expect(await auth.users.change(made.id, wanted)).toMatchObject(wanted)
  })

  test("without a password nobody can log in", async () => {
    const { auth } = await withAda()
    await auth.users.create({ username: "later" })
    const guesses = ["", "null", "undefined", newPassword].map((guess) =>
      auth.sessions.logIn({ username: "later", password: guess })
    )
    expect(tally(await Promise.allSettled(guesses))).toEqual({ InvalidCredentials: 4 })
  })
})

describe("changing users", () => {
  test("REG-05 a new address is unverified, unless whoever changes it vouches for it", async () => {
    const { auth, user } = await withAda()
    await auth.users.change(user.id, { isVerified: true })
    expect(await auth.users.change(user.id, { username: "countess" })).toMatchObject({ isVerified: true })
    expect(await auth.users.change(user.id, { email: "ADA@example.org" })).toMatchObject({
      isVerified: true,
      email: "ADA@example.org"
    })
    expect(await auth.users.change(user.id, { email: "new@example.org" })).toMatchObject({ isVerified: false })
    expect(await auth.users.change(user.id, { email: "own@example.org", isVerified: true })).toMatchObject({
      isVerified: true
    })
  })

  test("ENU-07 a taken name changes nothing, and of two who want one at the same moment one gets it", async () => {
    const { auth, user } = await withAda()
    const bob = await auth.users.register({ username: "bob", password })
    const wanted = { username: "ADA", isVerified: true }
    await expect(auth.users.change(bob.id, wanted)).rejects.toMatchObject({
      _tag: "AccountNameTaken",
      kind: "username"
    })
    expect(await auth.users.find(bob.id)).toEqual(bob)
    const both = [user.id, bob.id].map((id) => auth.users.change(id, { email: "one@example.org" }))
    expect(tally(await Promise.allSettled(both))).toEqual({ done: 1, AccountNameTaken: 1 })
  })

  it.each([
    [{ username: "__token__" }, { kind: "username", problem: "reserved" }],
    [{ email: "x" }, { kind: "email", problem: "malformed" }],
    [{ username: "" }, { kind: "username", problem: "missing" }]
  ])("names are checked like new ones: %j", async (change, problem) => {
    const { auth, user } = await withAda()
    await expect(auth.users.change(user.id, change)).rejects.toMatchObject({ _tag: "AccountNameInvalid", ...problem })
    expect(await auth.users.find(user.id)).toEqual(user)
  })

  test("SES-09 roles and activity move the epoch; names do not", async () => {
    const { auth, user } = await withAda()
    expect(await auth.users.change(user.id, { username: "countess", isVerified: true })).toMatchObject({ epoch: 1 })
    expect(await auth.users.change(user.id, { isSuperuser: true })).toMatchObject({ epoch: 2 })
    expect(await auth.users.change(user.id, { isSuperuser: true })).toMatchObject({ epoch: 2 })
    expect(await auth.users.change(user.id, { isActive: false })).toMatchObject({ epoch: 3 })
  })

  test("AUD-01 ADM-05 an event tells roles with both values, names without their text, and nothing when nothing changed", async () => {
    const { auth, user } = await withAda()
    const root = (await auth.users.list({ query: "root" })).items[0]
    const by = { actor: root?.id ?? null, client: from("192.0.2.1") }
    await auth.users.change(user.id, { username: "countess", email: "c@example.org", isSuperuser: true }, by)
    await auth.users.change(user.id, { isSuperuser: true }, by)
    const events = await eventsOf(auth, { type: "user.changed" })
    expect(events).toMatchObject([
      {
        actor: root?.id,
        subject: user.id,
        details: {
          changes: [{ field: "username" }, { field: "email" }, { field: "isSuperuser", from: false, to: true }]
        }
      }
    ])
    expect(JSON.stringify(events)).not.toMatch(/countess|example/)
  })

  test("nobody is changed when there is no such user", async () => {
    const { auth } = await withAda()
    const nobody = newUserId(0, new Uint8Array(16))
    await expect(auth.users.change(nobody, { isActive: false })).rejects.toMatchObject({ _tag: "UserNotFound" })
    expect([await auth.users.find(nobody), await auth.users.remove(nobody)]).toEqual([null, false])
  })
})

describe("the last superuser", () => {
  it.each([{ isActive: false }, { isSuperuser: false }])("ADM-02 stays: %j is refused", async (change) => {
    const { auth } = await createTestAuth()
    const root = (await auth.users.list()).items[0]
    if (root === undefined) throw new Error("the administrator is missing")
    await expect(auth.users.change(root.id, change)).rejects.toMatchObject({ _tag: "LastSuperuser" })
    await expect(auth.users.remove(root.id)).rejects.toMatchObject({ _tag: "LastSuperuser" })
    expect(await auth.users.find(root.id)).toEqual(root)
    expect(await eventsOf(auth, { type: "user.changed" })).toEqual([])
  })

  test("ADM-02 an inactive one does not count", async () => {
    const { auth } = await createTestAuth()
    const root = (await auth.users.list()).items[0]
    const spare = await auth.users.create({ username: "spare", isSuperuser: true })
    await auth.users.change(spare.id, { isActive: false })
    await expect(auth.users.remove(root?.id ?? spare.id)).rejects.toMatchObject({ _tag: "LastSuperuser" })
  })

  const takers: ReadonlyArray<readonly [string, (id: User["id"]) => Effect.Effect<unknown, unknown, Users>]> = [
    ["demote", (id) => Users.use((users) => users.change(id, { isSuperuser: false }))],
    ["deactivate", (id) => Users.use((users) => users.change(id, { isActive: false }))],
    ["remove", (id) => Users.use((users) => users.remove(id))]
  ]

  it.each(takers)(
    "ADM-02 two who %s each other at the same moment leave exactly one, whatever the order (F12)",
    async (_, take) => {
      await everyInterleaving(async ({ around, atOnce }) => {
        const { auth } = await createTestAuth({ store: storeAround(around) })
        const root = (await auth.users.list()).items[0]
        const other = await auth.users.create({ username: "other", isSuperuser: true })
        await auth.run(atOnce(take(root?.id ?? other.id), take(other.id)))
        const left = (await auth.users.list()).items.filter(({ isActive, isSuperuser }) => isActive && isSuperuser)
        expect(left).toHaveLength(1)
      })
    }
  )
})

describe("editing users", () => {
  test("ADM-15 an edit of a user whom somebody else changed since is refused, and changes nothing", async () => {
    const { auth, user: seen } = await withAda()
    const changed = await auth.users.change(seen.id, { isVerified: true })
    await expect(auth.users.edit(seen, { username: "grace" })).rejects.toMatchObject({ _tag: "EditConflict" })
    expect(await auth.users.find(seen.id)).toEqual(changed)
    expect(await auth.users.edit(changed, { username: "grace" })).toMatchObject({ username: "grace", isVerified: true })
  })

  test("ADM-15 another name, state or role gives a user another version, and a log-in does not", async () => {
    const { user } = await withAda()
    const version = editedVersion(user)
    const edits: { readonly [Field in keyof EditedFields]: EditedFields[Field] } = {
      username: "grace",
      email: null,
      isActive: false,
      isSuperuser: true,
      isVerified: true,
      mustChangePassword: true,
      roles: ["editor"]
    }
    const versions = Object.entries(edits).map(([field, value]) => editedVersion({ ...user, [field]: value }))
    const later: User = { ...user, lastLoginAt: 1, updatedAt: 1, epoch: 7 }
    expect(new Set([version, ...versions]).size).toBe(versions.length + 1)
    expect(editedVersion(later)).toBe(version)
    expect(editedVersion({ ...user, username: 'a","b', email: null })).not.toBe(
      editedVersion({ ...user, username: "a", email: 'b",null' })
    )
  })

  test("ADM-15 an edit does not mind that the user logged in or chose a password since", async () => {
    const { auth, user: seen } = await withAda()
    await auth.sessions.logIn(ada)
    await auth.users.endCredentials(seen.id)
    expect(await auth.users.edit(seen, { username: "grace" })).toMatchObject({ username: "grace" })
    expect(await eventsOf(auth, { type: "user.changed" })).toMatchObject([
      { details: { changes: [{ field: "username" }] } }
    ])
  })

  test("an edit checks names as a change does, and nobody is not edited", async () => {
    const { auth, user: seen } = await withAda()
    await expect(auth.users.edit(seen, { username: "two words" })).rejects.toMatchObject({ _tag: "AccountNameInvalid" })
    await auth.users.remove(seen.id)
    await expect(auth.users.edit(seen, { username: "grace" })).rejects.toMatchObject({ _tag: "UserNotFound" })
  })
})

describe("removing users", () => {
  test("ADM-06 takes their sessions, keeps their trail, and never gives their id again", async () => {
    const { auth, tables, user } = await withAda()
    const { secret } = await auth.sessions.logIn(ada)
    expect(await auth.users.remove(user.id, { actor: user.id })).toBe(true)
    expect([await auth.users.find(user.id), await auth.sessions.resume(secret)]).toEqual([null, null])
    expect([tables.sessions.has(user.id), tables.users.has(user.id)]).toEqual([false, false])
    const again = await auth.users.register(ada)
    expect(again.id).not.toBe(user.id)
    expect((await eventsOf(auth, { user: user.id })).map(({ type }) => type)).toEqual([
      "user.registered",
      "login.succeeded",
      "user.removed"
    ])
  })

  test("is true once", async () => {
    const { auth, user } = await withAda()
    const removed = await Promise.all([1, 2, 3].map(() => auth.users.remove(user.id)))
    expect(removed.filter((isMine) => isMine)).toEqual([true])
    expect(await eventsOf(auth, { type: "user.removed" })).toHaveLength(1)
  })
})

describe("listing users", () => {
  const withMany = async () => {
    const { auth, clock } = await createTestAuth()
    for (const username of ["anna", "bert", "carla"]) {
      await clock.advance(1)
      await auth.users.create({ username, email: `${username}@example.org` })
    }
    return auth
  }

  test("ADM-07 ADM-12 is newest first, a page at a time, with the number of all", async () => {
    const auth = await withMany()
    const names = async (page: Parameters<typeof auth.users.list>[0]) =>
      (await auth.users.list(page)).items.map(({ username }) => username)
    expect(await names({})).toEqual(["carla", "bert", "anna", "root"])
    const { items, next } = await auth.users.list({ limit: 3 })
    expect(items).toHaveLength(3)
    expect(await names({ after: next, limit: 0 })).toEqual(["root"])
    expect(await names({ query: "carla@" })).toEqual(["carla"])
    expect(await names({ query: "%" })).toEqual([])
    expect(await names({ query: "_nna" })).toEqual([])
    expect(await names({ filter: { isSuperuser: true } })).toEqual(["root"])
    expect(await auth.users.count()).toEqual({ total: 4, isExact: true })
    expect(await auth.users.count({ filter: { isSuperuser: false } })).toEqual({ total: 3, isExact: true })
  })

  test.each([" CARLA ", "ｃａｒ", "Carla@", "@BÜCHER.example", "@xn--bcher", "carla@bücher.example"])(
    "ADM-13 finds by %j, in whatever case and spelling",
    async (query) => {
      const { auth } = await createTestAuth()
      const carla = await auth.users.create({ username: "carla", email: "Carla@bücher.example" })
      expect((await auth.users.list({ query })).items).toEqual([carla])
      expect((await auth.users.count({ query })).total).toBe(1)
    }
  )

  test("ADM-13 finds by the id, and nobody by a text that no name can be", async () => {
    const { auth } = await createTestAuth()
    const carla = await auth.users.create({ username: "carla" })
    expect((await auth.users.list({ query: ` ${carla.id.toUpperCase()}` })).items).toEqual([carla])
    for (const query of ["x".repeat(100_000), "\uD800", "\u0000", "a\nb"]) {
      expect(await auth.users.list({ query }), query.slice(0, 9)).toEqual({ items: [], next: null })
    }
    expect((await auth.users.list({ query: " " })).items).toHaveLength(2)
  })

  test("ADM-07 asks a store for 500 at most", async () => {
    const { auth } = await createTestAuth()
    for (let at = 0; at < 501; at++) await auth.users.create({ username: `user-${at}` })
    expect((await auth.users.list({ limit: 1_000_000 })).items).toHaveLength(500)
  })
})

test("STO-04 ERR-03 an outage of the store is a StoreError that tells the operation, and nothing of the driver's words", async () => {
  const { auth } = await createTestAuth({
    store: storeAround(outage((operation) => operation.startsWith("users.") && operation !== "users.isSetUp")),
    admin: null,
    unsafeDevMode: true
  })
  const id = newUserId(0, new Uint8Array(16))
  const calls = [
    auth.users.register(ada),
    auth.users.create(ada),
    auth.users.find(id),
    auth.users.list(),
    auth.users.change(id, { isActive: false }),
    auth.users.remove(id)
  ]
  const outcomes = await Promise.allSettled(calls)
  expect(tally(outcomes)).toEqual({ StoreError: 6 })
  const messages = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.message : ""))
  expect(messages.join("\n")).not.toContain("switched off")
  expect(messages[0]).toBe("the store failed at users.insert")
})
