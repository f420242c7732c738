import { describe, expect, test } from "vitest"
import { ada, eventsOf, newPassword } from "../../test/people.ts"
import { outage, storeAround, storeOver } from "../../test/store-around.ts"
import { auditNameOf } from "../audit/trace.ts"
import type { Auth } from "../auth/create-auth.ts"
import { type Identity, isImpersonated } from "../identity/identity.ts"
import { admin, inPerson, permits, recently, role, signedIn } from "../identity/policies.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { createTestAuth, type TestAuthOptions, testAdmin } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"
import { emptyTables } from "../testing/memory-tables.ts"

const identify = (auth: Auth, secret: SecretText): Promise<Identity | null> =>
  auth.identify({ authorization: `Bearer ${reveal(secret)}`, sessionCookie: null }).catch((error) => {
    if (error._tag === "CredentialInvalid") return null
    throw error
  })

const logIn = async (auth: Auth, who: { readonly username: string; readonly password: string }): Promise<Identity> => {
  const identity = await identify(auth, (await auth.sessions.logIn(who)).secret)
  if (identity === null) throw new Error("nobody")
  return identity
}

/** An administrator who has just logged in, and a user. */
const scene = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const mails = mailbox()
  const admin = { ...testAdmin, maySetPassword: true }
  const made = await createTestAuth({ store: storeOver(tables), mailer: mails.mailer, admin, ...options })
  const { auth } = made
  const user = await auth.users.create({ ...ada, isVerified: true })
  return { ...made, tables, mails, user, root: await logIn(auth, testAdmin) }
}

const refusal = (code: string) => ({ _tag: "AdminRefused", code })

type Scene = Awaited<ReturnType<typeof scene>>
type Verb = (scene: Scene, actor: Identity) => Promise<unknown>

const other = "nine slow otters by the weir"

/** What administrators do, and whether it needs a recent log-in. A new verb does not compile until it is here. */
const verbs: { readonly [Name in keyof Auth["admin"]]: { readonly does: Verb; readonly isSensitive: boolean } } = {
  createUser: { does: ({ auth }, actor) => auth.admin.createUser(actor, { username: "bob" }), isSensitive: true },
  editUser: {
    does: ({ auth, user }, actor) => auth.admin.editUser(actor, user, { username: "grace" }),
    isSensitive: false
  },
  removeUser: { does: ({ auth, user }, actor) => auth.admin.removeUser(actor, user.id), isSensitive: true },
  endCredentials: { does: ({ auth, user }, actor) => auth.admin.endCredentials(actor, user.id), isSensitive: false },
  closeSession: {
    does: async ({ auth, user }, actor) => {
      const { session } = await auth.sessions.open(user)
      return auth.admin.closeSession(actor, { owner: user.id, id: session.id })
    },
    isSensitive: false
  },
  revokeToken: {
    does: async ({ auth, user }, actor) => {
      const { token } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
      return auth.admin.revokeToken(actor, { owner: user.id, id: token.id })
    },
    isSensitive: false
  },
  sendPasswordLink: {
    does: ({ auth, user }, actor) => auth.admin.sendPasswordLink(actor, user.id),
    isSensitive: false
  },
  setPassword: { does: ({ auth, user }, actor) => auth.admin.setPassword(actor, user.id, other), isSensitive: true },
  impersonate: { does: ({ auth, user }, actor) => auth.admin.impersonate(actor, user.id), isSensitive: true }
}

describe.each(Object.entries(verbs))("%s", (verb, { does, isSensitive }) => {
  test("ADM-01 is for administrators, and is in the trail under their name", async () => {
    const made = await scene()
    await does(made, made.root)
    const [last] = await made.auth.audit.list({ limit: 1 })
    expect(last?.event.actor).toBe(made.root.user.id)
  })

  test("AUD-13 names in the trail what the administrator acted with", async () => {
    const made = await scene()
    const before = await made.auth.audit.list()
    await does(made, made.root)
    const after = await made.auth.audit.list()
    const ofAdmin = after.slice(0, after.length - before.length).filter(({ event }) => event.actor !== made.user.id)
    expect(ofAdmin.length).toBeGreaterThan(0)
    expect(ofAdmin.map(({ event }) => event.actedWith)).toEqual(ofAdmin.map(() => auditNameOf(made.root)))
  })

  test("ADM-01 is for no ordinary user, and then does nothing", async () => {
    const made = await scene()
    const actor = await logIn(made.auth, ada)
    const before = await made.auth.users.list()
    await expect(does(made, actor)).rejects.toMatchObject(refusal("admin-required"))
    expect(await made.auth.users.list()).toEqual(before)
  })

  test("AUD-01 a refusal is in the trail, with what was asked and about whom", async () => {
    const made = await scene()
    const actor = await logIn(made.auth, ada)
    await does(made, actor).catch(() => {})
    await made.clock.advance("1 minute") // refusals are counted first
    const [denied] = await eventsOf(made.auth, { type: "access.denied" })
    expect(denied).toMatchObject({
      actor: made.user.id,
      credential: auditNameOf(actor),
      details: { path: `admin.${verb}` }
    })
  })

  test("ADM-16 is for nobody who was demoted, deactivated or logged out since the request began", async () => {
    for (const end of [
      ({ auth, root }: Scene) => auth.users.change(root.user.id, { isSuperuser: false }),
      ({ auth, root }: Scene) => auth.users.change(root.user.id, { isActive: false }),
      ({ auth, root }: Scene) => auth.users.endCredentials(root.user.id),
      ({ auth, root }: Scene) =>
        auth.sessions.close({ owner: root.user.id, id: "session" in root ? root.session.id : ("" as never) })
    ]) {
      const made = await scene()
      await made.auth.users.create({ username: "other", password: newPassword, isSuperuser: true })
      await end(made)
      await expect(does(made, made.root)).rejects.toMatchObject({ _tag: "CredentialEnded" })
    }
  })

  test(`ADM-05 ${isSensitive ? "needs" : "does not need"} a recent log-in`, async () => {
    const made = await scene()
    await made.clock.advance("11 minutes")
    const outcome = does(made, made.root)
    if (isSensitive) await expect(outcome).rejects.toMatchObject(refusal("reauthentication-required"))
    else await outcome
  })

  test("IMP-01 IMP-04 is for no administrator in the place of another", async () => {
    const made = await scene({ impersonation: { ofSuperusers: true } })
    const { auth, root } = made
    const other = await auth.users.create({ username: "other", password: newPassword, isSuperuser: true })
    const { secret } = await auth.admin.impersonate(root, other.id)
    const nested = await identify(auth, secret)
    if (nested === null) throw new Error("nobody")
    await expect(does(made, nested)).rejects.toMatchObject(refusal("impersonation-forbidden"))
  })
})

describe("editing", () => {
  test.each([
    ["another address", { email: "else@example.org" }],
    ["a role", { roles: ["editor"] }],
    ["the making of a superuser", { isSuperuser: true }],
    ["the word that an address is proved", { isVerified: true }]
  ])("ADM-05 ADM-17 %s needs a recent log-in", async (_, change) => {
    const made = await scene({ roles: { editor: "Edits notes" } })
    const bob = await made.auth.users.create({ username: "bob", email: "bob@example.org" })
    await made.clock.advance("11 minutes")
    await expect(made.auth.admin.editUser(made.root, bob, change)).rejects.toMatchObject(
      refusal("reauthentication-required")
    )
    expect(await made.auth.users.find(bob.id)).toEqual(bob)
  })

  test("ADM-05 an active user is made again only by a recent log-in, and made inactive by any", async () => {
    const { auth, root, user, clock } = await scene()
    await clock.advance("11 minutes")
    const inactive = await auth.admin.editUser(root, user, { isActive: false })
    await expect(auth.admin.editUser(root, inactive, { isActive: true })).rejects.toMatchObject(
      refusal("reauthentication-required")
    )
  })

  test("ADM-15 of two administrators who edit one user over one state the second is told", async () => {
    const { auth, root, user } = await scene()
    await auth.admin.editUser(root, user, { username: "grace" })
    await expect(auth.admin.editUser(root, user, { isActive: false })).rejects.toMatchObject({ _tag: "EditConflict" })
    expect(await auth.users.find(user.id)).toMatchObject({ username: "grace", isActive: true })
  })

  test("ADM-19 another address ends the links in the user's mailboxes, and a refused edit ends none", async () => {
    const { auth, clock, mails, root, user } = await scene()
    await auth.users.create({ username: "bob", email: "bob@example.org", password: newPassword })
    await auth.recovery.forgot("ada@example.org")
    await clock.advance("2 seconds")
    const token = mails.newest("reset").token ?? ""
    const edit = (change: object, seen = user) => auth.admin.editUser(root, seen, change)
    await expect(edit({ email: "bob@example.org" })).rejects.toMatchObject({ _tag: "AccountNameTaken" })
    const stale = { ...user, isVerified: !user.isVerified }
    await expect(edit({ email: "else@example.org" }, stale)).rejects.toMatchObject({ _tag: "EditConflict" })
    expect(await auth.recovery.open(token, "reset")).toMatchObject({ user: { id: user.id } })
    const moved = await edit({ email: "else@example.org" })
    await edit({ email: "ada@example.org" }, moved)
    await expect(auth.recovery.open(token, "reset")).rejects.toMatchObject({ reason: "unknown" })
  })

  test("ADM-20 the former mailbox is told of another address, once it is written and only if it was proved", async () => {
    const { auth, clock, mails, root, user } = await scene()
    const told = async () => {
      await clock.advance("2 seconds")
      return mails.mails.filter(({ kind }) => kind === "email-changed")
    }
    await auth.users.create({ username: "bob", email: "bob@example.org", password: newPassword })
    await expect(auth.admin.editUser(root, user, { email: "bob@example.org" })).rejects.toMatchObject({
      _tag: "AccountNameTaken"
    })
    const sameBox = await auth.admin.editUser(root, user, { email: "Ada@example.org", username: "ada.l" })
    expect(await told()).toEqual([])
    const moved = await auth.admin.editUser(root, sameBox, { email: "typo@example.org" })
    expect(await told()).toMatchObject([{ to: "Ada@example.org", token: null, link: null, expiresAt: null }])
    await auth.admin.editUser(root, moved, { email: "ada@example.org" })
    expect(await told()).toHaveLength(1)
  })

  test("ADM-02 the last superuser stays", async () => {
    const { auth, root } = await scene()
    for (const change of [{ isSuperuser: false }, { isActive: false }])
      await expect(auth.admin.editUser(root, root.user, change)).rejects.toMatchObject({ _tag: "LastSuperuser" })
    await expect(auth.admin.removeUser(root, root.user.id)).rejects.toMatchObject({ _tag: "LastSuperuser" })
  })
})

describe("what takes a while", () => {
  const slow = async () => {
    let meanwhile: () => Promise<unknown> = async () => {}
    const wait = async () => void (await meanwhile())
    const made = await scene({
      hooks: { beforeRegister: wait, validateEmail: wait, beforeDelete: wait, validatePassword: wait }
    })
    await made.auth.users.create({ username: "chief", password: other, isSuperuser: true })
    return {
      ...made,
      /** What happens while the host is asked, once. */
      onceMeanwhile: (does: () => Promise<unknown>) => {
        meanwhile = () => {
          meanwhile = async () => {}
          return does()
        }
      }
    }
  }

  const asked: Readonly<Record<string, Verb>> = {
    "creates nobody while the host is asked": ({ auth }, actor) => auth.admin.createUser(actor, { username: "bob" }),
    "creates nobody while a password is hashed": ({ auth }, actor) =>
      auth.admin.createUser(actor, { username: "bob", password: newPassword }),
    "changes nobody": ({ auth, user }, actor) => auth.admin.editUser(actor, user, { email: "eve@example.org" }),
    "removes nobody": ({ auth, user }, actor) => auth.admin.removeUser(actor, user.id),
    "sets no password": ({ auth, user }, actor) => auth.admin.setPassword(actor, user.id, newPassword)
  }

  test.each(Object.entries(asked))("ADM-16 whoever loses the right meanwhile %s", async (_, does) => {
    const made = await slow()
    const before = (await made.auth.users.list({ filter: { isSuperuser: false } })).items
    made.onceMeanwhile(() => made.auth.users.change(made.root.user.id, { isSuperuser: false }))
    await expect(does(made, made.root)).rejects.toMatchObject({ _tag: "CredentialEnded" })
    const after = (await made.auth.users.list({ filter: { isSuperuser: false } })).items
    expect(after.filter(({ id }) => id !== made.root.user.id)).toEqual(before)
  })

  test.each(Object.entries(asked))("ADM-05 ADM-16 whose log-in gets too old meanwhile %s", async (_, does) => {
    const made = await slow()
    await made.clock.advance("599 seconds")
    made.onceMeanwhile(() => made.clock.advance("2 seconds"))
    await expect(does(made, made.root)).rejects.toMatchObject(refusal("reauthentication-required"))
    expect(await made.auth.users.find(made.user.id)).toEqual(made.user)
    expect((await made.auth.users.list({ query: "bob" })).items).toEqual([])
  })
})

describe("a link for a password", () => {
  test("is a reset for who has one and an invitation for who has none", async () => {
    const { auth, clock, root, user, mails } = await scene()
    const invited = await auth.users.create({ email: "new@example.org" })
    await clock.advance("2 seconds")
    const first = mails.newest("invite")
    await auth.admin.sendPasswordLink(root, user.id)
    await clock.advance("2 seconds")
    expect(mails.newest("reset")).toMatchObject({ to: "ada@example.org" })
    await auth.admin.sendPasswordLink(root, invited.id)
    await clock.advance("2 seconds")
    expect(mails.newest("invite")).not.toBe(first)
    expect(mails.newest("invite")).toMatchObject({ to: "new@example.org" })
  })

  test("says that there is no such user, or no address", async () => {
    const { auth, root, user } = await scene()
    const nameless = await auth.users.create({ username: "nameless", password: newPassword })
    await expect(auth.admin.sendPasswordLink(root, nameless.id)).rejects.toMatchObject({ reason: "no-email" })
    await auth.users.remove(user.id)
    await expect(auth.admin.sendPasswordLink(root, user.id)).rejects.toMatchObject({ _tag: "UserNotFound" })
  })
})

describe("setting a password", () => {
  test("PWD-25 ends all that the user has, lets them in with it alone, and asks them for another", async () => {
    const { auth, root, user } = await scene()
    const before = await logIn(auth, ada)
    expect(await auth.admin.setPassword(root, user.id, other)).toMatchObject({ id: user.id, mustChangePassword: true })
    await expect(auth.sessions.logIn(ada)).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(await auth.sessions.list(user.id)).toEqual([])
    await expect(auth.users.changeSelf(before, { username: "eve" })).rejects.toMatchObject({ _tag: "CredentialEnded" })
    expect(await logIn(auth, { ...ada, password: other })).toMatchObject({ pending: "password-change" })
    expect(await eventsOf(auth, { type: "password.changed" })).toMatchObject([
      { actor: root.user.id, subject: user.id, details: { by: "admin" } }
    ])
  })

  test("PWD-18 is refused for a password that nobody may choose, for nobody, and where the option is off", async () => {
    const { auth, root, user, tables } = await scene()
    const before = tables.users.get(user.id)
    await expect(auth.admin.setPassword(root, user.id, "short")).rejects.toMatchObject({ _tag: "PasswordRefused" })
    await auth.users.remove(user.id)
    await expect(auth.admin.setPassword(root, user.id, other)).rejects.toMatchObject({ _tag: "UserNotFound" })
    expect(before?.user.mustChangePassword).toBe(false)
    const off = await scene({ admin: testAdmin })
    await expect(off.auth.admin.setPassword(off.root, off.user.id, other)).rejects.toMatchObject({
      _tag: "SettingPasswordNotAllowed"
    })
  })

  test("ADM-16 whoever loses the right while the password is hashed sets none", async () => {
    let whileHashing: () => Promise<unknown> = async () => {}
    const made = await scene({
      hooks: { validatePassword: async () => void (await whileHashing()) }
    })
    await made.auth.users.create({ username: "chief", password: other, isSuperuser: true })
    whileHashing = () => made.auth.users.change(made.root.user.id, { isSuperuser: false })
    await expect(made.auth.admin.setPassword(made.root, made.user.id, other)).rejects.toMatchObject({
      _tag: "CredentialEnded"
    })
    expect(await made.auth.sessions.logIn(ada)).toMatchObject({ user: { mustChangePassword: false } })
  })
})

describe("impersonating", () => {
  const begun = async (options: TestAuthOptions = {}) => {
    const made = await scene({ roles: { editor: "Edits notes" }, ...options })
    const opened = await made.auth.admin.impersonate(made.root, made.user.id, { reason: " Ticket 7 " })
    const resume = () => identify(made.auth, opened.secret)
    const identity = await resume()
    if (identity === null) throw new Error("nobody")
    return { ...made, ...opened, resume, identity }
  }

  test("IMP-03 gives a session of the user that names the administrator, for 15 minutes, whatever its use", async () => {
    const { identity, resume, root, session, user, clock } = await begun()
    expect(identity).toMatchObject({ user: { id: user.id }, actor: { id: root.user.id }, via: "bearer" })
    expect(isImpersonated(identity)).toBe(true)
    expect(session.impersonation).toEqual({
      by: root.user.id,
      epoch: root.user.epoch,
      session: "session" in root ? root.session.id : null,
      reason: "Ticket 7"
    })
    for (const minutes of [5, 5, 4]) {
      await clock.advance(`${minutes} minutes`)
      expect(await resume()).not.toBeNull()
    }
    await clock.advance("1 minute")
    expect(await resume()).toBeNull()
  })

  test("IMP-03 may be shorter, and never longer than the option, nor without an end", async () => {
    const { auth, root, user, clock } = await scene({ impersonation: { lifetime: "30 minutes" } })
    const { session } = await auth.admin.impersonate(root, user.id, { lifetime: "1 minute" })
    expect(session.expiresAt - clock.now()).toBe(60_000)
    for (const lifetime of ["31 minutes", "0 millis", "-1 minutes", Number.NaN, "an hour" as never] as const)
      await expect(auth.admin.impersonate(root, user.id, { lifetime })).rejects.toMatchObject({ field: "lifetime" })
    await expect(createTestAuth({ impersonation: { lifetime: "61 minutes" } })).rejects.toThrow(
      /impersonation.lifetime/
    )
  })

  test("IMP-03 is not made longer by a confirmed password or a renewal", async () => {
    const { auth, session, user } = await begun()
    await expect(auth.sessions.confirm(session, ada.password)).rejects.toMatchObject({ _tag: "SessionEnded" })
    await expect(auth.sessions.renew(session, user)).rejects.toMatchObject({ _tag: "SessionEnded" })
  })

  test("IMP-01 needs a session: no token, and no password that comes along", async () => {
    const { auth, root, user } = await scene({ tokens: { scopes: { "latchkey:admin": "Administers" } } })
    const { token } = await auth.tokens.issue(
      { user: root.user, scopes: "all" },
      { name: "robot", scopes: ["latchkey:admin"] }
    )
    const robot = { user: root.user, pending: null, via: "token", scopes: ["latchkey:admin"], token } as const
    await expect(auth.admin.impersonate(robot, user.id)).rejects.toMatchObject(refusal("session-required"))
    const typed = { user: root.user, pending: null, via: "basic", scopes: "all", authenticatedAt: Date.now() } as const
    await expect(auth.admin.impersonate(typed, user.id)).rejects.toMatchObject({ _tag: "AdminRefused" })
  })

  test("IMP-02 is of active users, not of oneself, and of superusers only by option", async () => {
    const { auth, root, user } = await scene()
    const other = await auth.users.create({ username: "other", password: newPassword, isSuperuser: true })
    await expect(auth.admin.impersonate(root, root.user.id)).rejects.toMatchObject({ reason: "self" })
    await expect(auth.admin.impersonate(root, other.id)).rejects.toMatchObject({ reason: "superuser" })
    await auth.users.change(user.id, { isActive: false })
    await expect(auth.admin.impersonate(root, user.id)).rejects.toMatchObject({ _tag: "UserNotFound" })
    const allowing = await scene({ impersonation: { ofSuperusers: true } })
    const second = await allowing.auth.users.create({ username: "second", password: newPassword, isSuperuser: true })
    expect(await allowing.auth.admin.impersonate(allowing.root, second.id)).toMatchObject({ user: { id: second.id } })
    const off = await scene({ impersonation: { enabled: false } })
    await expect(off.auth.admin.impersonate(off.root, off.user.id)).rejects.toMatchObject({ reason: "off" })
  })

  test("IMP-04 passes the user's own guards, and none that is for the user in person", async () => {
    const { auth, identity, user, clock, resume } = await begun()
    await auth.users.change(user.id, { roles: ["editor"] })
    const now = clock.now()
    expect(permits(signedIn, identity, now)).toBe(true)
    const later = await resume()
    expect(permits(role("editor"), later, now)).toBe(true)
    expect(inPerson.judge(identity, now)).toEqual({ code: "impersonation-forbidden" })
    expect(recently("1 hour").judge(identity, now)).toEqual({ code: "impersonation-forbidden" })
    expect(permits(admin, identity, now)).toBe(false)
  })

  test("IMP-04 makes and changes nothing that outlives it", async () => {
    const { auth, identity, user, tables } = await begun()
    const ended = { _tag: "CredentialEnded" }
    await expect(auth.tokens.issue(identity, { name: "robot" })).rejects.toMatchObject(ended)
    await expect(auth.users.changeSelf(identity, { username: "eve" })).rejects.toMatchObject(ended)
    await expect(auth.users.changeSelf(identity, { password: newPassword })).rejects.toMatchObject(ended)
    const { code } = await auth.cliLogins.begin({ program: "acme" })
    await expect(auth.cliLogins.lookUp(identity, code)).rejects.toMatchObject({ _tag: "ApproverNotAllowed" })
    expect(tables.tokens.get(user.id)?.size ?? 0).toBe(0)
    expect(await auth.users.find(user.id)).toMatchObject({ username: "ada" })
  })

  test.each([
    [
      "the administrator is demoted",
      ({ auth, root }: Scene) => auth.users.change(root.user.id, { isSuperuser: false })
    ],
    [
      "the administrator is deactivated",
      ({ auth, root }: Scene) => auth.users.change(root.user.id, { isActive: false })
    ],
    ["the administrator is removed", ({ auth, root }: Scene) => auth.users.remove(root.user.id)],
    ["the administrator logs out everywhere", ({ auth, root }: Scene) => auth.users.endCredentials(root.user.id)],
    ["the user is deactivated", ({ auth, user }: Scene) => auth.users.change(user.id, { isActive: false })],
    ["the user becomes a superuser", ({ auth, user }: Scene) => auth.users.change(user.id, { isSuperuser: true })],
    ["the user logs out everywhere", ({ auth, user }: Scene) => auth.users.endCredentials(user.id)]
  ])("IMP-05 ends at once when %s", async (_, end) => {
    const made = await begun()
    await made.auth.users.create({ username: "other", password: newPassword, isSuperuser: true })
    await end(made)
    expect(await made.resume()).toBeNull()
  })

  test("IMP-06 is in the trail with who, whom, why and until when, before there is a session", async () => {
    const { auth, root, user, session } = await begun()
    expect(await eventsOf(auth, { type: "impersonation.begun" })).toMatchObject([
      {
        actor: root.user.id,
        subject: user.id,
        credential: `session:${session.id}`,
        details: { reason: "Ticket 7", expiresAt: session.expiresAt }
      }
    ])
  })

  test("IMP-06 does not begin without a trail", async () => {
    const tables = emptyTables()
    let isAway = false
    const store = storeAround(
      (operation, call) => outage((at) => isAway && at === "audit.append")(operation, call),
      tables
    )
    const { auth } = await createTestAuth({ store })
    const user = await auth.users.create(ada)
    const root = await logIn(auth, testAdmin)
    isAway = true
    await expect(auth.admin.impersonate(root, user.id)).rejects.toMatchObject({ _tag: "StoreError" })
    expect(tables.sessions.get(user.id)?.size ?? 0).toBe(0)
  })

  test("IMP-07 is in the user's list of sessions, and costs them none of their own", async () => {
    const made = await scene({ sessions: { perUser: 2 } })
    const { auth, root, user } = made
    const own = [await auth.sessions.logIn(ada), await auth.sessions.logIn(ada)]
    const { session } = await auth.admin.impersonate(root, user.id, { reason: "Ticket 7" })
    const listed = await auth.sessions.list(user.id)
    expect(listed.map(({ id }) => id).toSorted()).toEqual(
      [session.id, ...own.map((each) => each.session.id)].toSorted()
    )
    expect(listed.find(({ id }) => id === session.id)?.impersonation?.reason).toBe("Ticket 7")
    expect(await auth.sessions.close({ owner: user.id, id: session.id })).toBe(true)
  })

  test("a reason has at most 200 characters, and none that could mislead a reader of the trail", async () => {
    const { auth, root, user } = await scene()
    await expect(auth.admin.impersonate(root, user.id, { reason: "x".repeat(201) })).rejects.toMatchObject({
      field: "reason"
    })
    const { session } = await auth.admin.impersonate(root, user.id, { reason: "a\nINFO b" })
    expect(session.impersonation?.reason).not.toContain("\n")
  })
})

test("AUD-13 which of an administrator's tokens made a change is in the trail", async () => {
  const { auth, user, root } = await scene({ tokens: { scopes: { "latchkey:admin": "Administers" } } })
  const wanted = { name: "robot", scopes: ["latchkey:admin"] }
  const { token } = await auth.tokens.issue({ user: root.user, scopes: "all" }, wanted)
  const robot = { user: root.user, pending: null, via: "token", scopes: ["latchkey:admin"], token } as const
  await auth.admin.createUser(robot, { username: "bob" })
  await auth.admin.editUser(robot, user, { username: "grace" })
  const { token: hers } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
  await auth.admin.revokeToken(robot, { owner: user.id, id: hers.id })
  for (const type of ["user.created", "user.changed", "token.revoked"] as const) {
    const [event] = (await eventsOf(auth, { type })).slice(-1)
    expect(event).toMatchObject({ type, actor: root.user.id, actedWith: `token:${token.id}` })
  }
})

test("AUD-13 what an administrator invites somebody anew with is in the trail", async () => {
  const { auth, root } = await scene()
  const invited = await auth.users.create({ email: "new@example.org" })
  await auth.admin.sendPasswordLink(root, invited.id)
  const [event] = (await eventsOf(auth, { type: "user.invited" })).slice(-1)
  expect(event).toMatchObject({ actor: root.user.id, subject: invited.id, actedWith: auditNameOf(root) })
})

test("ADM-17 PAT-10 a token makes nobody whose address counts as proved", async () => {
  const { auth, user, root } = await scene({ tokens: { scopes: { "latchkey:admin": "Administers" } } })
  const wanted = { name: "robot", scopes: ["latchkey:admin"] }
  const { token } = await auth.tokens.issue({ user: root.user, scopes: "all" }, wanted)
  const robot = { user: root.user, pending: null, via: "token", scopes: ["latchkey:admin"], token } as const
  const session = refusal("session-required")
  const chief = { email: "chief@example.org", password: newPassword, isVerified: true }
  await expect(auth.admin.createUser(robot, chief)).rejects.toMatchObject(session)
  const doubted = await auth.admin.editUser(robot, user, { isVerified: false })
  await expect(auth.admin.editUser(robot, doubted, { isSuperuser: true })).rejects.toMatchObject(session)
  await expect(auth.admin.editUser(robot, doubted, { isVerified: true })).rejects.toMatchObject(session)
  expect(await auth.admin.createUser(robot, { ...chief, isVerified: false })).toMatchObject({ isVerified: false })
})

test("AUD-01 AUD-13 tokens that end with all credentials of their user are in the trail too", async () => {
  const { auth, user, root } = await scene()
  for (const name of ["runner", "robot"]) await auth.tokens.issue({ user, scopes: "all" }, { name })
  await auth.admin.endCredentials(root, user.id)
  const [event] = await eventsOf(auth, { type: "token.revoked" })
  expect(event).toMatchObject({ actor: root.user.id, subject: user.id, details: { by: "admin", count: 2 } })
  expect(event?.actedWith).toBe(auditNameOf(root))
})
