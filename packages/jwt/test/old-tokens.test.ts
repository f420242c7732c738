import { actorOf, isImpersonated, permits, person, recently, type SettingProblem, type User } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { createTestAuth, emptyTables, memoryStoreOver, type Tables } from "@latchkey/core/testing"
import * as Layer from "effect/Layer"
import { describe, expect, it, onTestFinished } from "vitest"
import type { OldTokens } from "../src/jwt-options.ts"
import { ada, forge, newPassword, OTHER_SECRET, openScene, type SceneOptions, SECRET, START } from "./scene.ts"

/** The secret of the system before us. */
const OLD = "b7Qe2Lw9Xr4Tn6Ys"
const until = "2026-02-01"

const options = (more: Partial<OldTokens> = {}) => ({ oldTokens: { key: OLD, until, ...more } })

/** As PyJWT writes it. */
const header = { alg: "HS256", typ: "JWT" }

const openOld = async (more: Partial<OldTokens> = {}, scene: SceneOptions = {}) => {
  const made = await openScene(options(more), scene)
  const root = [...made.tables.users.values()].find((row) => row.user.username === "root")?.user
  if (root === undefined) throw new Error("no administrator")
  const claims = { sub: made.user.id, aud: ["fastapi-users:auth"], exp: START + 3_600 }
  const token = (change: object = {}, secret = OLD) => forge(header, { ...claims, ...change }, secret)
  return { ...made, root, claims, token }
}

/** As `openOld`, and how each mark is kept that the store is told to set. */
const openKept = async () => {
  const tables = emptyTables()
  const whole = memoryStoreOver(tables)
  const kept: Array<string> = []
  const trust: typeof whole.attempts.trust = (mark, step) => {
    kept.push(step.keep)
    return whole.attempts.trust(mark, step)
  }
  const store = Layer.succeed(Store, { ...whole, attempts: { ...whole.attempts, trust } })
  return { ...(await openOld({}, { tables, store })), kept }
}

const setEpoch = (tables: Tables, { id }: Pick<User, "id">, epoch: number): void => {
  const row = tables.users.get(id)
  if (row !== undefined) tables.users.set(id, { ...row, user: { ...row.user, epoch } })
}

describe("a token of the system before us", () => {
  it("JWT-10 opens what its user may do, with the audience as a list or as text, until its end", async () => {
    const { token, user, who, clock, callsOf } = await openOld()
    for (const aud of [["fastapi-users:auth"], "fastapi-users:auth", ["other", "fastapi-users:auth"]])
      expect(await who(token({ aud })), JSON.stringify(aud)).toMatchObject({
        via: "jwt",
        scopes: "all",
        user: { id: user.id },
        jwt: { isProgram: false }
      })
    const calls = await callsOf(() => who(token()))
    expect(calls.sort()).toEqual(["attempts.isTrusted", "attempts.isTrusted", "users.find"])
    await clock.advance(3_599_000)
    expect(await who(token())).not.toBeNull()
    await clock.advance("1 second")
    expect(await who(token())).toBeNull()
  })

  it("JWT-10 is nothing to a server without the option, nor after its date", async () => {
    const made = await openOld()
    const lasting = made.token({ exp: START + 400 * 86_400 })
    expect(await made.who(lasting)).not.toBeNull()
    const without = await openScene({}, { tables: made.tables })
    expect(await without.who(lasting)).toBeNull()
    await made.clock.advance("31 days")
    expect(await made.who(lasting)).toBeNull() // 2026-02-01, and it was known before
  })

  const bad: Readonly<Record<string, object>> = {
    "no end": { exp: undefined },
    "an end that is text": { exp: String(START + 60) },
    "an infinite end": { exp: Number.POSITIVE_INFINITY },
    "an end in the past": { exp: START },
    "another audience": { aud: "fastapi-users:reset" },
    "the audience of links to verify": { aud: ["fastapi-users:verify"] },
    "no audience": { aud: undefined },
    "an audience that is no text": { aud: [7, "fastapi-users:auth"] },
    "no subject": { sub: undefined },
    "a subject that is no id": { sub: "ada@example.org" },
    "a claim too many": { role: "admin" },
    "a session": { sid: "019b76da-a800-7000-8000-000000000000" },
    "an impersonator that is no id": { impersonated_by: "root" },
    "an impersonator that is nobody": { impersonated_by: "019b76da-a800-7000-8000-000000000000" }
  }
  for (const [name, change] of Object.entries(bad))
    it(`JWT-10 with ${name} opens nothing`, async () => {
      const { token, who } = await openOld()
      expect(await who(token(change))).toBeNull()
    })

  it("JWT-10 JWT-01 with another algorithm, crit, a kid or another key opens nothing", async () => {
    const { claims, token, who } = await openOld()
    for (const change of [
      { alg: "none" },
      { alg: "HS512" },
      { crit: [] },
      { kid: "1" },
      { typ: "at+jwt" },
      { typ: undefined }
    ])
      expect(await who(forge({ ...header, ...change }, claims, OLD)), JSON.stringify(change)).toBeNull()
    expect(await who(token({}, SECRET))).toBeNull()
    expect(await who(token({}, OTHER_SECRET))).toBeNull()
  })

  it("JWT-05 JWT-10 the old key makes none of ours, and ours none of the old", async () => {
    const { auth, claims, who } = await openOld()
    const { secret } = await auth.sessions.logIn(ada)
    const { partsOf } = await import("./scene.ts")
    const ours = partsOf(secret)
    expect(await who(forge(ours.header, ours.claims))).toMatchObject({ via: "bearer" })
    expect(await who(forge(ours.header, ours.claims, OLD))).toBeNull()
    expect(await who(forge(header, claims, SECRET))).toBeNull()
    expect(await who(forge(ours.header, claims))).toBeNull()
    expect(await who(forge(header, ours.claims, OLD))).toBeNull()
  })

  type Old = Awaited<ReturnType<typeof openOld>>

  const endings = {
    "a log-out everywhere": ({ auth, user }) => auth.users.endCredentials(user.id),
    "a deactivation": ({ auth, user }) => auth.users.change(user.id, { isActive: false }),
    "a promotion": ({ auth, user }) => auth.users.change(user.id, { isSuperuser: true }),
    "a change of the password": ({ auth, user }) =>
      auth.passwords.change({ user: user.id, current: ada.password, next: newPassword }),
    "the removal of the user": ({ auth, user }) => auth.users.remove(user.id),
    "the end of all other sessions": async ({ auth }) =>
      auth.sessions.closeOthers((await auth.sessions.logIn(ada)).session)
  } satisfies Readonly<Record<string, (old: Old) => Promise<unknown>>>

  for (const [name, end] of Object.entries(endings))
    it(`JWT-10 SES-09 is dead at once after ${name}, for good`, async () => {
      const old = await openOld()
      expect(await old.who(old.token())).not.toBeNull()
      await end(old)
      expect(await old.who(old.token())).toBeNull()
      expect(await old.who(old.token({ exp: START + 7_200 }))).toBeNull()
      await old.auth.users.change(old.user.id, { isActive: true }).catch(() => null)
      expect(await old.who(old.token())).toBeNull()
    })

  it("JWT-11 ends by a log-out with it, on every server, and no other token with it", async () => {
    const { auth, tables, token, user, who } = await openOld()
    const [one, other] = [token(), token({ exp: START + 7_200 })]
    const identity = await who(one)
    if (identity?.via !== "jwt") throw new Error("no token")
    expect(await auth.sessions.closeToken(identity, { as: "logout" })).toBe(true)
    expect(await auth.sessions.closeToken(identity, { as: "logout" })).toBe(false)
    expect(await who(one)).toBeNull()
    expect(await who(other)).not.toBeNull()
    const second = await openScene(options(), { tables })
    expect(await second.who(one)).toBeNull()
    const [{ event } = { event: null }] = await auth.audit.list({ type: "session.closed" })
    expect(event).toMatchObject({
      details: { by: "logout", count: 1 },
      subject: user.id,
      credential: identity.jwt.name
    })
    expect(identity.jwt.name).toMatch(/^jwt:[0-9a-f]{16}$/)
  })

  it("JWT-11 stays ended whatever becomes of the user's sessions", async () => {
    const { auth, token, user, who } = await openOld({}, { sessions: { perUser: 1 } })
    const identity = await who(token())
    if (identity?.via !== "jwt") throw new Error("no token")
    await auth.sessions.closeToken(identity)
    for (let count = 0; count < 3; count++) await auth.sessions.logIn(ada)
    const { session } = await auth.sessions.logIn(ada)
    await auth.sessions.closeOthers(session)
    await auth.sessions.close({ owner: user.id, id: session.id })
    expect(await who(token())).toBeNull()
  })

  it("JWT-11 stays ended when the date is put off", async () => {
    const { auth, clock, tables, token, user, who } = await openOld()
    const [one, other] = [token({ exp: START + 90 * 86_400 }), token({ exp: START + 91 * 86_400 })]
    const identity = await who(one)
    if (identity?.via !== "jwt") throw new Error("no token")
    await auth.sessions.closeToken(identity)
    await clock.advance("40 days")
    const later = await openScene(options({ until: "2026-06-01" }), { tables })
    await later.clock.advance("40 days")
    expect(await later.who(one)).toBeNull()
    expect(await later.who(other)).toMatchObject({ user: { id: user.id } })
    await later.auth.sessions.closeOthers((await later.auth.sessions.logIn(ada)).session)
    const last = await openScene(options({ until: "2026-12-01" }), { tables })
    await last.clock.advance("80 days")
    expect(await last.who(other)).toBeNull()
  })

  it("JWT-11 a change that it asks for fails once it has ended, and it makes no token then", async () => {
    const { auth, token, who } = await openOld({}, { tokens: { scopes: { "jobs:write": "Start jobs" } } })
    const identity = await who(token())
    if (identity?.via !== "jwt") throw new Error("no token")
    expect(await auth.tokens.issue(identity, { name: "mill" })).toMatchObject({ token: { name: "mill" } })
    await auth.sessions.closeToken(identity)
    await expect(auth.tokens.issue(identity, { name: "mill" })).rejects.toMatchObject({ _tag: "CredentialEnded" })
    await expect(auth.users.changeSelf(identity, { username: "countess" })).rejects.toMatchObject({
      _tag: "CredentialEnded"
    })
    expect(await auth.passwords.set({ ...identity, next: newPassword })).toBeNull()
  })

  it("JWT-10 that an administrator made acts in the user's place, and makes nothing that lasts (IMP-04)", async () => {
    const { auth, root, token, who, callsOf } = await openOld()
    const made = token({ impersonated_by: root.id })
    const identity = await who(made)
    if (identity?.via !== "jwt") throw new Error("no token")
    expect(isImpersonated(identity)).toBe(true)
    expect(actorOf(identity).id).toBe(root.id)
    expect((await callsOf(() => who(made))).sort()).toEqual([
      "attempts.isTrusted",
      "attempts.isTrusted",
      "users.find",
      "users.find"
    ])
    await expect(auth.tokens.issue(identity, { name: "mill" })).rejects.toMatchObject({ _tag: "CredentialEnded" })
    await expect(auth.users.changeSelf(identity, { username: "countess" })).rejects.toMatchObject({
      _tag: "CredentialEnded"
    })
    expect(await auth.passwords.set({ ...identity, next: newPassword })).toBeNull()
    expect(permits(recently("10 minutes"), identity, START * 1_000)).toBe(false)
  })

  it("JWT-10 that an administrator made ends with the administrator's right", async () => {
    const { auth, root, token, who, user } = await openOld()
    await auth.users.create({ username: "boss", password: "nine slow otters by the weir", isSuperuser: true })
    const made = token({ impersonated_by: root.id })
    expect(await who(made)).not.toBeNull()
    await auth.users.change(root.id, { isSuperuser: false })
    expect(await who(made)).toBeNull()
    await auth.users.change(root.id, { isSuperuser: true })
    expect(await who(made)).toBeNull()
    expect(await who(token())).toMatchObject({ user: { id: user.id } })
  })

  it("JWT-10 IMP-10 that an administrator made counts only where the options let administrators act in a user's place", async () => {
    const allowed = await openOld()
    const made = allowed.token({ impersonated_by: allowed.root.id })
    expect(await allowed.who(made)).not.toBeNull()
    const { tables } = allowed
    expect(await (await openOld({}, { tables, impersonation: { enabled: false } })).who(made)).toBeNull()
    const chief = allowed.token({ sub: allowed.root.id, impersonated_by: allowed.user.id })
    const row = tables.users.get(allowed.user.id)
    if (row !== undefined) tables.users.set(row.user.id, { ...row, user: { ...row.user, isSuperuser: true } })
    expect(await allowed.who(chief)).toBeNull()
    expect(await (await openOld({}, { tables, impersonation: { ofSuperusers: true } })).who(chief)).not.toBeNull()
    const strict = await openOld(
      {},
      { tables, sessions: { requireVerified: true }, impersonation: { ofSuperusers: true } }
    )
    expect(await strict.who(chief)).toBeNull()
  })

  it("JWT-16 IMP-03 that an administrator made counts in the hour before its end, as long as an impersonation may last", async () => {
    const { clock, root, token, who } = await openOld({ until: "2026-12-01" })
    const lasting = token({ exp: START + 200 * 86_400, impersonated_by: root.id })
    const late = token({ exp: START + 3_601, impersonated_by: root.id })
    expect(await who(lasting)).toBeNull()
    expect(await who(late)).toBeNull()
    expect(await who(token({ exp: START + 3_600, impersonated_by: root.id }))).not.toBeNull()
    await clock.advance("1 second")
    expect(await who(late)).not.toBeNull()
    await clock.advance("1 hour")
    expect(await who(late)).toBeNull()
    await clock.advance("100 days")
    expect(await who(lasting)).toBeNull()
  })

  it("JWT-16 PWD-27 that an administrator made opens nothing while they must change their password", async () => {
    const { root, tables, token, who } = await openOld()
    const made = token({ impersonated_by: root.id })
    expect(await who(made)).not.toBeNull()
    const row = tables.users.get(root.id)
    if (row !== undefined) tables.users.set(root.id, { ...row, user: { ...row.user, mustChangePassword: true } })
    expect(await who(made)).toBeNull()
  })

  it("JWT-18 to end all other sessions ends it while it is not accepted, too, for when it is", async () => {
    const off = await openScene({})
    const { session } = await off.auth.sessions.logIn(ada)
    await off.auth.sessions.closeOthers(session)
    expect(await off.auth.audit.list({ type: "session.closed" })).toEqual([])
    const on = await openOld({}, { tables: off.tables })
    expect(await on.who(on.token())).toBeNull()
    const opaque = await createTestAuth({ store: Layer.succeed(Store, memoryStoreOver(off.tables)) })
    onTestFinished(() => opaque.auth.close())
    const other = { username: "bob", password: ada.password }
    await opaque.auth.users.register(other)
    const bob = await opaque.auth.sessions.logIn(other)
    setEpoch(off.tables, bob.user, 0)
    await opaque.auth.sessions.closeOthers({ ...bob.session, epoch: 0 })
    expect(await on.who(on.token({ sub: bob.user.id }))).toBeNull()
  })

  it("JWT-18 the trail says once that all were ended, though no session was", async () => {
    const { auth, token, user, who } = await openOld()
    expect(await who(token())).not.toBeNull()
    const { session } = await auth.sessions.logIn(ada)
    expect(await auth.sessions.closeOthers(session, { actor: user.id })).toBe(0)
    expect(await auth.sessions.closeOthers(session, { actor: user.id })).toBe(0)
    const records = await auth.audit.list({ type: "session.closed" })
    expect(records.map(({ event }) => event)).toMatchObject([
      { details: { by: "owner", count: 0 }, subject: user.id, actor: user.id }
    ])
  })

  it("JWT-18 what has ended is kept as a revocation is, and a known device is not", async () => {
    const { auth, kept, token, who } = await openKept()
    const identity = await who(token())
    if (identity?.via !== "jwt") throw new Error("no token")
    await auth.sessions.closeToken(identity)
    expect(kept.splice(0)).toEqual(["lasting"])
    const { session } = await auth.sessions.logIn(ada, { kind: "browser" })
    expect(new Set(kept.splice(0))).toEqual(new Set(["losable"]))
    await auth.sessions.closeOthers(session)
    expect(kept.splice(0)).toEqual(["lasting"])
  })

  it("JWT-10 that a user let a program have is the user's own, and a program's", async () => {
    const { token, user, who } = await openOld()
    const identity = await who(token({ impersonated_by: user.id }))
    expect(identity).toMatchObject({ via: "jwt", jwt: { isProgram: true } })
    if (identity === null) throw new Error("nobody")
    expect(isImpersonated(identity)).toBe(false)
    expect(permits(person, identity, START * 1_000)).toBe(false)
  })

  it("JWT-10 is an outage, not a log-out, while the store is away", async () => {
    const { switches, token, who } = await openOld()
    switches.isDown = true
    await expect(who(token())).rejects.toMatchObject({ _tag: "StoreError" })
  })
})

describe("the option oldTokens", () => {
  const wrong: Readonly<Record<string, readonly [Readonly<Record<string, unknown>>, RegExp]>> = {
    "a secret of the manual": [{ key: "SECRET" }, /oldTokens\.key has fewer than 16 bytes.*leave oldTokens out/],
    "a placeholder": [{ key: "CHANGE-ME-IN-PRODUCTION" }, /oldTokens\.key is an example/],
    "a weak secret of links": [{ resetKey: "SECRET" }, /oldTokens\.resetKey has fewer than 16 bytes/],
    "a key that signs now": [{ key: SECRET }, /must not be one of accessTokens\.keys/],
    "a key of links that signs now": [{ verifyKey: SECRET }, /oldTokens\.verifyKey must not be one of/],
    "no secret": [{ key: undefined }, /oldTokens\.key must be the secret/],
    "no date": [{ until: undefined }, /oldTokens\.until must be a date/],
    "seconds in place of a date": [{ until: 1_800_000_000 }, /oldTokens\.until must be a date.*new Date/],
    "null in place of a date": [{ until: null }, /oldTokens\.until must be a date/],
    "a mistyped name": [{ resetkey: "x" }, /oldTokens cannot have resetkey: did you mean resetKey\?/],
    "a source that is no text": [{ source: 3 }, /oldTokens\.source must be a text/],
    "a secret without its await": [{ key: Promise.resolve(OLD) }, /oldTokens\.key must be.*`await` is missing/],
    "what is no date": [{ until: "soon" }, /oldTokens\.until must be a date/],
    "a date that is too far away": [{ until: "2028-01-01" }, /oldTokens\.until must not be more than a year away/]
  }
  for (const [name, [change, says]] of Object.entries(wrong))
    it(`JWT-10 with ${name} is refused at start`, async () => {
      const failed = await openScene(options(change as Partial<OldTokens>)).catch((error: unknown) => error)
      const { problems } = failed as { readonly problems: ReadonlyArray<SettingProblem> }
      expect(problems).toHaveLength(1)
      expect(`${problems[0]?.setting} ${problems[0]?.problem}`).toMatch(says)
      expect(String(failed)).not.toContain(OLD)
    })

  it("JWT-10 with a date that has passed accepts nothing, and starts", async () => {
    const { token, who } = await openOld({ until: new Date(START * 1_000) })
    expect(await who(token())).toBeNull()
  })

  it("JWT-10 takes the audience that the system before us had", async () => {
    const { token, who } = await openOld({ audience: "acme" })
    expect(await who(token({ aud: ["acme"] }))).not.toBeNull()
    expect(await who(token())).toBeNull()
  })
})
