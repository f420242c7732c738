import { ada, navigation, root, valuesOf } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { expect, test } from "vitest"
import { STOP, withBrowser } from "../../test/acting-browser.ts"
import { grace as person } from "../../test/admin-site.ts"
import { bodyOf, leadsTo, textOf } from "../../test/answers.ts"

test("IMP-08 an administrator acts as a user in their browser: the page asks why, and the next one says as whom, with a way to stop", async () => {
  const { begin, browser, grace, me, read, secret } = await withBrowser()
  const asked = await read(`/admin/users/${grace.id}/impersonate`)
  expect(textOf(asked)).toMatch(/Act as grace\?.*Why/)
  const begun = await begin()
  expect(leadsTo(begun)).toEqual([303, STOP])
  const cookies = valuesOf(begun, "set-cookie")
  expect(cookies).toEqual([
    expect.stringMatching(/^latchkey_session=.*; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^latchkey_session_admin=.*; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/)
  ])
  expect(browser.jar.get("latchkey_session_admin")).toBe(secret)
  expect((await me()).username).toBe("grace")
  const page = await read(STOP)
  expect(textOf(page)).toContain("You act as grace . Stop")
  expect(page.body).toContain(`<form method="post" action="${STOP}">`)
  expect(page.body).not.toContain("/admin/users")
})

test("IMP-08 to stop gives the administrator a new session, and ends the user's and the one that waited", async () => {
  const { ask, auth, begin, browser, grace, me, post, read, secret } = await withBrowser()
  await begin()
  const acting = browser.jar.get("latchkey_session")
  const stopped = await post(STOP)
  expect(leadsTo(stopped)).toEqual([303, `/admin/users/${grace.id}?done=acting-stopped`])
  expect(textOf(await read(`/admin/users/${grace.id}?done=acting-stopped`))).toContain("You are yourself again.")
  expect((await me()).username).toBe("root")
  expect(browser.jar.has("latchkey_session_admin")).toBe(false)
  expect([acting, secret]).not.toContain(browser.jar.get("latchkey_session"))
  for (const ended of [acting, secret]) {
    const cookie = `latchkey_session=${ended}`
    expect((await ask({ target: "/users/me", headers: { cookie } })).status).toBe(401)
  }
  expect(await auth.sessions.list(grace.id)).toEqual([])
})

test("IMP-08 ERR-06 a page that only users themselves may open has the button that stops, and no other way round", async () => {
  const { begin, me, post, read } = await withBrowser()
  await begin()
  const refused = await read("/tokens/")
  expect(refused.status).toBe(403)
  const main = refused.body.slice(refused.body.indexOf("<main"))
  expect(textOf({ ...refused, body: main })).toMatch(/Stop first\. Stop acting as this user Go to Latchkey/)
  const [, action = ""] = /<form method="post" action="([^"]*)">/.exec(main) ?? []
  await post(action)
  expect((await me()).username).toBe("root")
})

test("IMP-08 ADM-05 to stop proves nothing: the administrator's log-in is as old as it was", async () => {
  const { auth, begin, browser, clock, post } = await withBrowser()
  const authenticatedAt = async () =>
    (await auth.sessions.resume(browser.jar.get("latchkey_session") ?? ""))?.session.authenticatedAt
  const before = await authenticatedAt()
  await begin()
  await clock.advance("11 minutes")
  await post(STOP)
  expect(await authenticatedAt()).toBe(before)
})

test("IMP-08 a button that is pressed twice, at once or one after the other, ends at the administrator's pages and loses no session", async () => {
  const { ask, begin, browser, me, post, grace } = await withBrowser()
  const before = browser.headers()
  await begin()
  const again = await ask({
    method: "POST",
    target: `/admin/users/${grace.id}/impersonate`,
    form: { reason: "" },
    headers: browser.headers()
  })
  expect(leadsTo(again)).toEqual([303, STOP])
  expect(before.cookie).not.toBe(browser.headers().cookie)
  const stop = { method: "POST", target: STOP, form: {}, headers: browser.headers() }
  const answers = await Promise.all([ask(stop), ask(stop)])
  for (const answer of answers) browser.keep(answer)
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect((await me()).username).toBe("root")
  expect(leadsTo(await ask(stop))).toEqual([303, "/admin/users"])
  expect(valuesOf(await ask(stop), "set-cookie")).toEqual([])
  expect(leadsTo(await post(STOP))).toEqual([303, "/admin/users"])
  expect((await me()).username).toBe("root")
})

test("IMP-08 IMP-09 where the administrator's own session has ended meanwhile, nobody acts as the user, and they log in again", async () => {
  const { auth, begin, post, me, read } = await withBrowser()
  await begin()
  const [admin] = (await auth.users.list({ query: root.username })).items
  if (admin === undefined) throw new Error("root is not there")
  const [own] = await auth.sessions.list(admin.id)
  if (own !== undefined) await auth.sessions.close({ owner: admin.id, id: own.id })
  expect((await me()).code).toBe("unauthorized")
  expect(leadsTo(await post(STOP))).toEqual([303, "/admin/users"])
  expect((await me()).code).toBe("unauthorized")
  expect(leadsTo(await read("/admin/users"))[1]).toMatch(/^\/login/)
})

test("IMP-08 whoever stops after the user's session has ended by itself gets their own back, while its cookie lives", async () => {
  const { auth, begin, grace, me, post } = await withBrowser()
  await begin()
  await auth.users.endCredentials(grace.id)
  expect(leadsTo(await post(STOP))).toEqual([303, "/admin/users"])
  expect((await me()).username).toBe("root")
})

test("IMP-08 a secret of somebody else in the administrator's cookie opens nothing, and neither does one of an impersonation", async () => {
  const { auth, begin, browser, grace, post } = await withBrowser()
  await auth.users.register(ada)
  await begin()
  const acting = browser.jar.get("latchkey_session") ?? ""
  const other = reveal((await auth.sessions.logIn(ada, { kind: "browser" })).secret)
  for (const secret of [other, acting]) {
    browser.jar.set("latchkey_session", acting).set("latchkey_session_admin", secret)
    expect(leadsTo(await post(STOP))[1]).toMatch(/^\/(login\?done=ended|admin\/users)$/)
    expect([acting, undefined]).toContain(browser.jar.get("latchkey_session"))
  }
  expect(await auth.sessions.list(grace.id)).toEqual([])
})

test("IMP-03 neither cookie lives longer than the impersonation", async () => {
  const { begin } = await withBrowser({ impersonation: { lifetime: "3 minutes" } })
  const cookies = valuesOf(await begin(), "set-cookie")
  expect(cookies.map((cookie) => /Max-Age=(\d+)/.exec(cookie)?.[1])).toEqual(["180", "180"])
})

test("to log out while acting as somebody ends both sessions, and leaves neither cookie", async () => {
  const { ask, begin, browser, post, secret } = await withBrowser()
  await begin()
  expect(leadsTo(await post("/logout"))).toEqual([303, "/login?done=logged-out"])
  expect([...browser.jar.keys()]).toEqual([])
  const cookie = `latchkey_session=${secret}`
  expect((await ask({ target: "/users/me", headers: { cookie } })).status).toBe(401)
})

test("IMP-07 the user sees in the list of their sessions that an administrator acts as them, and why", async () => {
  const { ask, auth, begin, browser } = await withBrowser()
  await begin("Ticket <481>")
  const secret = reveal((await auth.sessions.logIn(person, { kind: "browser" })).secret)
  const page = await ask({ target: "/profile/", headers: { ...navigation, cookie: `latchkey_session=${secret}` } })
  expect(textOf(page)).toMatch(/An administrator acts as you Reason Ticket &lt;481&gt;/)
  expect(page.body).not.toContain(browser.jar.get("latchkey_session") ?? "")
})

test("IMP-01 an old log-in needs the password on the question, which keeps the reason", async () => {
  const { clock, me, post, grace } = await withBrowser()
  await clock.advance("11 minutes")
  const target = `/admin/users/${grace.id}/impersonate`
  const asked = await post(target, { reason: "Ticket 481" })
  expect([asked.status, asked.body]).toEqual([422, expect.stringContaining('value="Ticket 481"')])
  expect(textOf(asked)).toContain("Enter your current password.")
  const long = await post(target, { reason: "x".repeat(201), current_password: root.password })
  expect([long.status, textOf(long)]).toEqual([422, expect.stringContaining("Use at most 200 characters.")])
  expect(leadsTo(await post(target, { reason: "Ticket 481", current_password: root.password }))).toEqual([303, STOP])
  expect((await me()).username).toBe("grace")
})

test("IMP-02 nobody is offered to act as themselves or as an administrator, and the form says why not", async () => {
  const { auth, post, read } = await withBrowser()
  const second = await auth.users.create({ username: "second", password: ada.password, isSuperuser: true })
  const [me] = (await auth.users.list({ query: root.username })).items
  for (const [user, said] of [
    [second, "Nobody can act as another administrator here."],
    [me, "You cannot act as yourself."]
  ] as const) {
    const target = `/admin/users/${user?.id}`
    expect((await read(target)).body).not.toContain("/impersonate")
    const answer = await post(`${target}/impersonate`, { reason: "" })
    expect([answer.status, textOf(answer)]).toEqual([403, expect.stringContaining(said)])
    expect(valuesOf(answer, "set-cookie")).toEqual([])
  }
})

test("IMP-01 who acts as somebody sees no page of administrators, and begins nothing else", async () => {
  const { auth, begin, post, read } = await withBrowser({ impersonation: { ofSuperusers: true } })
  const other = await auth.users.register(ada)
  await begin()
  for (const target of ["/admin/users", "/admin/users/new", "/admin/audit"])
    expect((await read(target)).status).toBe(403)
  expect((await post(`/admin/users/${other.id}/impersonate`, { reason: "" })).status).toBe(403)
})

test("a program's session cannot begin it on the page, and a token neither", async () => {
  const { ask, grace, program, token } = await withBrowser({ tokens: { scopes: { "latchkey:admin": "Administer" } } })
  for (const headers of [await program(root), await token({ scopes: ["latchkey:admin"] }, root)]) {
    const answer = await ask({ method: "POST", target: `/admin/users/${grace.id}/impersonate`, form: {}, headers })
    expect([answer.status, bodyOf(answer).code]).toEqual([403, "session-required"])
  }
})
