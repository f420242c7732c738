import { expect, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { ada, eventsOf, from, newPassword } from "../../test/people.ts"
import { storeOver } from "../../test/store-around.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"

test("REG-11 a registration is recognised when it comes again: by its names and its password, within ten minutes", async () => {
  const { auth, clock } = await createTestAuth()
  const user = await auth.users.register(ada)
  expect(await auth.users.findJustRegistered(ada)).toEqual(user)
  expect(await auth.users.findJustRegistered({ ...ada, username: "ADA" })).toEqual(user)
  await clock.advance("9 minutes")
  expect(await auth.users.findJustRegistered(ada)).toEqual(user)
  await clock.advance("1 minute")
  expect(await auth.users.findJustRegistered(ada)).toBeNull()
})

test("REG-11 another password, or names of two users, are another registration", async () => {
  const { auth } = await createTestAuth()
  const user = await auth.users.register(ada)
  const bob = { username: "bob", email: "bob@example.org", password: ada.password }
  await auth.users.register(bob)
  expect(await auth.users.findJustRegistered({ ...ada, password: newPassword })).toBeNull()
  expect(await eventsOf(auth, { type: "login.refused" })).toMatchObject([
    { subject: user.id, details: { method: "form", reason: "wrong-password" } }
  ])
  expect(await auth.users.findJustRegistered({ ...ada, email: bob.email })).toBeNull()
  expect(await auth.users.findJustRegistered({ ...ada, email: "nobody@example.org" })).toBeNull()
  expect(await auth.users.findJustRegistered({ password: ada.password })).toBeNull()
})

test("REG-11 an older account, whose name somebody else wants, costs no hash and no attempt", async () => {
  const { work, layer } = countingHasher()
  const { auth, clock } = await createTestAuth({ hasher: layer })
  await auth.users.register(ada)
  await clock.advance("10 minutes")
  const before = { ...work }
  expect(await auth.users.findJustRegistered({ ...ada, password: newPassword })).toBeNull()
  expect(work).toEqual(before)
  expect(await eventsOf(auth, { type: "login.refused" })).toEqual([])
})

test("REG-11 repeating with wrong passwords is limited like log-ins", async () => {
  const { auth } = await createTestAuth()
  await auth.users.register(ada)
  const attempt = () => auth.users.findJustRegistered({ ...ada, password: newPassword }).catch((error) => error._tag)
  const answers = await Array.from({ length: 30 }).reduce<Promise<ReadonlyArray<unknown>>>(
    async (before) => [...(await before), await attempt()],
    Promise.resolve([])
  )
  expect(answers.at(-1)).toBe("TooManyAttempts")
})

test("REG-11 RAT-06 wrong passwords count with the log-ins by the same name", async () => {
  const { auth } = await createTestAuth({ throttle: { perAccountAndNetwork: 2 } })
  await auth.users.register(ada)
  const client = from("192.0.2.1")
  const guess = { ...ada, password: newPassword }
  expect(await auth.users.findJustRegistered(guess, { client })).toBeNull()
  await expect(auth.sessions.logIn(guess, { client })).rejects.toMatchObject({ _tag: "InvalidCredentials" })
  await expect(auth.users.findJustRegistered(ada, { client })).rejects.toMatchObject({ _tag: "TooManyAttempts" })
})

test("REG-11 a machine whose clock is behind recognises what another machine has registered", async () => {
  const tables = emptyTables()
  const [ahead, behind] = [
    await createTestAuth({ store: storeOver(tables) }),
    await createTestAuth({ store: storeOver(tables) })
  ]
  await ahead.clock.advance("2 seconds")
  const user = await ahead.auth.users.register(ada)
  expect(await behind.auth.users.findJustRegistered(ada)).toEqual(user)
})

test("REG-11 the user of a first setup is recognised, and nobody who is inactive or has another password by now", async () => {
  const { auth } = await createTestAuth({ admin: null, setup: { unsafeOpen: true } })
  const admin = await auth.setup.createFirstAdmin(ada)
  expect(await auth.users.findJustRegistered(ada)).toEqual(admin)
  await auth.passwords.change({ user: admin.id, current: ada.password, next: newPassword })
  expect(await auth.users.findJustRegistered(ada)).toBeNull()
  const bob = await auth.users.register({ username: "bob", password: ada.password })
  await auth.users.change(bob.id, { isActive: false })
  expect(await auth.users.findJustRegistered({ username: "bob", password: ada.password })).toBeNull()
})
