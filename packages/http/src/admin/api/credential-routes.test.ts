import { ada, headerOf, root, tokenOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { NOBODY, openAdminSite, openedBy } from "../../../test/administration-site.ts"
import { bodyOf, refusal } from "../../../test/answers.ts"

test("an administrator sees a user's sessions and tokens, and no secret of theirs", async () => {
  const site = await openAdminSite()
  const { session, headers } = await openedBy(site)
  const { token, text } = await tokenOf(site.auth)
  const sessions = await site.as("GET", `/admin/users/${site.user.id}/sessions`)
  expect([sessions.status, bodyOf(sessions)]).toEqual([
    200,
    [expect.objectContaining({ id: session.id, kind: "bearer", current: false })]
  ])
  const tokens = await site.as("GET", `/admin/users/${site.user.id}/tokens`)
  expect([tokens.status, bodyOf(tokens)]).toEqual([
    200,
    [expect.objectContaining({ id: token.id, name: "Nightly build", last_used_at: null })]
  ])
  for (const secret of [text, headers.authorization.replace("Bearer ", "")])
    expect(sessions.body + tokens.body).not.toContain(secret.slice(10, -6))
})

test("lists of a user's sessions and tokens come in pages, whose query is checked", async () => {
  const { as, auth, clock, user } = await openAdminSite()
  for (let at = 0; at < 3; at++) {
    await clock.advance("1 second")
    await auth.sessions.logIn(ada)
    await tokenOf(auth, { name: `Token ${at}` })
  }
  for (const list of ["sessions", "tokens"]) {
    const path = `/admin/users/${user.id}/${list}`
    const first = await as("GET", `${path}?limit=2`)
    const [, next = ""] = /^<(.+)>; rel="next"$/.exec(headerOf(first, "link") ?? "") ?? []
    expect(next).toMatch(new RegExp(`^${path}\\?before=`))
    const second = await as("GET", next)
    expect([bodyOf(first).length, bodyOf(second).length, headerOf(second, "link")]).toEqual([2, 1, null])
    expect((await as("GET", `${path}?limit=0`)).status).toBe(422)
  }
})

test("an administrator ends one session and one token, which stop working at once, and a second time they are gone", async () => {
  const site = await openAdminSite()
  const [one, other] = [await openedBy(site), await openedBy(site)]
  const { token, text } = await tokenOf(site.auth)
  for (const path of [`sessions/${one.session.id}`, `tokens/${token.id}`]) {
    const target = `/admin/users/${site.user.id}/${path}`
    expect((await site.as("DELETE", target)).status).toBe(204)
    expect(refusal(await site.as("DELETE", target))).toEqual([404, "Not Found"])
  }
  const status = async (headers: Readonly<Record<string, string>>) =>
    (await site.ask({ target: "/users/me", headers })).status
  expect(await status(one.headers)).toBe(401)
  expect(await status({ authorization: `Bearer ${text}` })).toBe(401)
  expect(await status(other.headers)).toBe(200)
  const [revoked, closed] = await site.auth.audit.list({ limit: 2 })
  for (const record of [revoked, closed])
    expect(record?.event).toMatchObject({ actor: site.rootId, subject: site.user.id, details: { by: "admin" } })
})

test("a session or token of somebody else is not ended under a user's address", async () => {
  const site = await openAdminSite()
  const { token } = await tokenOf(site.auth, {}, root)
  const [own] = await site.auth.sessions.list(site.user.id)
  expect(own).toBeUndefined()
  const [theirs] = bodyOf(await site.as("GET", `/admin/users/${site.rootId}/sessions`))
  for (const path of [`sessions/${theirs.id}`, `tokens/${token.id}`])
    expect(refusal(await site.as("DELETE", `/admin/users/${site.user.id}/${path}`))).toEqual([404, "Not Found"])
  expect((await site.as("GET", "/users/me")).status).toBe(200)
})

test("an administrator ends all sessions and tokens of a user, and those of nobody else", async () => {
  const site = await openAdminSite()
  const { headers } = await openedBy(site)
  const { text } = await tokenOf(site.auth)
  expect((await site.as("DELETE", `/admin/users/${site.user.id}/credentials`)).status).toBe(204)
  for (const each of [headers, { authorization: `Bearer ${text}` }])
    expect((await site.ask({ target: "/users/me", headers: each })).status).toBe(401)
  expect((await site.as("GET", "/users/me")).status).toBe(200)
  expect(await site.auth.sessions.logIn(ada)).toMatchObject({ user: { id: site.user.id } })
})

test.each(["sessions/", "sessions/*", "sessions/%2A", "sessions/all", "tokens/", "tokens/*", "tokens/%20"])(
  "ADM-08 an id that is left out or a wildcard ends nothing: DELETE …/%s",
  async (path) => {
    const site = await openAdminSite()
    const { headers } = await openedBy(site)
    await tokenOf(site.auth)
    const { sessions, tokens } = await site.contents()
    for (const json of [undefined, [], { ids: [] }]) {
      const answer = await site.as("DELETE", `/admin/users/${site.user.id}/${path}`, json)
      expect([404, 405], path).toContain(answer.status)
    }
    for (const id of ["*", "%2A", "", NOBODY])
      expect([404, 405]).toContain((await site.as("DELETE", `/admin/users/${id}/credentials`)).status)
    expect(await site.contents()).toMatchObject({ sessions, tokens })
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  }
)

test("ADM-04 what is asked of nobody is 404 at every address of a user", async () => {
  const { as } = await openAdminSite()
  for (const id of [NOBODY, "x", "%00"]) {
    for (const path of ["sessions", "tokens"]) {
      expect(refusal(await as("GET", `/admin/users/${id}/${path}`))).toEqual([404, "Not Found"])
      expect(refusal(await as("DELETE", `/admin/users/${id}/${path}/x`))).toEqual([404, "Not Found"])
    }
    expect(refusal(await as("DELETE", `/admin/users/${id}/credentials`))).toEqual([404, "Not Found"])
  }
})
