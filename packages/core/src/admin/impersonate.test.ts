import { describe, expect, test } from "vitest"
import { ada, eventsOf, newPassword } from "../../test/people.ts"
import { storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import type { Identity, SessionIdentity } from "../identity/identity.ts"
import { permits, person } from "../identity/policies.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import type { SessionKind } from "../session/session.ts"
import { createTestAuth, type TestAuthOptions, testAdmin } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"
import { emptyTables } from "../testing/memory-tables.ts"

const identify = (auth: Auth, secret: SecretText, kind: SessionKind = "bearer"): Promise<Identity | null> =>
  auth
    .identify(
      kind === "bearer"
        ? { authorization: `Bearer ${reveal(secret)}`, sessionCookie: null }
        : { authorization: null, sessionCookie: reveal(secret) }
    )
    .catch((error) => {
      if (error._tag === "CredentialInvalid") return null
      throw error
    })

const bySession = (identity: Identity | null): SessionIdentity => {
  if (identity === null || !("session" in identity)) throw new Error("no session")
  return identity
}

const logIn = async (auth: Auth, who: { readonly username: string; readonly password: string } = testAdmin) =>
  bySession(await identify(auth, (await auth.sessions.logIn(who)).secret))

/** An administrator who has just logged in, and a user. */
const scene = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const made = await createTestAuth({ store: storeOver(tables), ...options })
  const user = await made.auth.users.create({ ...ada, isVerified: true })
  return { ...made, tables, user, root: await logIn(made.auth) }
}

type Scene = Awaited<ReturnType<typeof scene>>

const rootKey = ({ root }: Scene) => ({ owner: root.user.id, id: root.session.id })

describe("the log-in that an impersonation began with", () => {
  test.each<[string, (scene: Scene) => Promise<unknown>]>([
    ["is logged out", ({ auth, ...made }) => auth.sessions.close(rootKey({ auth, ...made }))],
    ["is ended from another one", async ({ auth }) => auth.sessions.closeOthers((await logIn(auth)).session)],
    ["ends by the clock", ({ clock }) => clock.advance("6 minutes")],
    ["gets a new secret", ({ auth, root }) => auth.sessions.renew(root.session, root.user)]
  ])("IMP-09 ends it when it %s", async (_, end) => {
    const made = await scene({ sessions: { idle: "6 minutes" } })
    const { secret } = await made.auth.admin.impersonate(made.root, made.user.id)
    expect(await identify(made.auth, secret)).not.toBeNull()
    await end(made)
    expect(await identify(made.auth, secret)).toBeNull()
  })

  test("IMP-09 leaves it alone when another log-in of the administrator ends", async () => {
    const { auth, root, user } = await scene()
    const other = await logIn(auth)
    const { secret } = await auth.admin.impersonate(root, user.id)
    await auth.sessions.close({ owner: root.user.id, id: other.session.id })
    expect(await identify(auth, secret)).not.toBeNull()
  })
})

describe("what the options forbid", () => {
  test("IMP-10 ends at the next start, although it began before", async () => {
    const tables = emptyTables()
    const before = await createTestAuth({ store: storeOver(tables), impersonation: { ofSuperusers: true } })
    const user = await before.auth.users.create(ada)
    const chief = await before.auth.users.create({ username: "chief", password: newPassword, isSuperuser: true })
    const root = await logIn(before.auth)
    const ofUser = await before.auth.admin.impersonate(root, user.id)
    const ofChief = await before.auth.admin.impersonate(root, chief.id)
    const start = (impersonation: TestAuthOptions["impersonation"]) =>
      createTestAuth({ store: storeOver(tables), ...(impersonation ? { impersonation } : {}) })
    const off = await start({ enabled: false, ofSuperusers: true })
    for (const { secret } of [ofUser, ofChief]) expect(await identify(off.auth, secret)).toBeNull()
    const usual = await start(undefined)
    expect(await identify(usual.auth, ofUser.secret)).not.toBeNull()
    expect(await identify(usual.auth, ofChief.secret)).toBeNull()
  })
})

describe("the user's own sessions", () => {
  test("IMP-07 none has to go for administrators who act as them, however many do", async () => {
    const { auth, clock, root, user } = await scene({ sessions: { perUser: 2 } })
    const own = [await auth.sessions.logIn(ada), await auth.sessions.logIn(ada)]
    for (let n = 0; n < 12; n++) {
      await clock.advance("1 second")
      await auth.admin.impersonate(root, user.id)
    }
    for (const { secret } of own) expect(await auth.sessions.resume(secret)).not.toBeNull()
  })

  test("IMP-07 an impersonation takes no place from the user's next log-in", async () => {
    const { auth, clock, root, user } = await scene({ sessions: { perUser: 2 } })
    const first = await auth.sessions.logIn(ada)
    await clock.advance("1 second")
    const { secret } = await auth.admin.impersonate(root, user.id)
    await auth.sessions.logIn(ada)
    expect(await auth.sessions.resume(first.secret)).not.toBeNull()
    expect(await identify(auth, secret)).not.toBeNull()
  })

  test("IMP-11 administrators act as one user in twenty sessions at once; one more ends the oldest, and the trail tells which", async () => {
    const { auth, clock, root, user } = await scene()
    const begun = []
    for (let n = 0; n < 21; n++) {
      await clock.advance("1 second")
      begun.push(await auth.admin.impersonate(root, user.id))
    }
    const [oldest, ...others] = begun
    if (oldest === undefined) throw new Error("none")
    expect(await identify(auth, oldest.secret)).toBeNull()
    for (const { secret } of others) expect(await identify(auth, secret)).not.toBeNull()
    expect(await eventsOf(auth, { type: "session.closed" })).toMatchObject([
      { subject: user.id, credential: `session:${oldest.session.id}`, details: { by: "limit", count: 1 } }
    ])
  })

  test("IMP-04 an administrator in the user's place ends none of them", async () => {
    const { auth, root, user } = await scene()
    const own = await auth.sessions.logIn(ada)
    const { session } = await auth.admin.impersonate(root, user.id)
    await expect(auth.sessions.closeOthers(session)).rejects.toMatchObject({ _tag: "SessionEnded" })
    expect(await auth.sessions.resume(own.secret)).not.toBeNull()
  })
})

/** Every verb that asks who acts, or with which session. */
const verbs: Readonly<Record<string, (scene: Scene, acting: SessionIdentity) => Promise<unknown>>> = {
  "users.changeSelf, the name": ({ auth }, acting) => auth.users.changeSelf(acting, { username: "eve" }),
  "users.changeSelf, the address": ({ auth }, acting) => auth.users.changeSelf(acting, { email: "eve@example.org" }),
  "users.changeSelf, the password": ({ auth }, acting) => auth.users.changeSelf(acting, { password: newPassword }),
  "users.removeSelf": ({ auth }, acting) => auth.users.removeSelf(acting),
  "passwords.set": async ({ auth }, acting) => {
    if ((await auth.passwords.set({ ...acting, next: newPassword })) === null) throw new Error("refused")
  },
  "tokens.issue": ({ auth }, acting) => auth.tokens.issue(acting, { name: "robot" }),
  "tokens.rotate": async ({ auth, user }, acting) => {
    const [token] = await auth.tokens.list(user.id)
    if (token !== undefined) await auth.tokens.rotate(acting, token.id)
  },
  "cliLogins.lookUp": async ({ auth }, acting) => {
    const { code } = await auth.cliLogins.begin({ program: "acme" })
    await auth.cliLogins.lookUp(acting, code)
  },
  "cliLogins.approve": async ({ auth, user }, acting) => {
    const [login] = await auth.cliLogins.list(user.id)
    if (login !== undefined) await auth.cliLogins.approve(acting, login.id)
  },
  "cliLogins.deny": async ({ auth, user }, acting) => {
    const [login] = await auth.cliLogins.list(user.id)
    if (login !== undefined) await auth.cliLogins.deny(acting, login.id)
  },
  "sessions.confirm": ({ auth }, { session }) => auth.sessions.confirm(session, ada.password),
  "sessions.renew": ({ auth, user }, { session }) => auth.sessions.renew(session, user),
  "sessions.closeOthers": ({ auth }, { session }) => auth.sessions.closeOthers(session)
}

describe.each(Object.entries(verbs))("%s", (_, verb) => {
  test.each<SessionKind>(["bearer", "browser"])(
    "IMP-04 does nothing for an administrator in the user's place (%s)",
    async (kind) => {
      const made = await scene({ profile: { mayDelete: true }, mailer: mailbox().mailer })
      const { auth, root, tables, user } = made
      const own = await logIn(auth, ada)
      await auth.tokens.issue(own, { name: "runner" })
      const { code } = await auth.cliLogins.begin({ program: "harbour" })
      await auth.cliLogins.lookUp({ user }, code)
      const { secret } = await auth.admin.impersonate(root, user.id, { kind })
      const acting = bySession(await identify(auth, secret, kind))
      const kept = () =>
        structuredClone([
          [...tables.users.values()].map((row) => ({ ...row, revocations: 0 })),
          [...tables.sessions],
          [...tables.tokens],
          [...tables.codes]
        ])
      const before = kept()
      await expect(verb(made, acting)).rejects.toThrow()
      expect(kept()).toEqual(before)
    }
  )
})

describe("who acts", () => {
  test.each<SessionKind>(["bearer", "browser"])(
    "IMP-04 an administrator in a user's place is no `person` (%s)",
    async (kind) => {
      const { auth, root, user } = await scene()
      const { secret } = await auth.admin.impersonate(root, user.id, { kind })
      const identity = await identify(auth, secret, kind)
      expect(permits(person, identity, 0)).toBe(false)
      expect(person.judge(identity, 0)).toEqual({ code: "impersonation-forbidden" })
    }
  )

  test("IMP-05 an address that must be verified again takes the right to act from the administrator", async () => {
    const { auth, root, user } = await scene({
      sessions: { requireVerified: true },
      admin: { ...testAdmin, email: "root@example.org" }
    })
    const { secret } = await auth.admin.impersonate(root, user.id)
    expect(await identify(auth, secret)).not.toBeNull()
    await auth.users.change(root.user.id, { email: "other@example.org" })
    expect(await identify(auth, secret)).toBeNull()
  })

  test("SES-17 the secret of an impersonation works in the transport that it was made for alone", async () => {
    const { auth, root, user } = await scene()
    const bearer = await auth.admin.impersonate(root, user.id)
    const browser = await auth.admin.impersonate(root, user.id, { kind: "browser" })
    expect(await identify(auth, bearer.secret, "browser")).toBeNull()
    expect(await identify(auth, browser.secret, "bearer")).toBeNull()
  })

  test("PRI-01 from where the administrator acts is in the trail, and not among what the user sees", async () => {
    const { auth, root, user } = await scene()
    const client = { ip: "192.0.2.7", userAgent: "Firefox" }
    const { session } = await auth.admin.impersonate(root, user.id, { client })
    expect([session.ip, session.userAgent]).toEqual([null, null])
    expect(await eventsOf(auth, { type: "impersonation.begun" })).toMatchObject([client])
  })
})
