import { expect, test } from "vitest"
import type { Auth } from "../src/auth/create-auth.ts"
import { reveal } from "../src/secret/secret-text.ts"
import { createTestAuth } from "../src/testing/create-test-auth.ts"
import { ada, from, newPassword } from "./people.ts"

/** A text as a keyboard that completes words types it. */
const typed = (text: string): string => `\u3000${text} `

const basic = (user: string, password: string) => ({
  authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`,
  sessionCookie: null,
  client: from("192.0.2.1")
})

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: { readonly _tag: string }) => error._tag
  )

const namesOf = async (auth: Auth) => (await auth.users.list()).items.map(({ username, email }) => [username, email])

test("INP-09 however a user comes to be, their names are kept without the blanks around them", async () => {
  const names = { username: typed("Grace"), email: typed("Grace@example.org") }
  const kept = [["Grace", "Grace@example.org"]]
  const password = newPassword
  const none = { admin: null, setup: { unsafeOpen: true } } as const

  const registered = await createTestAuth({ ...none, unsafeDevMode: true })
  await registered.auth.users.register({ ...names, password })
  const created = await createTestAuth(none)
  await created.auth.users.create({ ...names, password })
  const first = await createTestAuth(none)
  await first.auth.setup.createFirstAdmin({ ...names, password })
  const seeded = await createTestAuth({ admin: { ...names, password } })
  const changed = await createTestAuth(none)
  const user = await changed.auth.users.create({ username: "eve", password })
  await changed.auth.users.change(user.id, names)

  const all = [registered.auth, created.auth, first.auth, seeded.auth, changed.auth]
  for (const auth of all) expect(await namesOf(auth)).toEqual(kept)
  for (const auth of all) {
    for (const name of [typed("grace"), typed("GRACE@example.org")]) {
      expect((await auth.sessions.logIn({ username: name, password })).user.username).toBe("Grace")
    }
  }
})

test("INP-09 a log-in with blanks around the name is a guess at the same account, and none in its password is cut", async () => {
  for (const known of [ada.username, "nobody"]) {
    const { auth } = await createTestAuth({ throttle: { perAccount: 3, perAccountAndNetwork: 3 } })
    await auth.users.register(ada)
    const guess = (username: string, password: string) => failure(auth.sessions.logIn({ username, password }))
    const guesses = [known, typed(known), `${known}\u00a0`, ` ${known}`]
    const outcomes = []
    for (const name of guesses) outcomes.push(await guess(name, typed(ada.password)))
    expect(outcomes, known).toEqual([...Array(3).fill("InvalidCredentials"), "TooManyAttempts"])
  }
})

test("INP-09 in mode `basic` and beside a token, a name with blanks around it is the user's", async () => {
  const { auth } = await createTestAuth({ mode: "basic", tokens: { enabled: true } })
  const user = await auth.users.register(ada)
  const { secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "Laptop" })
  for (const name of [typed("ada"), typed("ADA@example.org")]) {
    expect(await auth.identify(basic(name, ada.password))).toMatchObject({ via: "basic", user: { id: user.id } })
    expect(await auth.identify(basic(name, reveal(secret)))).toMatchObject({ via: "token", user: { id: user.id } })
    expect(await failure(auth.identify(basic(name, ` ${ada.password}`)))).toBe("CredentialInvalid")
  }
})

test("INP-09 a password made of one's own name is refused, blanks around the name or not", async () => {
  const { auth } = await createTestAuth()
  const names = { username: typed("lovelace-of-london"), password: "lovelace-of-london 1843" }
  expect(await failure(auth.users.register(names))).toBe("PasswordRefused")
  expect(await failure(auth.users.create(names))).toBe("PasswordRefused")
})
