import { describe, expect, test } from "vitest"
import { ada, newPassword } from "../../test/people.ts"
import { reveal } from "../secret/secret-text.ts"
import { createTestAuth, type TestAuthOptions, testAdmin } from "../testing/create-test-auth.ts"

const client = { ip: "192.0.2.7", userAgent: "Firefox" }
const elsewhere = { ip: "198.51.100.9", userAgent: "curl" }

const open = async (options: TestAuthOptions = {}) => {
  const made = await createTestAuth(options)
  const user = await made.auth.users.register(ada, { client })
  return { ...made, user, root: (await made.auth.users.list({ query: "root" })).items[0]?.id ?? user.id }
}

describe("what is kept of a person", () => {
  test("PRI-01 has the user, sessions, tokens and programs, and no hash and no secret", async () => {
    const { auth, user } = await open()
    const { session, secret } = await auth.sessions.logIn(ada, { client })
    const issued = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    const begun = await auth.cliLogins.begin({ program: "acme", client })
    await auth.cliLogins.lookUp({ user }, begun.code, client)
    const account = await auth.personalData.account(user.id)
    expect(account).toMatchObject({
      user: { id: user.id, username: ada.username },
      hasPassword: true,
      sessions: [{ id: session.id }],
      tokens: [{ id: issued.token.id }],
      cliLogins: [{ program: "acme" }]
    })
    const text = JSON.stringify(account)
    for (const hidden of [ada.password, reveal(secret), reveal(issued.secret), "passwordHash", "secretHash"]) {
      expect(text).not.toContain(hidden)
    }
  })

  test("PRI-01 has all of it, however much there is, and also what has ended and waits to be swept", async () => {
    const { auth, clock, user } = await open({ sessions: { idle: "5 minutes" } })
    for (let n = 0; n < 40; n++) await auth.sessions.open(user)
    await clock.advance("6 minutes")
    expect(await auth.sessions.list(user.id)).toEqual([])
    const account = await auth.personalData.account(user.id)
    expect(new Set(account?.sessions.map(({ id }) => id)).size).toBe(40)
  })

  test("PRI-01 IMP-07 says that an administrator acts as the user and why, and does not name them", async () => {
    const { auth, user, root } = await open()
    const { secret } = await auth.sessions.logIn(testAdmin)
    const admin = await auth.identify({ authorization: `Bearer ${reveal(secret)}`, sessionCookie: null })
    if (admin === null || !("session" in admin)) throw new Error("nobody")
    await auth.admin.impersonate(admin, user.id, { reason: "Ticket 7", client: elsewhere })
    const account = await auth.personalData.account(user.id)
    expect(account?.sessions.map(({ impersonation }) => impersonation)).toEqual([{ reason: "Ticket 7" }])
    for (const hidden of [root, admin.session.id, elsewhere.ip]) expect(JSON.stringify(account)).not.toContain(hidden)
  })

  test("is null of nobody", async () => {
    const { auth, user } = await open()
    await auth.users.remove(user.id)
    expect(await auth.personalData.account(user.id)).toBeNull()
    expect((await auth.personalData.events(user.id)).events.map(({ type }) => type)).toEqual([
      "user.removed",
      "user.registered"
    ])
  })
})

describe("the events of a person", () => {
  test("PRI-01 say what others did to them, without who, from where and with what", async () => {
    const { auth, user, root } = await open()
    await auth.users.change(user.id, { isVerified: false, username: "ada.l" }, { actor: root, client: elsewhere })
    const [changed] = (await auth.personalData.events(user.id)).events
    expect(changed).toMatchObject({ type: "user.changed", actor: "other", subject: "self", ip: null, userAgent: null })
    const [done] = (await auth.personalData.events(root)).events
    expect(done).toMatchObject({ type: "user.changed", actor: "self", subject: "other", ip: elsewhere.ip })
    expect(JSON.stringify([changed, done])).not.toMatch(new RegExp(`${user.id}|${root}`))
  })

  // A name typed wrong is enough to try somebody else's account: the address is then a stranger's.
  test("PRI-01 tell that an unknown hand tried to log in as them, and not from where", async () => {
    const { auth, user } = await open()
    await auth.sessions.logIn({ ...ada, password: newPassword }, { client: elsewhere }).catch(() => null)
    const [refused] = (await auth.personalData.events(user.id)).events
    expect(refused).toMatchObject({
      type: "login.refused",
      actor: null,
      subject: "self",
      credential: null,
      actedWith: null,
      ip: null,
      userAgent: null,
      request: null
    })
  })

  test("PRI-01 tell from where they logged in themselves", async () => {
    const { auth, user } = await open()
    await auth.sessions.logIn(ada, { client: elsewhere })
    const [done] = (await auth.personalData.events(user.id)).events
    expect(done).toMatchObject({ type: "login.succeeded", actor: "self", subject: "self", ip: elsewhere.ip })
  })

  test("PRI-01 come in parts of a thousand, and all of them are reached once", async () => {
    const { auth, user } = await open()
    for (let n = 0; n < 2_100; n++) await auth.audit.append("session.confirmed", { details: {}, actor: user.id })
    const sizes: Array<number> = []
    let before: number | null = null
    do {
      const part = await auth.personalData.events(user.id, before === null ? {} : { before })
      sizes.push(part.events.length)
      before = part.next
    } while (before !== null)
    expect(sizes).toEqual([1_000, 1_000, 101])
  })

  test("are of that person alone", async () => {
    const { auth, user } = await open()
    await auth.users.register({ username: "grace", password: newPassword }, { client: elsewhere })
    expect((await auth.personalData.events(user.id)).events.map(({ type }) => type)).toEqual(["user.registered"])
  })
})
