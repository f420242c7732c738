import { describe, expect, it, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { ada, eventsOf, from, newPassword } from "../../test/people.ts"
import { storeOver } from "../../test/store-around.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import type { Registration } from "./user-service.ts"

const withAda = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const { work, layer: hasher } = countingHasher()
  const made = await createTestAuth({ store: storeOver(tables), hasher, ...options })
  const user = await made.auth.users.register(ada)
  Object.assign(work, { hashes: 0, verifies: 0 })
  return { ...made, tables, user, work }
}

/** What the form of a page does: who was registered, by this time or one before. */
const registered = ({ auth }: Pick<Awaited<ReturnType<typeof withAda>>, "auth">, wanted: Registration) =>
  auth.users.register(wanted).catch(() => auth.users.findRegistered(wanted))

describe("a registration that is sent again", () => {
  test("comes to the same user, however often it is sent, also at one moment", async () => {
    const { auth } = await createTestAuth()
    const users = await Promise.all(Array.from({ length: 5 }, () => registered({ auth }, ada)))
    expect(new Set(users.map((user) => user?.id)).size).toBe(1)
    expect(await eventsOf(auth, { type: "user.registered" })).toHaveLength(1)
  })

  it.each<[string, Partial<Registration>]>([
    ["as it was", {}],
    ["in another spelling", { username: "ADA", email: "Ada@EXAMPLE.org" }],
    ["without the address", { email: null }],
    ["without the username", { username: null }]
  ])("finds its user %s", async (_, change) => {
    const { auth, user } = await withAda()
    expect(await auth.users.findRegistered({ ...ada, ...change })).toEqual(user)
  })

  it.each<[string, Partial<Registration>]>([
    ["another password", { password: newPassword }],
    ["a password that nobody can have", { password: "\ud800" }],
    ["another address", { email: "bo@example.org" }],
    ["another username", { username: "bo" }],
    ["the username of somebody else", { username: "bob" }],
    ["a username that nobody can have", { username: "a b" }],
    ["no name", { username: null, email: null }]
  ])("finds nobody with %s", async (_, change) => {
    const { auth } = await withAda()
    await auth.users.register({ username: "bob", password: newPassword })
    expect(await auth.users.findRegistered({ ...ada, ...change })).toBeNull()
  })

  test("finds its user for ten minutes, and afterwards nobody, without looking at the password", async () => {
    const { auth, clock, user, work } = await withAda()
    await clock.advance("10 minutes")
    expect(await auth.users.findRegistered(ada)).toEqual(user)
    await clock.advance(1)
    expect(await auth.users.findRegistered(ada)).toBeNull()
    expect(work.verifies).toBe(1)
  })

  test("finds nobody who is inactive, or has another password by now", async () => {
    const { auth, user } = await withAda()
    await auth.passwords.change({ user: user.id, current: ada.password, next: newPassword })
    expect(await auth.users.findRegistered(ada)).toBeNull()
    await auth.users.change(user.id, { isActive: false })
    expect(await auth.users.findRegistered({ ...ada, password: newPassword })).toBeNull()
  })

  test("finds the first administrator after setup", async () => {
    const { auth } = await createTestAuth({ admin: null, setup: { unsafeOpen: true } })
    const admin = await auth.setup.createFirstAdmin(ada)
    await expect(auth.setup.createFirstAdmin(ada)).rejects.toMatchObject({ _tag: "SetupAlreadyDone" })
    expect(await auth.users.findRegistered(ada)).toEqual(admin)
  })

  test("RAT-06 is no way around the limits: a guess is counted with those of the log-in, and in the trail as one", async () => {
    const { auth, user } = await withAda({ throttle: { perAccountAndNetwork: 4 } })
    const client = from("192.0.2.1")
    const guess = { ...ada, password: "some other guess" }
    for (let n = 0; n < 2; n++) {
      expect(await auth.users.findRegistered(guess, { client, method: "form" })).toBeNull()
      await expect(auth.sessions.logIn(guess, { client })).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    }
    await expect(auth.users.findRegistered(ada, { client })).rejects.toMatchObject({ _tag: "TooManyAttempts" })
    await expect(auth.sessions.logIn(ada, { client })).rejects.toMatchObject({ _tag: "TooManyAttempts" })
    const refused = await eventsOf(auth, { type: "login.refused" })
    expect(refused.filter(({ details }) => "method" in details && details.method === "form")).toMatchObject([
      { subject: user.id, details: { reason: "wrong-password" }, ip: "192.0.2.1" },
      { subject: user.id, details: { reason: "wrong-password" }, ip: "192.0.2.1" }
    ])
  })
})
