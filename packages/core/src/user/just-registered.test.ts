import { expect, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { ada, eventsOf, newPassword } from "../../test/people.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"

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
