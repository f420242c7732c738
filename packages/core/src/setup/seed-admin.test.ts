import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { ada, eventsOf, hashOf, newPassword } from "../../test/people.ts"
import { type Around, storeAround, storeOver } from "../../test/store-around.ts"
import type { AuthSettings } from "../settings/settings-table.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"

const admin = { username: "boss", email: "boss@example.org", password: "nine quiet lanterns" } as const

/** A process that starts with a configured administrator on given data. */
const start = (tables: Tables, wanted: AuthSettings["admin"] = admin, options: TestAuthOptions = {}) =>
  createTestAuth({ store: storeOver(tables), admin: { mustChangePassword: true, ...wanted }, ...options })

/** The same, and what it logs. */
const startLogged = async (tables: Tables, wanted: AuthSettings["admin"] = admin, options: TestAuthOptions = {}) => {
  const log = capturedLog()
  const made = await start(tables, wanted, { ...options, ambient: log.layer })
  return { ...made, logged: log.lines.join("\n") }
}

/** Data in which someone registered a name before the administrator was configured. */
const registeredBefore = async (user: { readonly username?: string; readonly email?: string }) => {
  const tables = emptyTables()
  const { auth } = await createTestAuth({ store: storeOver(tables) })
  const early = await auth.users.register({ ...user, password: ada.password })
  const { secret } = await auth.sessions.logIn({ ...user, password: ada.password })
  return { tables, early, secret }
}

/** Data in which a program made a user before anybody could administer. */
const madeBefore = async (user: { readonly username?: string; readonly email?: string }) => {
  const tables = emptyTables()
  const { auth } = await createTestAuth({ store: storeOver(tables), admin: null })
  const early = await auth.users.create({ ...user, password: ada.password })
  return { tables, early }
}

describe("a configured administrator", () => {
  test("SET-07 SET-10 is made at start, and has to choose another password", async () => {
    const { auth } = await start(emptyTables())
    const { user } = await auth.sessions.logIn(admin)
    expect(user).toMatchObject({ username: "boss", isSuperuser: true, isVerified: true, mustChangePassword: true })
    expect(await auth.setup.needed()).toBe(false)
    expect(await eventsOf(auth, { type: "setup.completed" })).toMatchObject([
      { details: { by: "seed" }, actor: null, subject: user.id }
    ])
  })

  test("SET-10 may keep the password if the options say so, made or taken over", async () => {
    const keeps = { ...admin, mustChangePassword: false, promoteExisting: true }
    const { auth } = await start(emptyTables(), keeps)
    expect((await auth.sessions.logIn(admin)).user.mustChangePassword).toBe(false)
    const { tables } = await madeBefore({ username: "boss" })
    const taken = await start(tables, keeps)
    expect((await taken.auth.sessions.logIn(admin)).user.mustChangePassword).toBe(false)
  })

  test("SET-07 is left alone at the next start: neither the password nor anything else is written again", async () => {
    const tables = emptyTables()
    const first = await start(tables)
    const { user } = await first.auth.sessions.logIn(admin)
    await first.auth.passwords.change({ user: user.id, current: admin.password, next: newPassword })
    const before = structuredClone(tables.users)
    const second = await start(tables, { ...admin, password: "another configured password" })
    expect(tables.users).toEqual(before)
    expect(await second.auth.sessions.logIn({ ...admin, password: newPassword })).toMatchObject({
      user: { id: user.id }
    })
    expect(await eventsOf(second.auth, { type: "setup.completed" })).toHaveLength(1)
  })

  test("SET-07 that exists needs no password in the options any more", async () => {
    const tables = emptyTables()
    await start(tables)
    const { auth } = await start(tables, { email: "BOSS@example.org" })
    expect((await auth.users.count()).total).toBe(1)
  })

  test("SET-02 SET-07 is one, when 16 processes start at the same moment, each call of which lets the others go first", async () => {
    const tables = emptyTables()
    const yielding: Around = (_, call) => Effect.andThen(Effect.yieldNow, call)
    const started = await Promise.all(
      Array.from({ length: 16 }, () => createTestAuth({ store: storeAround(yielding, tables), admin }))
    )
    expect([started.length, tables.users.size]).toEqual([16, 1])
    expect(tables.audit.filter(({ event }) => event.type === "setup.completed")).toHaveLength(1)
  })

  it.each([
    [{ username: "boss" }, "SeedRefused", "password-missing"],
    [{ username: "boss", password: "passwordpassword" }, "PasswordRefused", undefined],
    [{ username: "boss", password: "short" }, "PasswordRefused", undefined],
    [{ username: "a b", password: newPassword }, "AccountNameInvalid", "malformed"],
    [{ username: "__token__", password: newPassword }, "AccountNameInvalid", "reserved"],
    [{ email: "boss", password: newPassword }, "AccountNameInvalid", "malformed"]
  ])("SET-07 %j does not start: %s", async (wanted, _tag, problem) => {
    const tables = emptyTables()
    await expect(start(tables, wanted)).rejects.toMatchObject({ _tag, ...(problem && { problem }) })
    expect([tables.users.size, tables.isSetUp]).toEqual([0, false])
  })

  test("without a name is refused", async () => {
    const { auth } = await createTestAuth()
    const nameless = {
      username: null,
      email: null,
      password: newPassword,
      promoteExisting: false,
      mustChangePassword: true
    }
    await expect(auth.setup.seedAdmin(nameless)).rejects.toMatchObject({
      _tag: "SeedRefused",
      problem: "login-missing"
    })
  })
})

describe("a name that someone registered before", () => {
  it.each([
    { username: "boss" },
    { username: "BOSS" },
    { username: "bob", email: "boss@example.org" },
    { email: "Boss@Example.org" }
  ])("SET-07 is never promoted: %j stops the start, loudly, while nobody could administer", async (user) => {
    const { tables, early } = await madeBefore(user)
    const hash = hashOf(tables, early.id)
    const refused = start(tables)
    await expect(refused).rejects.toMatchObject({ _tag: "SeedRefused", problem: "exists-without-role" })
    await expect(refused).rejects.toThrow("admin.promoteExisting")
    expect(tables.users.get(early.id)?.user).toMatchObject({ isSuperuser: false, epoch: 1 })
    expect(hashOf(tables, early.id)).toBe(hash)
  })

  test("SET-07 SET-12 is never promoted once somebody can administer: the service starts, and the log says the mend", async () => {
    const { tables, early } = await registeredBefore({ username: "boss" })
    const before = structuredClone(tables.users)
    const { auth, logged } = await startLogged(tables)
    expect(tables.users).toEqual(before)
    expect(logged).toContain("admin.promoteExisting")
    expect(logged).not.toContain(admin.password)
    const session = await auth.sessions.logIn({ username: "boss", password: ada.password })
    expect(session.user).toMatchObject({ id: early.id, isSuperuser: false })
  })

  test("SET-07 is never promoted when it was made while the processes started", async () => {
    const { tables } = await madeBefore({ username: "boss" })
    const outcomes = await Promise.allSettled(Array.from({ length: 16 }, () => start(tables)))
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toEqual([])
    expect([...tables.users.values()].filter(({ user }) => user.isSuperuser)).toEqual([])
  })

  test("SET-12 a process that loses the start to another one's administrator starts with a warning", async () => {
    const { tables, early } = await madeBefore({ username: "boss" })
    const chief = { ...admin, username: "chief", email: "chief@example.org" }
    await start(tables, chief)
    const { logged } = await startLogged(tables)
    expect(logged).toContain("exists and is not a superuser")
    expect(tables.users.get(early.id)?.user.isSuperuser).toBe(false)
  })

  const takeOver = { ...admin, promoteExisting: true }

  test("SET-07 is taken over only when the options say so: the old password and every session die", async () => {
    const { tables, early, secret } = await registeredBefore({ username: "boss" })
    const { auth } = await start(tables, takeOver)
    const old = auth.sessions.logIn({ username: "boss", password: ada.password })
    await expect(old).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(await auth.sessions.resume(secret)).toBeNull()
    expect((await auth.sessions.logIn({ username: "boss", password: admin.password })).user).toMatchObject({
      id: early.id,
      isSuperuser: true,
      mustChangePassword: true,
      epoch: 2
    })
    expect((await eventsOf(auth, { type: "setup.completed" })).at(-1)).toMatchObject({
      details: { by: "promotion" },
      subject: early.id
    })
  })

  test("SET-07 that was taken over is left alone at the next start", async () => {
    const { tables, early } = await registeredBefore({ username: "boss" })
    const { auth } = await start(tables, takeOver)
    await auth.passwords.change({ user: early.id, current: admin.password, next: newPassword })
    const hash = hashOf(tables, early.id)
    await start(tables, takeOver)
    expect([hashOf(tables, early.id), tables.users.get(early.id)?.user.epoch]).toEqual([hash, 3])
  })

  test("is made active again with it", async () => {
    const { tables, early } = await registeredBefore({ username: "boss" })
    const { auth } = await createTestAuth({ store: storeOver(tables), admin: null })
    await auth.users.change(early.id, { isActive: false })
    await start(tables, takeOver)
    expect(tables.users.get(early.id)?.user).toMatchObject({ isActive: true, isSuperuser: true })
  })

  test("SET-07 is not taken over without a password to give it", async () => {
    const { tables, early } = await madeBefore({ username: "boss" })
    const wanted = { username: "boss", promoteExisting: true }
    await expect(start(tables, wanted)).rejects.toMatchObject({ _tag: "SeedRefused", problem: "password-missing" })
    expect(tables.users.get(early.id)?.user.isSuperuser).toBe(false)
  })

  test("SET-07 is not taken over with the e-mail address of whoever registered it, who could get a link for a new password", async () => {
    const { tables, early } = await madeBefore({ username: "boss", email: "early@example.org" })
    const wanted = { username: "boss", password: admin.password, promoteExisting: true }
    await expect(start(tables, wanted)).rejects.toMatchObject({ _tag: "SeedRefused", problem: "email-of-another" })
    expect(tables.users.get(early.id)?.user.isSuperuser).toBe(false)
  })

  test("SET-07 REC-08 is taken over for good: no code that was mailed before opens anything afterwards", async () => {
    const box = mailbox()
    const tables = emptyTables()
    const { auth, clock } = await start(tables, undefined, {
      admin: null,
      mailer: box.mailer,
      setup: { announce: false }
    })
    const early = await auth.users.create({ username: "boss", email: "early@example.org", password: newPassword })
    await auth.users.change(early.id, { isVerified: true })
    await auth.users.changeSelf({ user: early }, { email: "later@example.org" })
    await clock.advance("1 second")
    await auth.recovery.changeEmail(box.newest("change-email").token ?? "")
    await clock.advance("1 second")
    const undo = box.newest("email-changed").token ?? ""
    const seeded = await start(tables, takeOver, { mailer: box.mailer })
    await expect(seeded.auth.recovery.undoEmailChange(undo)).rejects.toMatchObject({ _tag: "CodeInvalid" })
    expect(tables.users.get(early.id)?.user).toMatchObject({ isSuperuser: true, email: admin.email })
  })

  test("SET-07 is not taken over with a password that may not be chosen", async () => {
    const { tables, early } = await madeBefore({ username: "boss" })
    const wanted = { ...takeOver, password: "passwordpassword" }
    await expect(start(tables, wanted)).rejects.toMatchObject({ _tag: "PasswordRefused" })
    expect(tables.users.get(early.id)?.user.isSuperuser).toBe(false)
  })

  test("SET-07 is taken over by 16 processes as by one", async () => {
    const { tables, early } = await registeredBefore({ username: "boss" })
    await Promise.all(Array.from({ length: 16 }, () => start(tables, takeOver)))
    const { auth } = await start(tables, takeOver)
    expect((await auth.sessions.logIn({ username: "boss", password: admin.password })).user.id).toBe(early.id)
    expect([...tables.users.values()].filter(({ user }) => user.isSuperuser)).toHaveLength(2)
  })
})

describe("an administrator whom somebody changed on a page", () => {
  /** Data in which the configured administrator was made, and then another one who can administer. */
  const withTwo = async () => {
    const tables = emptyTables()
    const { auth } = await start(tables)
    const { user } = await auth.sessions.logIn(admin)
    await auth.users.create({ username: "chief", email: "chief@example.org", password: newPassword, isSuperuser: true })
    return { tables, auth, boss: user }
  }
  const nameOnly = { username: admin.username, email: admin.email }

  it.each<[string, AuthSettings["admin"], (made: Awaited<ReturnType<typeof withTwo>>) => Promise<unknown>, string]>([
    [
      "demoted",
      admin,
      ({ auth, boss }) => auth.users.change(boss.id, { isSuperuser: false }),
      "exists and is not a superuser"
    ],
    ["deactivated", admin, ({ auth, boss }) => auth.users.change(boss.id, { isActive: false }), "is inactive"],
    ["removed, without a password", nameOnly, ({ auth, boss }) => auth.users.remove(boss.id), "set `admin.password`"],
    [
      "renamed, without a password",
      nameOnly,
      ({ auth, boss }) => auth.users.change(boss.id, { username: "b", email: "b@example.org" }),
      "set `admin.password`"
    ],
    [
      "demoted, with promoteExisting and no password",
      { ...nameOnly, promoteExisting: true },
      ({ auth, boss }) => auth.users.change(boss.id, { isSuperuser: false }),
      "set `admin.password`"
    ],
    [
      "removed, with a password that may not be chosen any more",
      { ...admin, password: "passwordpassword" },
      ({ auth, boss }) => auth.users.remove(boss.id),
      "the configured administrator is not one"
    ]
  ])("SET-12 keeps no service down, and is left alone: %s", async (_, wanted, change, mend) => {
    const made = await withTwo()
    await change(made)
    const before = structuredClone(made.tables.users)
    const { logged } = await startLogged(made.tables, wanted)
    expect(logged).toContain(mend)
    expect(made.tables.users).toEqual(before)
  })

  test("SET-12 is made active again only when the options say so", async () => {
    const { tables, auth, boss } = await withTwo()
    await auth.users.change(boss.id, { isActive: false })
    await start(tables, { ...admin, promoteExisting: true })
    expect(tables.users.get(boss.id)?.user).toMatchObject({
      isActive: true,
      isSuperuser: true,
      mustChangePassword: true
    })
  })

  test("SET-12 an inactive superuser stops the start while nobody could administer", async () => {
    const { tables, early } = await madeBefore({ username: "boss" })
    const row = tables.users.get(early.id)
    if (row !== undefined)
      tables.users.set(early.id, { ...row, user: { ...early, isSuperuser: true, isActive: false } })
    await expect(start(tables)).rejects.toMatchObject({ _tag: "SeedRefused", problem: "exists-inactive" })
  })
})

describe("an administrator of a service for verified users alone", () => {
  const verifiedOnly: TestAuthOptions = { sessions: { requireVerified: true } }
  const nameless = { username: "boss", password: admin.password }
  const takeOver = { ...admin, promoteExisting: true }

  test("SES-26 needs an e-mail address, or the start is refused with the mend", async () => {
    const refused = start(emptyTables(), nameless, verifiedOnly)
    await expect(refused).rejects.toMatchObject({ _tag: "SeedRefused", problem: "email-missing" })
    await expect(refused).rejects.toThrow("set `admin.email`")
  })

  test("SES-26 with an address is verified, and can log in", async () => {
    const { auth } = await start(emptyTables(), admin, verifiedOnly)
    expect((await auth.sessions.logIn(admin)).user.isVerified).toBe(true)
  })

  test.each([{ username: "boss" }, { username: "boss", email: "early@example.org" }, { email: "boss@example.org" }])(
    "SES-26 SET-12 who takes over %j gets the configured address, verified, in the same step",
    async (user) => {
      const { tables, early } = await madeBefore(user)
      const { auth } = await start(tables, takeOver, verifiedOnly)
      const session = await auth.sessions.logIn({ email: admin.email, password: admin.password })
      expect(session.user).toMatchObject({ id: early.id, email: admin.email, isVerified: true, isSuperuser: true })
      const old = auth.sessions.logIn({ email: "early@example.org", password: admin.password })
      await expect(old).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    }
  )

  test("SET-12 whose address is another account's is not one: a refusal that says so", async () => {
    const { tables, early } = await madeBefore({ username: "boss" })
    const other = await createTestAuth({ store: storeOver(tables), admin: null })
    const eve = { username: "eve", email: admin.email, password: newPassword }
    await other.auth.users.create({ ...eve, isVerified: true })
    await expect(start(tables, takeOver)).rejects.toMatchObject({ _tag: "SeedRefused", problem: "email-taken" })
    expect(tables.users.get(early.id)?.user).toMatchObject({ isSuperuser: false, epoch: 1 })
  })

  test("SET-07 REC-13 gets an address that another account has and never proved", async () => {
    const { tables, early } = await madeBefore({ username: "boss" })
    const other = await createTestAuth({ store: storeOver(tables), admin: null })
    const eve = await other.auth.users.create({ username: "eve", email: admin.email, password: newPassword })
    await start(tables, takeOver)
    expect(tables.users.get(early.id)?.user).toMatchObject({ isSuperuser: true, email: admin.email, isVerified: true })
    expect(tables.users.get(eve.id)?.user).toMatchObject({ username: "eve", email: null })
  })

  test("SES-26 who exists without a verified address starts the service, with a warning that says the mend", async () => {
    const tables = emptyTables()
    await start(tables, nameless)
    const { logged } = await startLogged(tables, nameless, verifiedOnly)
    expect(logged).toContain("call users.change with the address and isVerified: true")
  })
})
