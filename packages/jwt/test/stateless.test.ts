import { permits, person, recently, reveal, signedIn, viaSession } from "@latchkey/core"
import { describe, expect, it } from "vitest"
import { ada, forge, newPassword, openScene, partsOf, START } from "./scene.ts"

const stateless = async () => {
  const scene = await openScene({ stateless: true })
  const { secret, session } = await scene.auth.sessions.logIn(ada)
  return { ...scene, secret, session }
}

describe("a stateless token", () => {
  it("JWT-09 has no session in the store, and opens by one call for its user", async () => {
    const { auth, user, secret, session, who, callsOf, tables } = await stateless()
    expect(await auth.sessions.list(user.id)).toEqual([])
    expect(tables.sessions.get(user.id)?.size ?? 0).toBe(0)
    expect(await callsOf(() => who(secret))).toEqual(["users.find"])
    expect(await callsOf(() => who(secret))).toEqual(["users.find"])
    expect(await who(secret)).toMatchObject({
      via: "jwt",
      scopes: "all",
      user: { id: user.id },
      jwt: { name: `session:${session.id}`, isProgram: false }
    })
    expect(partsOf(secret).claims).toEqual({
      iss: "http://localhost:3000",
      sub: user.id,
      aud: "http://localhost:3000",
      jti: session.id,
      epoch: user.epoch,
      iat: START,
      exp: START + 12 * 3_600
    })
  })

  type Live = Awaited<ReturnType<typeof stateless>>

  const endings = {
    "a log-out everywhere": ({ auth, user }) => auth.users.endCredentials(user.id),
    "a deactivation": ({ auth, user }) => auth.users.change(user.id, { isActive: false }),
    "a promotion": ({ auth, user }) => auth.users.change(user.id, { isSuperuser: true }),
    "a change of the password": ({ auth, user }) =>
      auth.passwords.change({ user: user.id, current: ada.password, next: newPassword }),
    "the removal of the user": ({ auth, user }) => auth.users.remove(user.id),
    "its end": ({ clock }) => clock.advance("12 hours")
  } satisfies Readonly<Record<string, (live: Live) => Promise<unknown>>>

  for (const [name, end] of Object.entries(endings))
    it(`JWT-09 SES-09 is dead at once after ${name}`, async () => {
      const live = await stateless()
      await end(live)
      expect(await live.who(live.secret)).toBeNull()
    })

  it("JWT-09 is read with the user as they are now", async () => {
    const { auth, user, secret, who } = await stateless()
    await auth.users.change(user.id, { roles: [] })
    await auth.users.change(user.id, { username: "countess" })
    expect(await who(secret)).toMatchObject({ user: { username: "countess" } })
  })

  it("JWT-09 a log-out ends nothing on the server, and says so", async () => {
    const { auth, secret, session, user, who } = await stateless()
    const identity = await who(secret)
    if (identity?.via !== "jwt") throw new Error("no token")
    expect(await auth.sessions.closeToken(identity)).toBe(false)
    expect(await auth.sessions.closeBySecret(secret)).toBe(false)
    expect(await auth.sessions.close({ owner: user.id, id: session.id })).toBe(false)
    expect(await who(secret)).not.toBeNull()
    expect((await auth.audit.list({ type: "session.closed" })).length).toBe(0)
  })

  it("JWT-09 is a person's, but no session, and never a recent log-in", async () => {
    const { secret, who } = await stateless()
    const identity = await who(secret)
    const now = START * 1_000
    expect(permits(signedIn, identity, now)).toBe(true)
    expect(permits(person, identity, now)).toBe(true)
    expect(permits(viaSession, identity, now)).toBe(false)
    expect(permits(recently("10 minutes"), identity, now)).toBe(false)
  })

  it("JWT-09 cookies, impersonations and what programs collect have a session all the same", async () => {
    const { auth, user, who } = await stateless()
    const browser = await auth.sessions.logIn(ada, { kind: "browser" })
    expect(reveal(browser.secret)).toMatch(/^lk_ses_/)
    const root = await auth.sessions.logIn(
      { username: "root", password: "a quiet lantern over grey water" },
      { kind: "browser" }
    )
    const admin = await auth.identify({ authorization: null, sessionCookie: reveal(root.secret) })
    if (admin === null) throw new Error("nobody")
    const impersonated = await auth.admin.impersonate(admin, user.id)
    expect(await who(impersonated.secret)).toMatchObject({ via: "bearer", actor: { id: root.user.id } })
    const program = await auth.sessions.open(user, { isRecent: false })
    expect(await who(program.secret)).toMatchObject({ via: "bearer", session: { id: program.session.id } })
  })

  it("JWT-09 a token with a session stays one when the option is turned on", async () => {
    const before = await openScene()
    const { secret } = await before.auth.sessions.logIn(ada)
    const after = await openScene({ stateless: true }, { tables: before.tables })
    expect(await after.who(secret)).toMatchObject({ via: "bearer" })
    await before.auth.sessions.closeBySecret(secret)
    expect(await after.who(secret)).toBeNull()
  })

  it("JWT-15 opens nothing once the option is turned off, for then nothing could end it alone", async () => {
    const { secret, tables } = await stateless()
    const without = await openScene({}, { tables })
    expect(await without.who(secret)).toBeNull()
    expect(await without.who((await without.auth.sessions.logIn(ada)).secret)).toMatchObject({ via: "bearer" })
  })

  it("JWT-15 ends when its user ends all other sessions, and the session that asks goes on", async () => {
    const { auth, secret, user, who } = await stateless()
    const mine = await auth.sessions.logIn(ada, { kind: "browser" })
    const other = await auth.sessions.logIn(ada, { kind: "browser" })
    expect(await auth.sessions.closeOthers(mine.session, { actor: user.id })).toBe(1)
    expect(await who(secret)).toBeNull()
    expect(await auth.sessions.resume(other.secret)).toBeNull()
    const resumed = await auth.sessions.resume(mine.secret)
    expect(resumed).toMatchObject({ session: { id: mine.session.id }, user: { epoch: user.epoch + 1 } })
    const next = await auth.sessions.logIn(ada)
    expect(await who(next.secret)).toMatchObject({ via: "jwt" })
    expect(await auth.sessions.closeOthers(mine.session, { actor: user.id })).toBe(0)
    expect(await who(next.secret)).toBeNull()
    expect(await auth.sessions.resume(mine.secret)).not.toBeNull()
    const records = await auth.audit.list({ type: "session.closed" })
    expect(records.map(({ event }) => event.details)).toEqual([
      { by: "owner", count: 0 },
      { by: "owner", count: 1 }
    ])
  })

  it("JWT-15 ends when all sessions of its user are ended", async () => {
    const { auth, secret, user, who } = await stateless()
    const other = await auth.sessions.logIn(ada, { kind: "browser" })
    expect(await auth.sessions.closeAll(user.id, { as: "admin" })).toBe(1)
    expect([await who(secret), await auth.sessions.resume(other.secret)]).toEqual([null, null])
    const [record] = await auth.audit.list({ type: "session.closed" })
    expect(record?.event.details).toEqual({ by: "admin", count: 1 })
  })

  it("JWT-15 to end all other sessions leaves the password as it is, or that there is none, and the demand for another", async () => {
    const { auth, tables, user } = await stateless()
    for (const [passwordHash, mustChangePassword] of [
      ["plain$2c5b5d8f", true],
      [null, false]
    ] as const) {
      const row = tables.users.get(user.id)
      if (row === undefined) throw new Error("no user")
      tables.users.set(user.id, { ...row, passwordHash, user: { ...row.user, mustChangePassword } })
      const { session } = await auth.sessions.open({ ...row.user, mustChangePassword }, { kind: "browser" })
      await auth.sessions.closeOthers(session)
      expect(tables.users.get(user.id)).toMatchObject({
        passwordHash,
        user: { mustChangePassword, epoch: row.user.epoch + 1 }
      })
    }
  })

  it("JWT-15 while the store is away nothing is told as ended", async () => {
    const { auth, switches } = await stateless()
    const { session } = await auth.sessions.logIn(ada, { kind: "browser" })
    switches.isDown = true
    await expect(auth.sessions.closeOthers(session)).rejects.toMatchObject({ _tag: "StoreError" })
  })

  it("JWT-03 JWT-09 with an epoch that is none, or claims of the other kind beside its own, opens nothing", async () => {
    const { secret, who } = await stateless()
    const { header, claims } = partsOf(secret)
    expect(await who(forge(header, claims))).not.toBeNull()
    for (const change of [
      { epoch: "0" },
      { epoch: -1 },
      { epoch: 0.5 },
      { epoch: null },
      { epoch: undefined },
      { epoch: 1 },
      { jti: undefined },
      { jti: 7 },
      { sid: claims.jti },
      { impersonated_by: claims.sub, act: { sub: claims.sub } }
    ])
      expect(await who(forge(header, { ...claims, ...change })), JSON.stringify(change)).toBeNull()
  })
})
