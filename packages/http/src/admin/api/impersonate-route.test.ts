import { navigation, root } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { expect, test } from "vitest"
import { type AdminSite, NOBODY, openAdminSite, openedBy } from "../../../test/administration-site.ts"
import { bodyOf, refusal, valueError } from "../../../test/answers.ts"
import { english } from "../../texts/english.ts"

const codeOf = (answer: Parameters<typeof bodyOf>[0]) => [answer.status, bodyOf(answer).code]

test("IMP-03 an administrator gets a bearer session in a user's place, and the answers say by whom", async () => {
  const { as, ask, rootId, user } = await openAdminSite()
  const answer = await as("POST", `/admin/users/${user.id}/token`, { reason: "Ticket 7" })
  expect([answer.status, bodyOf(answer)]).toEqual([
    200,
    {
      access_token: expect.stringMatching(/^lk_ses_/),
      token_type: "bearer",
      expires_in: 900,
      impersonated_by: rootId
    }
  ])
  const headers = { authorization: `Bearer ${bodyOf(answer).access_token}` }
  expect(bodyOf(await ask({ target: "/users/me", headers }))).toEqual({
    id: user.id,
    email: "ada@example.org",
    is_active: true,
    is_superuser: false,
    is_verified: true,
    username: "ada",
    impersonated_by: rootId
  })
})

test("IMP-03 it ends when it says, used or not; a body is not needed", async () => {
  const { as, ask, clock, user } = await openAdminSite()
  const opened = bodyOf(await as("POST", `/admin/users/${user.id}/token`, { expires_in: 60 }))
  expect(opened.expires_in).toBe(60)
  const status = async () =>
    (await ask({ target: "/users/me", headers: { authorization: `Bearer ${opened.access_token}` } })).status
  await clock.advance("59 seconds")
  expect(await status()).toBe(200)
  await clock.advance("1 second")
  expect(await status()).toBe(401)
  expect((await as("POST", `/admin/users/${user.id}/token`)).status).toBe(200)
})

test.each([901, 0, -1, 1e9])("IMP-03 expires_in above the maximum, or none at all, is 422: %d", async (expires_in) => {
  const { as, user } = await openAdminSite()
  const answer = await as("POST", `/admin/users/${user.id}/token`, { expires_in })
  expect(refusal(answer)).toEqual([422, valueError("expires_in")])
})

test("a reason that is too long and an expires_in of another type are 422", async () => {
  const { as, user } = await openAdminSite()
  const ask = (json: object) => as("POST", `/admin/users/${user.id}/token`, json)
  expect(refusal(await ask({ reason: "x".repeat(201) }))).toEqual([422, valueError("reason")])
  expect(refusal(await ask({ expires_in: "soon" }))).toEqual([
    422,
    [{ type: "int_type", loc: ["body", "expires_in"], msg: "Input should be a valid integer" }]
  ])
})

test("ADM-04 IMP-02 an id that is none is 422 here, and nobody's is 404, as older clients know both", async () => {
  const { as, auth, user } = await openAdminSite()
  for (const id of ["x", "%00", "1", `${NOBODY}0`])
    expect(refusal(await as("POST", `/admin/users/${id}/token`, {}))).toEqual([
      422,
      [{ type: "uuid_parsing", loc: ["path", "user_id"], msg: "Input should be a valid UUID" }]
    ])
  expect(refusal(await as("POST", `/admin/users/${NOBODY}/token`, {}))).toEqual([404, "User not found"])
  await auth.users.change(user.id, { isActive: false })
  expect(refusal(await as("POST", `/admin/users/${user.id}/token`, {}))).toEqual([404, "User not found"])
})

test("IMP-02 nobody acts as themselves or as another superuser, unless the option says so, nor where it is off", async () => {
  const site = await openAdminSite()
  const other = await site.auth.users.create({ username: "other", isSuperuser: true, email: "other@example.org" })
  expect(codeOf(await site.as("POST", `/admin/users/${site.rootId}/token`, {}))).toEqual([403, "impersonation-of-self"])
  expect(codeOf(await site.as("POST", `/admin/users/${other.id}/token`, {}))).toEqual([
    403,
    "impersonation-of-superuser"
  ])
  const open = await openAdminSite({ impersonation: { ofSuperusers: true } })
  await open.auth.users.change(open.user.id, { isSuperuser: true })
  expect((await open.as("POST", `/admin/users/${open.user.id}/token`, {})).status).toBe(200)
  const off = await openAdminSite({ impersonation: { enabled: false } })
  expect(codeOf(await off.as("POST", `/admin/users/${off.user.id}/token`, {}))).toEqual([403, "impersonation-disabled"])
})

test("IMP-01 it needs an administrator's own session from a recent log-in: no token, no impersonation, before the body is read", async () => {
  const site = await openAdminSite({ impersonation: { ofSuperusers: true } })
  const target = `/admin/users/${site.user.id}/token`
  const refused = async (headers: Readonly<Record<string, string>>) =>
    codeOf(await site.ask({ method: "POST", target, json: [], headers }))
  expect(await refused({})).toEqual([401, "unauthorized"])
  expect(await refused(await site.program())).toEqual([403, "admin-required"])
  expect(await refused(await site.token({ scopes: ["latchkey:admin"] }, root))).toEqual([403, "session-required"])
  expect(await refused(await site.acting())).toEqual([403, "impersonation-forbidden"])
  await site.auth.users.change(site.user.id, { isSuperuser: true })
  expect(await refused(await site.acting())).toEqual([403, "impersonation-forbidden"])
  await site.clock.advance("11 minutes")
  expect(await refused(site.headers)).toEqual([403, "reauthentication-required"])
})

test("IMP-05 it dies at once when the administrator loses the right or logs out everywhere, or the user becomes a superuser", async () => {
  for (const end of ["demote", "log out", "promote", "deactivate"]) {
    const site = await openAdminSite()
    await site.auth.users.create({ username: "other", email: "other@example.org", isSuperuser: true })
    const headers = await site.acting()
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
    if (end === "demote") await site.auth.users.change(site.rootId as never, { isSuperuser: false })
    if (end === "log out") await site.as("DELETE", `/admin/users/${site.rootId}/credentials`)
    if (end === "promote") await site.as("PATCH", `/users/${site.user.id}`, { is_superuser: true })
    if (end === "deactivate") await site.as("PATCH", `/users/${site.user.id}`, { is_active: false })
    expect((await site.ask({ target: "/users/me", headers })).status, end).toBe(401)
  }
})

test("IMP-06 it is in the trail with the reason and the address before it is used, under the administrator's name", async () => {
  const site = await openAdminSite()
  await site.as("POST", `/admin/users/${site.user.id}/token`, { reason: "Ticket 7" })
  const [begun] = await site.auth.audit.list({ type: "impersonation.begun" })
  expect(begun?.event).toMatchObject({
    actor: site.rootId,
    subject: site.user.id,
    ip: "192.0.2.7",
    details: { reason: "Ticket 7" }
  })
})

test("IMP-06 a refusal while acting is in the trail under the administrator's name, with the user as its subject", async () => {
  const site = await openAdminSite()
  const headers = await site.acting()
  await site.ask({ method: "PATCH", target: "/users/me", json: { username: "eve" }, headers })
  await site.clock.advance("1 minute")
  const [denied] = await site.auth.audit.list({ type: "access.denied" })
  expect(denied?.event).toMatchObject({
    actor: site.rootId,
    subject: site.user.id,
    details: { policy: "inPerson", path: "/users/me" }
  })
})

test("IMP-06 a program that ends its session in a user's place by RFC 7009 is in the trail under the administrator's name", async () => {
  const site = await openAdminSite()
  const { access_token } = bodyOf(await site.as("POST", `/admin/users/${site.user.id}/token`))
  expect((await site.ask({ target: "/oauth/revoke", form: { token: access_token } })).status).toBe(200)
  const [closed] = await site.auth.audit.list({ type: "session.closed" })
  expect(closed?.event).toMatchObject({ actor: site.rootId, subject: site.user.id, details: { by: "logout" } })
})

test("IMP-07 the user sees the administrator's session among their own, with the reason, and can end it", async () => {
  const site = await openAdminSite()
  const own = await openedBy(site)
  const opened = bodyOf(await site.as("POST", `/admin/users/${site.user.id}/token`, { reason: "Ticket 7" }))
  const listed = bodyOf(await site.ask({ target: "/sessions", headers: own.headers }))
  const theirs = listed.find(({ id }: { id: string }) => id !== own.session.id)
  expect(theirs).toMatchObject({ impersonated_by: site.rootId, reason: "Ticket 7", current: false })
  expect(listed.find(({ id }: { id: string }) => id === own.session.id)).not.toHaveProperty("impersonated_by")
  expect(bodyOf(await site.as("GET", `/admin/users/${site.user.id}/sessions`))).toContainEqual(theirs)
  await site.ask({ method: "DELETE", target: `/sessions/${theirs.id}`, headers: own.headers })
  const headers = { authorization: `Bearer ${opened.access_token}` }
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
})

test("IMP-04 to log out ends what acts in the user's place, and neither their own session nor the administrator's", async () => {
  const site = await openAdminSite()
  const own = await openedBy(site)
  const acting = await site.acting()
  expect((await site.ask({ method: "POST", target: "/auth/jwt/logout", headers: acting })).status).toBe(204)
  expect((await site.ask({ target: "/users/me", headers: acting })).status).toBe(401)
  for (const headers of [own.headers, site.headers])
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  const [closed] = await site.auth.audit.list({ type: "session.closed", limit: 1 })
  expect(closed?.event).toMatchObject({ actor: site.rootId, subject: site.user.id, details: { by: "logout" } })
})

/** The headers of a browser in which an administrator acts as ada. */
const actingBrowser = async ({ auth, headers, user }: AdminSite) => {
  const actor = await auth.identify({ authorization: headers.authorization ?? "", sessionCookie: null })
  if (actor === null) throw new Error("nobody")
  const { secret } = await auth.admin.impersonate(actor, user.id, { kind: "browser" })
  return { cookie: `latchkey_session=${reveal(secret)}`, "sec-fetch-site": "same-origin" }
}

test("IMP-04 a browser is told on a page that only the user can do this, and how to stop", async () => {
  const site = await openAdminSite()
  const headers = { ...navigation, ...(await actingBrowser(site)) }
  for (const target of ["/profile/", "/tokens/", "/admin/audit", `/users/${site.user.id}`]) {
    const page = await site.ask({ target, headers })
    expect([page.status, page.body], target).toEqual([
      403,
      expect.stringContaining(english.problems.byCode["impersonation-forbidden"])
    ])
    expect(page.body).toContain('<form method="post" action="/admin/impersonation/stop">')
  }
})

test("IMP-04 to log out in a browser ends an impersonation that came in its cookie", async () => {
  const site = await openAdminSite()
  const headers = await actingBrowser(site)
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  expect((await site.ask({ method: "POST", target: "/logout", headers })).status).toBe(204)
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
})
