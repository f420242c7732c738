import { ada, root as administrator, headerOf, navigation } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { expect, test } from "vitest"
import { bodyOf, textOf, withAda } from "../../test/answers.ts"
import { adas, openBasic } from "../../test/basic-site.ts"

const show = { target: "/users/me/data" }

test("PRI-01 GET /users/me/data gives all that is kept of a user, in the names of the wire, and no secret", async () => {
  const site = await withAda({ sessions: { collectIp: true } })
  const headers = await site.program()
  const token = await site.auth.tokens.issue(
    { user: (await site.auth.users.find(site.id)) ?? never(), scopes: "all" },
    { name: "runner" }
  )
  const begun = await site.auth.cliLogins.begin({ program: "acme" })
  await site.auth.cliLogins.lookUp({ user: (await site.auth.users.find(site.id)) ?? never() }, begun.code)
  const answer = await site.ask({ ...show, headers })
  const body = bodyOf(answer)
  expect(body).toMatchObject({
    user: { id: site.id, username: "ada", email: null, has_password: true, must_change_password: false, epoch: 1 },
    sessions: [{ kind: "bearer", authenticated_at: expect.stringMatching(/^\d{4}-/), data: null }],
    tokens: [{ name: "runner", hint: token.token.hint, expires_at: expect.stringMatching(/Z$/) }],
    cli_logins: [{ client: "acme", state: "undecided" }],
    events_continue_at: null
  })
  const issued = body.events.find(({ type }: { readonly type: string }) => type === "token.issued")
  expect(issued.details).toEqual({ scopes: "", expires_at: expect.stringMatching(/^\d{4}-.*Z$/) })
  expect(body.events.at(-1)).toMatchObject({ type: "user.registered", actor: "self", subject: "self" })
  expect(Object.keys(JSON.parse(answer.body, snakeOnly))).toContain("user")
  for (const secret of [ada.password, reveal(token.secret), headers.authorization?.slice(7) ?? "", "hash"]) {
    expect(answer.body).not.toContain(secret)
  }
})

/** Fails for a key that is not as the wire has it. */
const snakeOnly = (key: string, value: unknown): unknown => {
  expect(key).toMatch(/^[a-z0-9_]*$/)
  return value
}

const never = (): never => {
  throw new Error("ada is missing")
}

test("PRI-01 IMP-07 says that an administrator acts as the user and why, and neither names them nor says from where", async () => {
  const site = await withAda({ sessions: { collectIp: true, collectUserAgent: true } })
  const [root] = (await site.auth.users.list({ query: "root" })).items
  const json = { reason: "Ticket 481" }
  const headers = { ...(await site.program(administrator)), "user-agent": "office-cli/2" }
  await site.ask({ method: "POST", target: `/admin/users/${site.id}/token`, json, headers }, "198.51.100.9")
  const answer = await site.ask({ ...show, headers: await site.program() })
  const [acting] = bodyOf(answer).sessions.filter((each: { readonly reason?: string }) => each.reason !== undefined)
  expect(acting).toMatchObject({ impersonated_by: "other", reason: "Ticket 481", ip: null, user_agent: null })
  for (const hidden of [root?.id ?? "", "198.51.100.9", "office-cli"]) expect(answer.body).not.toContain(hidden)
})

test("PRI-01 names the fields of a change as the wire has them, and says who did it without naming them", async () => {
  const site = await withAda()
  const [root] = (await site.auth.users.list({ query: "root" })).items
  const by = { actor: root?.id ?? null, client: { ip: "198.51.100.9", userAgent: "curl" } }
  await site.auth.users.change(site.id, { isSuperuser: true }, by)
  const answer = await site.ask({ ...show, headers: await site.program() })
  const change = bodyOf(answer).events.find(({ type }: { readonly type: string }) => type === "user.changed")
  expect(change).toEqual({
    type: "user.changed",
    at: expect.any(String),
    actor: "other",
    subject: "self",
    details: { changes: [{ field: "is_superuser", from: false, to: true }] },
    credential: null,
    acted_with: null,
    ip: null,
    user_agent: null,
    request: null
  })
  expect(answer.body).not.toContain(root?.id)
})

test("PRI-02 SES-12 it needs a recent log-in, and no token gets it", async () => {
  const site = await withAda()
  const headers = await site.program()
  const byToken = await site.ask({ ...show, headers: await site.token() })
  expect([byToken.status, bodyOf(byToken).code]).toEqual([403, "session-required"])
  await site.clock.advance("10 minutes")
  const stale = await site.ask({ ...show, headers })
  expect([stale.status, bodyOf(stale).code]).toEqual([403, "reauthentication-required"])
  expect((await site.ask(show)).status).toBe(401)
})

test("PRI-02 DEV-14 a program that logged in through the browser gets it by no setting, nor deletes the account", async () => {
  const profile = { requireCurrentPassword: false, mayDelete: true }
  const site = await withAda({ cliLogin: { result: "session" }, profile })
  const user = (await site.auth.users.find(site.id)) ?? never()
  const begun = bodyOf(await site.ask({ target: "/auth/cli-login", json: {} }))
  const { id } = await site.auth.cliLogins.lookUp({ user }, begun.code)
  await site.auth.cliLogins.approve({ user }, id)
  const poll = { target: `/auth/cli-login/${begun.code}`, headers: { "latchkey-secret": begun.secret } }
  const headers = { authorization: `Bearer ${bodyOf(await site.ask(poll)).token}` }
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  const answers = [
    await site.ask({ ...show, headers }),
    await site.ask({ method: "POST", target: "/profile/data", form: {}, headers }),
    await site.ask({ method: "DELETE", target: "/users/me", headers })
  ]
  expect(answers.map((answer) => [answer.status, bodyOf(answer).code])).toEqual(
    Array.from({ length: 3 }, () => [403, "session-required"])
  )
  expect(await site.auth.users.find(site.id)).not.toBeNull()
})

test("PRI-01 more than a thousand events come in parts, by Link for programs and by an address in the file for people", async () => {
  const site = await withAda()
  for (let n = 0; n < 1_500; n++)
    await site.auth.audit.append("session.confirmed", { details: {}, actor: site.id, subject: site.id })
  const headers = await site.program()
  const first = await site.ask({ ...show, headers })
  const [, next] = /^<([^>]*)>; rel="next"$/.exec(headerOf(first, "link") ?? "") ?? []
  expect(bodyOf(first).events_continue_at).toBe(`http://localhost:3000${next}`)
  const second = await site.ask({ target: next ?? "", headers })
  expect(Object.keys(bodyOf(second))).toEqual(["events", "events_continue_at"])
  const all = [...bodyOf(first).events, ...bodyOf(second).events]
  expect([bodyOf(first).events.length, all.length, headerOf(second, "link")]).toEqual([1_000, 1_502, null])
  const browser = { ...(await site.browser()), ...navigation }
  const file = await site.ask({ method: "POST", target: "/profile/data", form: {}, headers: browser })
  const address = new URL(bodyOf(file).events_continue_at)
  const page = await site.ask({ target: `${address.pathname}${address.search}`, headers: browser })
  expect(page.body).toContain(`action="/profile/data${address.search}"`)
  const rest = await site.ask({ method: "POST", target: `${address.pathname}${address.search}`, headers: browser })
  expect(bodyOf(rest).events).toHaveLength(503)
})

test.each(["0", "-1", "x", "1e3", "9".repeat(16)])("a place that no part has is refused: %s", async (before) => {
  const site = await withAda()
  const answer = await site.ask({ target: `/users/me/data?before=${before}`, headers: await site.program() })
  expect([answer.status, bodyOf(answer).detail[0].loc]).toEqual([422, ["query", "before"]])
})

test("PRI-01 the profile leads to a page whose button answers with a file", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  expect((await site.ask({ target: "/profile/", headers })).body).toContain('href="/profile/data"')
  const page = await site.ask({ target: "/profile/data", headers })
  expect(textOf(page)).toMatch(/Download your data\?.*Passwords and other secrets are not in it/)
  const file = await site.ask({ method: "POST", target: "/profile/data", form: {}, headers })
  expect([file.status, headerOf(file, "content-type"), headerOf(file, "content-disposition")]).toEqual([
    200,
    "application/json; charset=utf-8",
    'attachment; filename="your-data.json"'
  ])
  expect(bodyOf(file).user.id).toBe(site.id)
})

test("PRI-02 SES-12 where the log-in is old, the page asks for the password, and a wrong one gets nothing", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  await site.clock.advance("10 minutes")
  expect((await site.ask({ target: "/profile/data", headers })).body).toContain('name="current_password"')
  const send = (current_password: string) =>
    site.ask({ method: "POST", target: "/profile/data", form: { current_password }, headers })
  const refused = [await send(""), await send("wrong")]
  expect(refused.map(({ status }) => status)).toEqual([422, 422])
  expect(refused.map(textOf)).toEqual([
    expect.stringContaining("Enter your current password."),
    expect.stringContaining("This is not your current password.")
  ])
  expect((await send(ada.password)).status).toBe(200)
})

test("PRI-01 in mode basic the password came with the request", async () => {
  const site = await openBasic()
  expect(bodyOf(await site.ask({ ...show, headers: adas })).user.username).toBe("ada")
})
