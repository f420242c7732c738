import { ada, cookieSetBy, headerOf, navigation, type WireAnswer } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import type { TestAuthOptions } from "@latchkey/core/testing"
import { expect, test } from "vitest"
import { bodyOf, leadsTo, NEW_PASSWORD, refusal, textOf, withAda } from "../../test/answers.ts"
import { adas, openBasic } from "../../test/basic-site.ts"
import { ruledStore } from "../../test/stores.ts"

const withAdaWhoMayLeave = (options: TestAuthOptions = {}) => withAda({ profile: { mayDelete: true }, ...options })

const leave = { method: "DELETE", target: "/users/me" }

/** Where the form of a page posts to. */
const actionIn = ({ body }: WireAnswer): string =>
  /<form class="form" method="post" action="([^"]*)"/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? ""

test("PRI-03 ADM-06 DELETE /users/me deletes the account of a program's user, with all that is theirs", async () => {
  const site = await withAdaWhoMayLeave()
  const [program, browser] = [await site.program(), await site.browser()]
  const token = await site.token()
  expect((await site.ask({ ...leave, headers: program })).status).toBe(204)
  for (const headers of [program, browser, token]) {
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
  }
  expect(await site.auth.users.find(site.id)).toBeNull()
  expect((await site.auth.audit.list({ type: "user.removed" })).map(({ event }) => event)).toMatchObject([
    { actor: site.id, subject: site.id, details: { by: "owner" }, ip: "192.0.2.7" }
  ])
})

test("PRI-03 DELETE /users/me takes the current password, also where the log-in is recent; a wrong one deletes nobody", async () => {
  const site = await withAdaWhoMayLeave()
  const headers = await site.program()
  const wrong = await site.ask({ ...leave, headers, json: { current_password: "wrong" } })
  expect([wrong.status, bodyOf(wrong).code]).toEqual([403, "current-password-wrong"])
  await site.clock.advance("10 minutes")
  for (const body of [{}, { json: {} }, { json: { current_password: null } }]) {
    const stale = await site.ask({ ...leave, headers, ...body })
    expect([stale.status, bodyOf(stale).code]).toEqual([403, "reauthentication-required"])
  }
  expect(await site.auth.users.find(site.id)).not.toBeNull()
  expect((await site.ask({ ...leave, headers, json: { current_password: ada.password } })).status).toBe(204)
})

test("PRI-03 a program with a token of its own deletes no account, whatever its scopes", async () => {
  const scopes = ["latchkey:credentials", "latchkey:admin"]
  const site = await withAdaWhoMayLeave({
    tokens: { scopes: Object.fromEntries(scopes.map((scope) => [scope, "Much"])) }
  })
  const headers = await site.token({ scopes: [scopes[0] ?? ""] })
  const answers = [
    await site.ask({ ...leave, headers }),
    await site.ask({ ...leave, headers, json: { current_password: ada.password } }),
    await site.ask({ method: "POST", target: "/profile/delete", form: { current_password: ada.password }, headers })
  ]
  expect(answers.map((answer) => [answer.status, bodyOf(answer).code])).toEqual(
    Array.from({ length: 3 }, () => [403, "session-required"])
  )
  expect(await site.auth.users.find(site.id)).not.toBeNull()
})

test("PRI-03 nor does a program with a session that its user lent it, even if it knows the password", async () => {
  const site = await withAdaWhoMayLeave()
  const user = await site.auth.users.find(site.id)
  if (user === null) throw new Error("ada is missing")
  const { secret } = await site.auth.sessions.open(user, { kind: "bearer", isRecent: false })
  const headers = { authorization: `Bearer ${reveal(secret)}` }
  const answer = await site.ask({ ...leave, headers, json: { current_password: ada.password } })
  expect([answer.status, bodyOf(answer).code]).toEqual([403, "session-required"])
  expect(await site.auth.users.find(site.id)).not.toBeNull()
})

test("PRI-03 nobody deletes an account where the option is off: 403, and the profile does not offer it", async () => {
  const site = await withAda()
  const browser = { ...(await site.browser()), ...navigation }
  const program = await site.ask({ ...leave, headers: await site.program(), json: { current_password: "wrong" } })
  expect([program.status, bodyOf(program).code]).toEqual([403, "account-deletion-disabled"])
  for (const method of ["GET", "POST"]) {
    const page = await site.ask({ method, target: "/profile/delete", headers: browser })
    expect([page.status, textOf(page)]).toEqual([
      403,
      expect.stringContaining("People cannot delete their own account")
    ])
  }
  const profile = await site.ask({ target: "/profile/", headers: browser })
  expect(profile.body).toContain('href="/profile/data"')
  expect(profile.body).not.toContain("/profile/delete")
  expect(await site.auth.users.find(site.id)).not.toBeNull()
})

test("PRI-03 the profile leads to a question that says what goes and what stays, and its button deletes the account", async () => {
  const site = await withAdaWhoMayLeave()
  const browser = await site.browser()
  const headers = { ...browser, ...navigation }
  expect((await site.ask({ target: "/profile/", headers })).body).toContain('href="/profile/delete"')
  const question = await site.ask({ target: "/profile/delete", headers })
  expect(textOf(question)).toMatch(/Delete your account\?.*ada.*This cannot be undone.*security log stays/)
  expect(question.body).not.toContain('name="current_password"')
  const done = await site.ask({ method: "POST", target: actionIn(question), form: {}, headers })
  expect(leadsTo(done)).toEqual([303, "/login?done=account-deleted"])
  expect([cookieSetBy(done, "latchkey_session"), cookieSetBy(done, "latchkey_session_device")]).toEqual(["", ""])
  expect(headerOf(done, "clear-site-data")).toBe('"cache"')
  const login = await site.ask({ target: "/login?done=account-deleted", headers: navigation })
  expect(textOf(login)).toContain("Your account was deleted.")
  expect(await site.auth.users.find(site.id)).toBeNull()
})

test("PRI-03 SES-12 where the log-in is old, the question asks for the password, and says beside it what is wrong", async () => {
  const site = await withAdaWhoMayLeave()
  const headers = { ...(await site.browser()), ...navigation }
  await site.clock.advance("10 minutes")
  const question = await site.ask({ target: "/profile/delete", headers })
  expect(question.body).toContain('name="current_password"')
  const target = actionIn(question)
  const send = (current_password: string) => site.ask({ method: "POST", target, form: { current_password }, headers })
  const empty = await send("")
  expect([empty.status, textOf(empty)]).toEqual([422, expect.stringContaining("Enter your current password.")])
  const wrong = await send("wrong")
  expect([wrong.status, textOf(wrong)]).toEqual([422, expect.stringContaining("This is not your current password.")])
  expect(await site.auth.users.find(site.id)).not.toBeNull()
  expect(leadsTo(await send(ada.password))).toEqual([303, "/login?done=account-deleted"])
})

test("PRI-03 SES-28 a second click, at once or later, ends where the first one did", async () => {
  const site = await withAdaWhoMayLeave()
  const headers = { ...(await site.browser()), ...navigation }
  const target = actionIn(await site.ask({ target: "/profile/delete", headers }))
  const send = () => site.ask({ method: "POST", target, form: {}, headers })
  const answers = [...(await Promise.all([send(), send(), send()])), await send()]
  expect(answers.map(leadsTo)).toEqual(Array.from({ length: 4 }, () => [303, "/login?done=account-deleted"]))
  for (const answer of answers) expect(cookieSetBy(answer, "latchkey_session")).toBe("")
  expect(await site.auth.audit.list({ type: "user.removed" })).toHaveLength(1)
  const [removed] = await site.auth.audit.list({ type: "user.removed" })
  expect(removed?.event.actedWith).toBe(`session:${new URLSearchParams(target.split("?")[1]).get("session")}`)
  // Back to the question, which is no page for nobody.
  expect(leadsTo(await site.ask({ target: "/profile/delete", headers }))[0]).toBe(303)
})

// Between the two writes of the first click, the account is gone and the trail does not say so yet.
test("PRI-03 SES-28 a second click between the removal and its record ends where the first one does", async () => {
  const ruled = ruledStore()
  const site = await withAdaWhoMayLeave({ store: ruled.store })
  const headers = { ...(await site.browser()), ...navigation }
  const target = actionIn(await site.ask({ target: "/profile/delete", headers }))
  const send = () => site.ask({ method: "POST", target, form: {}, headers })
  const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  ruled.rule = (operation) => {
    if (operation !== "audit.append") return "pass"
    reached.resolve()
    return held.promise
  }
  const first = send()
  await reached.promise
  expect(leadsTo(await send())).toEqual([303, "/login?done=account-deleted"])
  held.resolve()
  expect(leadsTo(await first)).toEqual([303, "/login?done=account-deleted"])
})

test("PRI-03 a form of a session that has ended deletes nobody, and is not answered as if it had", async () => {
  const site = await withAdaWhoMayLeave()
  const headers = { ...(await site.browser()), ...navigation }
  const target = actionIn(await site.ask({ target: "/profile/delete", headers }))
  await site.auth.users.endCredentials(site.id)
  const [status, to] = leadsTo(await site.ask({ method: "POST", target, form: {}, headers }))
  expect([status, to]).toEqual([303, expect.not.stringContaining("account-deleted")])
  expect(await site.auth.users.find(site.id)).not.toBeNull()
})

// Anybody can write a cookie that names a user, in the form of a session's secret.
test("PRI-03 a cookie that anybody could have written learns of no id whether there is such a user", async () => {
  const site = await withAdaWhoMayLeave()
  const grace = { username: "grace", password: NEW_PASSWORD }
  const { id: gone } = await site.auth.users.register(grace)
  const ofGone = { ...(await site.browser(grace)), ...navigation }
  const ofAda = { ...(await site.browser()), ...navigation }
  const sessions = await site.auth.sessions.list(site.id)
  await site.auth.users.remove(gone)
  await site.auth.users.endCredentials(site.id)
  const send = (headers: Readonly<Record<string, string>>, query: Readonly<Record<string, string>>) =>
    site.ask({ method: "POST", target: `/profile/delete?${new URLSearchParams(query)}`, form: {}, headers })
  const session = sessions[0]?.id ?? ""
  const there = await send(ofAda, { user: site.id, session })
  expect(leadsTo(there)[1]).not.toContain("account-deleted")
  for (const answer of [
    await send(ofGone, {}),
    await send(ofGone, { user: gone }),
    await send(ofGone, { user: gone, session })
  ])
    expect([answer.status, answer.headers, answer.body]).toEqual([there.status, there.headers, there.body])
})

test("CSR-16 a question from a tab left open does not delete the account of whoever is logged in by then", async () => {
  const site = await withAdaWhoMayLeave()
  const first = { ...(await site.browser()), ...navigation }
  const target = actionIn(await site.ask({ target: "/profile/delete", headers: first }))
  const grace = { username: "grace", password: NEW_PASSWORD }
  const { id } = await site.auth.users.register(grace)
  const headers = { ...(await site.browser(grace)), ...navigation }
  const refused = await site.ask({ method: "POST", target, form: {}, headers })
  expect([refused.status, textOf(refused)]).toEqual([422, expect.stringContaining("You are logged in as grace now")])
  expect([await site.auth.users.find(id), await site.auth.users.find(site.id)]).not.toContain(null)
})

test("ADM-02 ADM-10 the last superuser is told so on the page, and by 409", async () => {
  const site = await withAdaWhoMayLeave()
  const root = { username: "root", password: "a quiet lantern over grey water" }
  const headers = { ...(await site.browser(root)), ...navigation }
  const target = actionIn(await site.ask({ target: "/profile/delete", headers }))
  const page = await site.ask({ method: "POST", target, form: {}, headers })
  expect([page.status, textOf(page)]).toEqual([409, expect.stringContaining("You are the only administrator.")])
  expect(refusal(await site.ask({ ...leave, headers: await site.program(root) }))).toEqual([409, "LAST_SUPERUSER"])
  await site.auth.users.change(site.id, { isSuperuser: true })
  expect(leadsTo(await site.ask({ method: "POST", target, form: {}, headers }))[0]).toBe(303)
})

test("PRI-03 BAS-01 in mode basic the password came with the request, and a page says that the account is gone", async () => {
  const site = await openBasic({ profile: { mayDelete: true } })
  const headers = { ...adas, ...navigation }
  const question = await site.ask({ target: "/profile/delete", headers })
  expect(question.body).not.toContain('name="current_password"')
  const done = await site.ask({ method: "POST", target: actionIn(question), form: {}, headers })
  expect([done.status, textOf(done)]).toEqual([200, expect.stringContaining("Your account was deleted.")])
  expect((await site.ask({ target: "/users/me", headers: adas })).status).toBe(401)
})

test("a form that takes JSON, and a program in mode basic, get no page", async () => {
  const site = await withAdaWhoMayLeave()
  const headers = { ...(await site.browser()), accept: "application/json" }
  const target = actionIn(await site.ask({ target: "/profile/delete", headers: { ...headers, ...navigation } }))
  const done = await site.ask({ method: "POST", target, form: {}, headers })
  expect([done.status, done.body]).toEqual([204, ""])
  const basic = await openBasic({ profile: { mayDelete: true } })
  expect((await basic.ask({ ...leave, headers: adas })).status).toBe(204)
})
