import {
  ada,
  answerOf,
  checkEveryAnswer,
  cookieSetBy,
  headerOf,
  navigation,
  root,
  valuesOf,
  type WireAnswer,
  webRequest
} from "@latchkey/conformance/adapter"
import { anyone, either, type Identity, type Policy, permits, scope, signedIn } from "@latchkey/core"
import { testAdmin } from "@latchkey/core/testing"
import { expect, test } from "vitest"
import { routeTable } from "../src/features.ts"
import { german } from "../src/german.ts"
import { english, headOf, type MessageView } from "../src/index.ts"
import { bodyOf, leadsTo, NEW_PASSWORD, refusal, session, textOf, typedIn } from "./answers.ts"
import { adas, as, me, openBasic } from "./basic-site.ts"
import { openSite } from "./site.ts"
import { openTokenSite, problemIn, scopes } from "./token-site.ts"

/** Ada, whose password somebody else chose, in every way in which she can come. */
const openHeld = async (...[options, surface]: Parameters<typeof openTokenSite>) => {
  const site = await openTokenSite(options, surface)
  await site.auth.users.change(site.user.id, { mustChangePassword: true })
  const ways = {
    browser: await site.browser(),
    program: await site.program(),
    token: await site.token({ scopes: Object.keys(scopes) })
  }
  return { ...site, ways }
}

const required = [403, "password-change-required"]
const change = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
const unchanged = { current_password: ada.password, password: ada.password, password_confirm: ada.password }

const navigate = ({ ask, ways }: Awaited<ReturnType<typeof openHeld>>, target: string) =>
  ask({ target, headers: { ...ways.browser, ...navigation } })

const passwordPage = (next: string) => `/password?${new URLSearchParams({ next })}`

/** The routes that whoever must choose another password may use. Each further one must be thought about here. */
const forHeld = [
  "GET /login",
  "POST /login",
  "GET /logout",
  "POST /logout",
  "POST /auth/jwt/logout",
  "PATCH /users/me",
  "GET /admin/impersonation/stop", // an administrator who acts as them stops
  "POST /admin/impersonation/stop",
  "GET /password",
  "POST /password"
]

test("PWD-25 who must choose another password passes no route but that for it and to log in and out, in whatever way they come", async () => {
  const { auth, ask, ways, contents, clock } = await openHeld()
  const held = await auth.identify({ authorization: ways.program.authorization ?? null, sessionCookie: null })
  const allowed = routeTable.filter(({ policy }) => policy !== null && permits(policy, held, clock.now()))
  const optional = routeTable.filter(({ policy }) => policy !== null && permits(policy, null, clock.now()))
  const others = allowed.filter(({ group }) => group.name !== "recovery") // whose pages are open to everybody
  expect(others.map(({ method, path }) => `${method} ${path}`)).toEqual(forHeld)
  const before = await contents()
  for (const { method, path, policy } of routeTable) {
    if (policy === null || optional.some((each) => each.policy === policy)) continue
    for (const [way, headers] of Object.entries(ways)) {
      if (way !== "token" && forHeld.includes(`${method} ${path}`)) continue
      if (way === "token" && path === "/auth/jwt/logout") continue // needs a session, whoever asks
      const answer = await ask({ method, target: path.replace(":id", "any"), headers })
      expect(problemIn(answer), `${method} ${path} by ${way}`).toEqual(required)
      expect(bodyOf(answer).detail).toBe("Forbidden")
    }
  }
  expect(await contents()).toEqual(before)
  await clock.advance("1 minute")
  const [record] = await auth.audit.list({ type: "access.denied" })
  expect(record?.event).toMatchObject({ actor: held?.user.id })
})

test("PWD-25 a guard of the host's refuses them with 403, whatever its policy, and an optional one sees nobody", async () => {
  const site = await openHeld()
  const judged = async (
    policy: Policy<Identity | null>,
    headers: Readonly<Record<string, string>>,
    check?: () => true
  ) => {
    const guard = check === undefined ? site.surface.guard(policy) : site.surface.guard(policy, check)
    const verdict = await guard(headOf(webRequest({ target: "/reports", headers }), null))
    if (verdict.isAllowed) return verdict.identity?.user.username ?? "nobody"
    const answer = await answerOf(verdict.response)
    checkEveryAnswer(answer)
    return problemIn(answer)
  }
  const hosts: Policy<Identity> = {
    name: "hosts",
    judge: (identity) => (identity === null ? { code: "unauthorized" } : null)
  }
  for (const headers of Object.values(site.ways)) {
    for (const policy of [signedIn, hosts, scope("packages:read"), either(signedIn, hosts)]) {
      expect(await judged(policy, headers), policy.name).toEqual(required)
    }
    expect(await judged(signedIn, headers, () => true)).toEqual(required)
    for (const policy of [anyone, either(anyone, hosts)]) expect(await judged(policy, headers)).toBe("nobody")
  }
})

test("PWD-25 a log-in gives a session, which is good for a new password alone; afterwards it may do everything", async () => {
  const { ask } = await openHeld()
  const form = { username: "ada", password: ada.password }
  const { access_token } = bodyOf(await ask({ target: "/auth/jwt/login", form }))
  const headers = { authorization: `Bearer ${access_token}` }
  const patch = (json: object) => ask({ method: "PATCH", target: "/users/me", headers, json })
  expect(problemIn(await ask({ target: "/users/me", headers }))).toEqual(required)
  for (const json of [
    {},
    { password: null },
    { username: "lovelace" },
    { email: "ada@example.net" },
    { password: NEW_PASSWORD, username: "lovelace" },
    { password: NEW_PASSWORD, email: "ada@example.net" }
  ]) {
    expect(problemIn(await patch(json)), JSON.stringify(json)).toEqual(required)
  }
  const wrong = await patch({ password: NEW_PASSWORD, current_password: "wrong" })
  expect(problemIn(wrong)).toEqual([403, "current-password-wrong"])
  const changed = await patch({ password: NEW_PASSWORD, username: "ada", email: "ada@example.org", is_active: true })
  expect([changed.status, bodyOf(changed).username]).toEqual([200, "ada"])
  expect((await ask({ target: "/users/me", headers })).status).toBe(200)
  expect((await patch({ username: "lovelace" })).status).toBe(200)
})

test("PWD-26 the API refuses the same password again, with the reason", async () => {
  const { ask, ways } = await openHeld()
  for (const proof of [{}, { current_password: ada.password }]) {
    const json = { password: ada.password, ...proof }
    const answer = await ask({ method: "PATCH", target: "/users/me", headers: ways.program, json })
    const reason = "this is the password that you must replace: choose another one"
    expect(refusal(answer)).toEqual([400, { code: "UPDATE_USER_INVALID_PASSWORD", reason }])
  }
})

test("PWD-28 a browser that navigates is led to the page for a new password, and what it wished for is kept", async () => {
  const site = await openHeld()
  for (const target of ["/profile/", "/tokens/?before=x", "/auth/cli?code=BCDF-GHJK", "/sessions"]) {
    expect(leadsTo(await navigate(site, target)), target).toEqual([303, passwordPage(target)])
  }
  const head = headOf(webRequest({ target: "/reports?a=1", headers: { ...site.ways.browser, ...navigation } }), null)
  const verdict = await site.surface.guard(signedIn)(head)
  if (verdict.isAllowed) throw new Error("she passed")
  expect(leadsTo(await answerOf(verdict.response))).toEqual([303, passwordPage("/reports?a=1")])
  const headers = { ...site.ways.browser, ...navigation }
  const left = await site.ask({ target: "/profile/details", form: { username: "lovelace" }, headers })
  expect(leadsTo(left)).toEqual([303, passwordPage("/profile/details")])
  for (const more of [{}, { accept: "*/*", "sec-fetch-mode": "cors" }]) {
    const answer = await site.ask({ target: "/profile/", headers: { ...site.ways.browser, ...more } })
    expect(problemIn(answer)).toEqual(required)
  }
})

test("PWD-28 a log-in leads there at once, and so does the login page; a program that takes JSON gets its user", async () => {
  const site = await openHeld()
  const form = { username: "ada", password: ada.password }
  const logIn = (next?: string) =>
    site.ask({ target: "/login", form: { ...form, ...(next === undefined ? {} : { next }) }, headers: navigation })
  expect(leadsTo(await logIn())).toEqual([303, "/password"])
  expect(leadsTo(await logIn("/reports?a=1"))).toEqual([303, passwordPage("/reports?a=1")])
  expect(leadsTo(await logIn("//evil.example"))).toEqual([303, "/password"])
  expect(leadsTo(await logIn("/password?next=%2Freports"))).toEqual([303, "/password?next=%2Freports"])
  expect(leadsTo(await navigate(site, "/login?next=/reports"))).toEqual([303, passwordPage("/reports")])
  expect((await navigate(site, "/login?done=fresh")).status).toBe(200)
  const program = await site.ask({ target: "/login", json: form, headers: { accept: "application/json" } })
  expect([program.status, bodyOf(program).username]).toEqual([200, "ada"])
})

test("PWD-28 the page says what it is for, offers nothing but to log out, and goes on to where the browser was going", async () => {
  const site = await openHeld()
  const page = await navigate(site, "/password?next=/reports")
  expect([page.status, typedIn(page, "next")]).toEqual([200, "/reports"])
  expect(textOf(page)).toContain("Before you can continue, choose a new password that only you know.")
  expect(page.body.match(/<a [^>]*href="[^"]*"/g)?.map((link) => /href="([^"]*)"/.exec(link)?.[1])).toEqual([
    "#main",
    "/"
  ])
  expect(page.body).toContain('action="/logout"')
  const headers = { ...site.ways.browser, ...navigation }
  const answer = await site.ask({ target: "/password", form: { ...change, next: "/reports" }, headers })
  expect(leadsTo(answer)).toEqual([303, "/reports"])
  const mine = session(answer)
  expect((await site.ask({ target: "/users/me", headers: mine })).status).toBe(200)
  expect((await site.ask({ target: "/users/me", headers: site.ways.browser })).status).toBe(401)
  expect((await site.ask({ target: "/users/me", headers: site.ways.token })).status).toBe(401)
  expect((await site.ask({ target: "/password", headers: mine })).body).not.toContain("Before you can continue")
})

test("PWD-28 RED-01 without a wish, with a hostile one, or with the page itself, it goes on to the landing page", async () => {
  for (const next of ["", "//evil.example", "/password", "/password?next=/reports", "/profile/"]) {
    const site = await openHeld()
    const headers = { ...site.ways.browser, ...navigation }
    const answer = await site.ask({ target: "/password", form: { ...change, next }, headers })
    expect(leadsTo(answer), next).toEqual([303, "/profile/?done=password"])
  }
  const site = await openHeld({}, { landing: "/home" })
  const headers = { ...site.ways.browser, ...navigation }
  expect(leadsTo(await site.ask({ target: "/password", form: change, headers }))).toEqual([303, "/home"])
})

test("PWD-28 a form with a mistake is the page again, with the reason and the wish", async () => {
  const site = await openHeld({}, { texts: [english, german] })
  const headers = { ...site.ways.browser, ...navigation }
  const mistakes: ReadonlyArray<readonly [Partial<typeof change> & { readonly user?: string }, string]> = [
    [{ current_password: "" }, "Enter your current password."],
    [{ current_password: "wrong" }, "This is not your current password. Try again."],
    [{ password_confirm: "another" }, "The two passwords do not match."],
    [{ password: "short", password_confirm: "short" }, "This password is too short."],
    [unchanged, "This is your current password. Choose a different one."],
    [{ user: "somebody else" }, "this form was opened for another account"]
  ]
  for (const [mistake, sentence] of mistakes) {
    const answer = await site.ask({ target: "/password", form: { ...change, next: "/reports", ...mistake }, headers })
    expect([answer.status, typedIn(answer, "next")], sentence).toEqual([422, "/reports"])
    expect(textOf(answer)).toContain(sentence)
    expect(answer.body).not.toContain(NEW_PASSWORD)
  }
  const inGerman = await site.ask({
    target: "/password",
    form: unchanged,
    headers: { ...headers, "accept-language": "de" }
  })
  expect(textOf(inGerman)).toContain("Das ist Ihr aktuelles Passwort. Wählen Sie ein anderes.")
  expect((await site.auth.users.find(site.user.id))?.mustChangePassword).toBe(true)
})

test("PWD-28 SES-28 the form that comes twice, or three times at once, ends where the first one did", async () => {
  for (const atOnce of [false, true]) {
    const site = await openHeld()
    const headers = { ...site.ways.browser, ...navigation }
    const send = () => site.ask({ target: "/password", form: { ...change, next: "/reports" }, headers })
    const answers: ReadonlyArray<WireAnswer> = atOnce
      ? await Promise.all([send(), send(), send()])
      : [await send(), await send()]
    expect(answers.map(leadsTo)).toEqual(answers.map(() => [303, "/reports"]))
    const opened = answers.find((answer) => cookieSetBy(answer, "latchkey_session") !== null)
    if (opened === undefined) throw new Error("no answer has a session")
    expect((await site.ask({ target: "/users/me", headers: session(opened) })).status).toBe(200)
  }
})

test("SES-25 PWD-25 who must do both chooses the password first, nothing else with it, and then still has an address to verify", async () => {
  const strict = await openSite({ sessions: { requireVerified: true } })
  const user = await strict.auth.users.create({ ...ada, email: "ada@example.org", isVerified: true })
  await strict.auth.users.change(user.id, { mustChangePassword: true })
  const program = await strict.program()
  await strict.auth.users.change(user.id, { isVerified: false })
  const patch = (json: object) => strict.ask({ method: "PATCH", target: "/users/me", headers: program, json })
  expect(problemIn(await patch({ password: NEW_PASSWORD, email: "eve@example.org" }))).toEqual(required)
  expect((await patch({ password: NEW_PASSWORD })).status).toBe(200)
  expect(problemIn(await patch({ password: ada.password }))).toEqual([403, "email-not-verified"])
  expect(problemIn(await strict.ask({ target: "/password", headers: program }))).toEqual([403, "email-not-verified"])
})

test("PWD-25 a host that leaves the page out has a page that says so, and no circle of redirects; programs go on as ever", async () => {
  const site = await openHeld({}, { routes: { password: false } })
  const page = await navigate(site, "/profile/")
  expect([page.status, textOf(page)]).toEqual([
    403,
    expect.stringContaining("You must choose a new password before you can do anything else.")
  ])
  expect(page.body).not.toContain('"/password')
  expect((await navigate(site, "/login")).status).toBe(200)
  const form = { username: "ada", password: ada.password, next: "/reports" }
  expect(leadsTo(await site.ask({ target: "/login", form, headers: navigation }))).toEqual([303, "/reports"])
  const json = { password: NEW_PASSWORD }
  const changed = await site.ask({ method: "PATCH", target: "/users/me", headers: site.ways.program, json })
  expect(changed.status).toBe(200)
})

test("ERR-06 a host's own refusal with this code leads to the page for a new password", async () => {
  const views: Array<MessageView> = []
  const message = (view: MessageView) => {
    views.push(view)
    return "seen"
  }
  const site = await openHeld({}, { pages: { message } })
  const head = headOf(webRequest({ target: "/reports", headers: { ...site.ways.browser, ...navigation } }), null)
  await site.surface.problem(head, { status: 403, code: "password-change-required" })
  expect(views.map(({ actions, navigation: menu }) => [actions, menu.map(({ href }) => href)])).toEqual([
    [
      [
        { label: "Choose a new password", href: "/password" },
        { label: "Log in as somebody else", href: "/logout" }
      ],
      ["/logout"]
    ]
  ])
})

test("PWD-28 the page is there for everybody who is logged in, and is no entry of the menu", async () => {
  const site = await openTokenSite()
  const headers = { ...(await site.browser()), ...navigation }
  const page = await site.ask({ target: "/password", headers })
  expect([page.status, textOf(page).includes("Before you can continue")]).toEqual([200, false])
  expect(page.body).not.toContain('href="/password"')
  expect(leadsTo(await site.ask({ target: "/password", headers: navigation }))).toEqual([
    303,
    "/login?next=%2Fpassword"
  ])
  expect((await site.ask({ target: "/password" })).status).toBe(401)
  const token = (scope: string) => site.token({ scopes: [scope] })
  expect(problemIn(await site.ask({ target: "/password", headers: await token("packages:read") }))).toEqual([
    403,
    "insufficient-scope"
  ])
  expect((await site.ask({ target: "/password", headers: await token("latchkey:credentials") })).status).toBe(200)
  // Nothing forbids the same one again where nobody asks for another.
  expect(leadsTo(await site.ask({ target: "/password", form: unchanged, headers }))).toEqual([
    303,
    "/profile/?done=password"
  ])
})

test("PWD-25 PWD-27 a program that waits for its approver gets nothing once they must choose another password, and cannot be approved", async () => {
  const site = await openTokenSite()
  const begin = async () => bodyOf(await site.ask({ target: "/auth/cli-login", json: {} }))
  const poll = ({ code, secret }: { readonly code: string; readonly secret: string }) =>
    site.ask({ target: `/auth/cli-login/${code}`, headers: { "latchkey-secret": secret } })
  const [approved, waiting] = [await begin(), await begin()]
  const approve = async ({ code }: { readonly code: string }) =>
    site.ask({ method: "PATCH", target: `/auth/cli-login/${code}`, headers: await site.browser() })
  expect((await approve(approved)).status).toBe(200)
  await site.auth.users.change(site.user.id, { mustChangePassword: true })
  expect(problemIn(await approve(waiting))).toEqual(required)
  expect((await poll(approved)).status).toBe(404)
  expect(bodyOf(await poll(waiting))).toEqual({ status: "pending", token: null })
})

test("SET-10 the configured administrator must choose another password, and then administers", async () => {
  const site = await openSite({ admin: { ...testAdmin, mustChangePassword: true } })
  const headers = await site.program(root)
  expect(problemIn(await site.ask({ target: "/users/me", headers }))).toEqual(required)
  const json = { password: NEW_PASSWORD }
  const changed = await site.ask({ method: "PATCH", target: "/users/me", headers, json })
  expect([changed.status, bodyOf(changed).is_superuser]).toEqual([200, true])
})

test("PWD-25 BAS-08 in mode basic they get 403 but for the page; after the change the old password is 401, and the browser asks anew", async () => {
  const site = await openBasic()
  expect((await me(site, adas)).status).toBe(200)
  await site.auth.users.change(site.user.id, { mustChangePassword: true })
  for (const target of ["/users/me", "/profile/", "/tokens/", "/sessions"]) {
    expect(problemIn(await site.ask({ target, headers: adas })), target).toEqual(required)
  }
  const browser = { ...adas, ...navigation, "sec-fetch-site": "same-origin" }
  expect(leadsTo(await site.ask({ target: "/profile/", headers: browser }))).toEqual([303, passwordPage("/profile/")])
  const page = await site.ask({ target: "/password?next=/reports", headers: browser })
  expect([page.status, page.body.includes("/logout")]).toEqual([200, false])
  const same = await site.ask({ target: "/password", form: unchanged, headers: browser })
  expect(same.status).toBe(422)
  const before = site.verifications()
  const changed = await site.ask({ target: "/password", form: { ...change, next: "/reports" }, headers: browser })
  expect([...leadsTo(changed), valuesOf(changed, "set-cookie")]).toEqual([303, "/reports", []])
  const asked = await me(site, adas)
  expect([asked.status, headerOf(asked, "www-authenticate")]).toEqual([401, 'Basic realm="latchkey", charset="UTF-8"'])
  expect(site.verifications()).toBeGreaterThan(before)
  expect((await me(site, as("ada", NEW_PASSWORD))).status).toBe(200)
})

test("PWD-25 in mode basic a wrong password of theirs is 401 like any other", async () => {
  const site = await openBasic()
  await site.auth.users.change(site.user.id, { mustChangePassword: true })
  expect((await me(site, as("ada", "wrong"))).status).toBe(401)
})
