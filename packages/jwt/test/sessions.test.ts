import { reveal } from "@latchkey/core"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { ada, newPassword, openScene, partsOf, START } from "./scene.ts"

describe("a session with a signed token", () => {
  it("JWT-04 opens by one call of the store, and by the ordinary rules", async () => {
    const { auth, clock, who, callsOf } = await openScene()
    const { secret, session, user } = await auth.sessions.logIn(ada)
    expect(await callsOf(() => who(secret))).toEqual(["lookupSession"])
    expect(await callsOf(() => who(secret))).toEqual(["lookupSession"])
    expect(await who(secret)).toMatchObject({
      via: "bearer",
      scopes: "all",
      session: { id: session.id },
      user: { id: user.id }
    })
    expect(await auth.sessions.resume(secret)).toMatchObject({ session: { id: session.id } })
    await clock.advance("59 minutes")
    expect(await who(secret)).not.toBeNull() // and this use counts
    await clock.advance("59 minutes")
    expect(await who(secret)).not.toBeNull()
    await clock.advance("1 hour")
    expect(await who(secret)).toBeNull()
  })

  it("JWT-04 ends at the session's absolute end, used or not", async () => {
    const { auth, clock, who } = await openScene({}, { sessions: { idle: "12 hours" } })
    const { secret } = await auth.sessions.logIn(ada)
    await clock.advance(12 * 3_600_000 - 1_000)
    expect(await who(secret)).not.toBeNull()
    await clock.advance("1 second")
    expect(await who(secret)).toBeNull()
  })

  const endings = {
    "a log-out": ({ auth, secret }) => auth.sessions.closeBySecret(secret),
    "the end of the session by its id": ({ auth, user, session }) =>
      auth.sessions.close({ owner: user.id, id: session.id }),
    "a log-out everywhere": ({ auth, user }) => auth.users.endCredentials(user.id),
    "a deactivation": ({ auth, user }) => auth.users.change(user.id, { isActive: false }),
    "a promotion": ({ auth, user }) => auth.users.change(user.id, { isSuperuser: true }),
    "a change of the password": ({ auth, user }) =>
      auth.passwords.change({ user: user.id, current: ada.password, next: newPassword }),
    "the removal of the user": ({ auth, user }) => auth.users.remove(user.id)
  } satisfies Readonly<Record<string, (live: Live) => Promise<unknown>>>

  type Live = Awaited<ReturnType<typeof liveToken>>

  const liveToken = async () => {
    const scene = await openScene()
    const { secret, session } = await scene.auth.sessions.logIn(ada)
    expect(await scene.who(secret)).not.toBeNull()
    return { ...scene, secret, session }
  }

  for (const [name, end] of Object.entries(endings))
    it(`JWT-04 SES-09 is dead at once after ${name}`, async () => {
      const live = await liveToken()
      await end(live)
      expect(await live.who(live.secret)).toBeNull()
      expect(await live.auth.sessions.resume(live.secret)).toBeNull()
    })

  it("JWT-04 goes on after its user's own new password, as an opaque one does", async () => {
    const { auth, user, secret, session, who } = await liveToken()
    expect(await auth.passwords.set({ user, session, next: newPassword })).not.toBeNull()
    expect(await who(secret)).toMatchObject({ session: { id: session.id } })
  })

  it("JWT-04 is renewed under another id, and the old token ends", async () => {
    const { auth, secret, session, who } = await liveToken()
    const confirmed = await auth.sessions.confirm(session, ada.password)
    expect(await who(secret)).toBeNull()
    expect(await who(confirmed.secret)).toMatchObject({ session: { id: confirmed.session.id } })
    expect(partsOf(confirmed.secret).claims.sid).not.toBe(session.id)
  })

  it("JWT-04 an opaque token from before the option goes on, and ends like any other", async () => {
    const before = await openScene({}, { accessTokens: undefined })
    const { secret, session } = await before.auth.sessions.logIn(ada)
    expect(reveal(secret)).toMatch(/^lk_ses_/)
    const { auth, who } = await openScene({}, { tables: before.tables })
    expect(await who(secret)).toMatchObject({ via: "bearer", session: { id: session.id } })
    expect(await auth.sessions.closeBySecret(secret)).toBe(true)
    expect(await who(secret)).toBeNull()
  })

  it("JWT-04 means nothing to a server without the option", async () => {
    const { secret, tables } = await liveToken()
    const { auth, who } = await openScene({}, { accessTokens: undefined, tables })
    expect(await who(secret)).toBeNull()
    expect(await auth.sessions.closeBySecret(secret)).toBe(false)
  })

  it("JWT-04 SES-13 while the store is away it is an outage, not a log-out", async () => {
    const { secret, switches, who } = await liveToken()
    switches.isDown = true
    await expect(who(secret)).rejects.toMatchObject({ _tag: "StoreError" })
    switches.isDown = false
    expect(await who(secret)).not.toBeNull()
  })

  it("SES-17 its token is no cookie, and a cookie is opaque and no token", async () => {
    const { auth, secret } = await liveToken()
    expect(await auth.identify({ authorization: null, sessionCookie: reveal(secret) })).toBeNull()
    expect(await auth.sessions.resume(secret, "browser")).toBeNull()
    const browser = await auth.sessions.logIn(ada, { kind: "browser" })
    expect(reveal(browser.secret)).toMatch(/^lk_ses_/)
    expect(await auth.sessions.resume(browser.secret, "bearer")).toBeNull()
  })

  it("JWT-07 says nothing of its user but the id, and not what they may do", async () => {
    const { auth, user } = await openScene()
    await auth.users.change(user.id, { isSuperuser: true })
    const { secret, session } = await auth.sessions.logIn(ada)
    const { header, claims } = partsOf(secret)
    expect(header).toEqual({ alg: "HS256", typ: "at+jwt", kid: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect(claims).toEqual({
      iss: "http://localhost:3000",
      sub: user.id,
      aud: "http://localhost:3000",
      sid: session.id,
      iat: START,
      exp: START + 12 * 3_600
    })
  })

  it("JWT-04 an impersonation names the administrator, and ends with their right", async () => {
    const { auth, user, who } = await openScene()
    const root = await auth.sessions.logIn({ username: "root", password: "a quiet lantern over grey water" })
    const admin = await who(root.secret)
    if (admin === null) throw new Error("nobody")
    const { secret, session } = await auth.admin.impersonate(admin, user.id)
    expect(partsOf(secret).claims).toMatchObject({
      sub: user.id,
      sid: session.id,
      impersonated_by: root.user.id,
      act: { sub: root.user.id },
      exp: START + 900
    })
    expect(await who(secret)).toMatchObject({ via: "bearer", actor: { id: root.user.id } })
    await auth.users.endCredentials(root.user.id)
    expect(await who(secret)).toBeNull()
  })

  it("JWT-04 a program that logs in through the browser collects one, and it is a program", async () => {
    const { auth, user, who } = await openScene({}, { cliLogin: { result: "session" } })
    const browser = await auth.sessions.logIn(ada, { kind: "browser" })
    const begun = await auth.cliLogins.begin({ program: "mill" })
    const actor = { user, session: browser.session }
    const found = await auth.cliLogins.lookUp(actor, begun.code)
    await auth.cliLogins.approve(actor, found.id)
    const collected = await auth.cliLogins.collect({ secret: begun.secret })
    if (collected.status !== "session") throw new Error(collected.status)
    expect(partsOf(collected.secret).claims).toMatchObject({ sub: user.id, sid: collected.session.id })
    expect(await who(collected.secret)).toMatchObject({ via: "bearer", session: { authenticatedAt: 0 } })
    await auth.sessions.closeOthers(browser.session)
    expect(await who(collected.secret)).toBeNull()
  })

  it("JWT-14 PWD-11 has its signature verified once, and its session looked up each time", async () => {
    const { secret, who, callsOf } = await liveToken() // it was used once
    const verify = vi.spyOn(crypto.subtle, "verify")
    onTestFinished(() => verify.mockRestore())
    for (let count = 0; count < 3; count++) expect(await callsOf(() => who(secret))).toEqual(["lookupSession"])
    expect(verify).not.toHaveBeenCalled()
    const forged = `${reveal(secret).slice(0, -4)}AAAA`
    for (let count = 0; count < 3; count++) expect(await callsOf(() => who(forged))).toEqual([])
    expect(verify).toHaveBeenCalledTimes(3) // what was wrong is not remembered: anybody could fill the memory with it
  })
})
