import { ada, cookieSetBy, headerOf, navigation, root, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { makeSurface } from "@latchkey/http"
import { expect, test } from "vitest"
import {
  bodyOf,
  leadsTo,
  missing,
  NEW_PASSWORD,
  refusal,
  session,
  textOf,
  typedIn,
  withAda
} from "../../test/answers.ts"
import { openSite, type Site } from "../../test/site.ts"

const logIn = { target: "/login", form: { username: ada.username, password: ada.password } }

const logInByBearer = { target: "/auth/jwt/login", form: { username: ada.username, password: ada.password } }

const meBy = async ({ ask }: Site, answer: WireAnswer) =>
  ask({ target: "/users/me", headers: { authorization: `Bearer ${bodyOf(answer).access_token}` } })

test("GET /login is the page; it offers registration only where that is open", async () => {
  const open = await (await openSite()).ask({ target: "/login", headers: navigation })
  expect([open.status, textOf(open).includes("Create an account")]).toEqual([200, true])
  const closed = await (await openSite({ registration: "closed" })).ask({ target: "/login" })
  expect([closed.status, textOf(closed).includes("Create an account")]).toEqual([200, false])
  const left = await (await openSite({}, { routes: { register: false } })).ask({ target: "/login" })
  expect(textOf(left)).not.toContain("Create an account")
})

test("GET /login sends who is logged in on to `next`, or to the profile", async () => {
  const site = await withAda()
  const headers = await site.browser()
  expect(leadsTo(await site.ask({ target: "/login", headers }))).toEqual([303, "/profile/"])
  expect(leadsTo(await site.ask({ target: "/login?next=/reports?a=1", headers }))).toEqual([303, "/reports?a=1"])
  expect(leadsTo(await site.ask({ target: "/login?next=//evil.example", headers }))).toEqual([303, "/profile/"])
})

test("POST /login opens a browser session and sends on to the profile; a program is answered alike", async () => {
  const site = await withAda()
  for (const headers of [navigation, {}]) {
    const answer = await site.ask({ ...logIn, headers })
    expect(leadsTo(answer)).toEqual([303, "/profile/"])
    expect(bodyOf(await site.ask({ target: "/users/me", headers: session(answer) })).username).toBe("ada")
  }
})

test("POST /login, when it is wrong, is the page again with 400, the name still there, and no cookie", async () => {
  const site = await withAda()
  const form = { username: "ada", password: "wrong", next: "/reports" }
  const page = await site.ask({ target: "/login", headers: navigation, form })
  expect([page.status, valuesOf(page, "set-cookie")]).toEqual([400, []])
  expect(textOf(page)).toContain("These log-in details are incorrect. Check them and try again.")
  expect([typedIn(page, "username"), typedIn(page, "next")]).toEqual(["ada", "/reports"])
  expect(page.body).not.toContain("wrong")
  const program = await site.ask({ target: "/login", form })
  expect([program.status, bodyOf(program).detail]).toEqual([400, "LOGIN_BAD_CREDENTIALS"])
  const empty = await site.ask({ target: "/login", headers: navigation, form: {} })
  expect(empty.status).toBe(400)
})

test("SES-03 a log-in gives a new secret, never adopts one that was sent, and ends the session it replaces", async () => {
  const site = await withAda()
  const planted = { cookie: "latchkey_session=planted-by-someone", "sec-fetch-site": "same-origin" }
  const first = await site.ask({ ...logIn, headers: planted })
  const before = session(first)
  expect(before.cookie).not.toContain("planted")
  const second = await site.ask({ ...logIn, headers: before })
  expect(session(second).cookie).not.toBe(before.cookie)
  expect((await site.ask({ target: "/users/me", headers: before })).status).toBe(401)
  expect((await site.ask({ target: "/users/me", headers: session(second) })).status).toBe(200)
  const other = {
    target: "/login",
    form: { username: root.username, password: root.password },
    headers: session(second)
  }
  const third = await site.ask(other)
  expect((await site.ask({ target: "/users/me", headers: session(second) })).status).toBe(401)
  expect(bodyOf(await site.ask({ target: "/users/me", headers: session(third) })).username).toBe("root")
})

test("SES-03 a log-in that fails leaves the session it came with as it is", async () => {
  const site = await withAda()
  const headers = await site.browser()
  const answer = await site.ask({ target: "/login", form: { username: "ada", password: "wrong" }, headers })
  expect([answer.status, valuesOf(answer, "set-cookie")]).toEqual([400, []])
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
})

test("CSR-05 GET /logout asks and changes nothing; POST /logout ends the session", async () => {
  const site = await withAda()
  const headers = await site.browser()
  expect(leadsTo(await site.ask({ target: "/logout", headers: navigation }))).toEqual([303, "/login"])
  const page = await site.ask({ target: "/logout", headers: { ...headers, ...navigation } })
  expect([page.status, textOf(page).includes("You are logged in as ada")]).toEqual([200, true])
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  const out = await site.ask({ method: "POST", target: "/logout", headers: { ...headers, ...navigation } })
  expect([...leadsTo(out), cookieSetBy(out, "latchkey_session")]).toEqual([303, "/login?done=logged-out", ""])
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
})

test("SES-07 POST /logout answers alike without a session, with one that ended, and with junk for one", async () => {
  const site = await withAda()
  const headers = await site.browser()
  await site.clock.advance("13 hours")
  const twice = "latchkey_session=a; latchkey_session=b"
  for (const each of [
    {},
    headers,
    { cookie: "latchkey_session=junk" },
    { cookie: twice },
    { authorization: "Bearer x" }
  ]) {
    const answer = await site.ask({ method: "POST", target: "/logout", headers: each })
    expect([answer.status, cookieSetBy(answer, "latchkey_session")]).toEqual([204, ""])
  }
})

test("POST /auth/jwt/login gives exactly a bearer token, which opens, and sets no cookie", async () => {
  const site = await withAda()
  const answer = await site.ask(logInByBearer)
  expect(answer.status).toBe(200)
  expect(bodyOf(answer)).toEqual({ access_token: expect.stringMatching(/^lk_ses_\w{71}$/), token_type: "bearer" })
  expect(valuesOf(answer, "set-cookie")).toEqual([])
  expect(bodyOf(await meBy(site, answer)).username).toBe("ada")
})

test("POST /auth/jwt/login takes a username or an e-mail address in `username`, in any case", async () => {
  const site = await openSite()
  await site.auth.users.register({ ...ada, email: "Ada@Example.org" })
  for (const username of ["ada", "ADA", "Ada@Example.org", "ada@EXAMPLE.ORG"]) {
    expect((await site.ask({ target: "/auth/jwt/login", form: { username, password: ada.password } })).status).toBe(200)
  }
})

test("POST /auth/jwt/login takes what OAuth clients add, and JSON", async () => {
  const site = await withAda()
  const extra = { grant_type: "password", scope: "", client_id: "", client_secret: "", state: "x" }
  expect((await site.ask({ target: logInByBearer.target, form: { ...logInByBearer.form, ...extra } })).status).toBe(200)
  expect(
    (await site.ask({ target: logInByBearer.target, json: { ...logInByBearer.form, grant_type: null } })).status
  ).toBe(200)
  const other = await site.ask({
    target: logInByBearer.target,
    form: { ...logInByBearer.form, grant_type: "client_credentials" }
  })
  const msg = "String should match pattern '^(?:password)?$'"
  expect(refusal(other)).toEqual([422, [{ type: "string_pattern_mismatch", loc: ["body", "grant_type"], msg }]])
})

test("POST /auth/jwt/login refuses a wrong password with LOGIN_BAD_CREDENTIALS, and nothing more is said", async () => {
  const site = await withAda()
  const answer = await site.ask({ target: logInByBearer.target, form: { username: "ada", password: "wrong" } })
  expect(answer.status).toBe(400)
  expect(bodyOf(answer)).toEqual({
    type: "https://latchkey.dev/problems/login-bad-credentials",
    title: "Bad Request",
    status: 400,
    detail: "LOGIN_BAD_CREDENTIALS",
    code: "login-bad-credentials"
  })
})

test("POST /auth/jwt/login says LOGIN_USER_NOT_VERIFIED to the right password alone, and only where that is asked for", async () => {
  const site = await openSite({ sessions: { requireVerified: true } })
  await site.auth.users.create(ada)
  expect(refusal(await site.ask(logInByBearer))).toEqual([400, "LOGIN_USER_NOT_VERIFIED"])
  const wrong = await site.ask({ target: logInByBearer.target, form: { username: "ada", password: "wrong" } })
  expect(refusal(wrong)).toEqual([400, "LOGIN_BAD_CREDENTIALS"])
  const lenient = await withAda()
  expect((await lenient.ask(logInByBearer)).status).toBe(200)
})

test("POST /auth/jwt/login names every missing and every empty field with 422", async () => {
  const { ask } = await withAda()
  expect(refusal(await ask({ target: logInByBearer.target, form: {} }))).toEqual([422, missing("username", "password")])
  expect(refusal(await ask({ method: "POST", target: logInByBearer.target }))).toEqual([
    422,
    missing("username", "password")
  ])
  const empty = await ask({ target: logInByBearer.target, form: { username: "", password: "" } })
  expect(refusal(empty)).toEqual([422, missing("username", "password")])
})

test("SES-07 POST /auth/jwt/logout is 204 without a body, and the credential is dead afterwards", async () => {
  const site = await withAda()
  const headers = await site.program()
  const answer = await site.ask({ method: "POST", target: "/auth/jwt/logout", headers })
  expect([answer.status, answer.body, valuesOf(answer, "set-cookie")]).toEqual([204, "", []])
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
  expect(refusal(await site.ask({ method: "POST", target: "/auth/jwt/logout", headers }))).toEqual([
    401,
    "Unauthorized"
  ])
})

test("POST /auth/jwt/logout with a cookie also removes the cookie", async () => {
  const site = await withAda()
  const headers = await site.browser()
  const answer = await site.ask({ method: "POST", target: "/auth/jwt/logout", headers })
  expect([answer.status, cookieSetBy(answer, "latchkey_session")]).toEqual([204, ""])
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
})

const userOf = (answer: WireAnswer) => [answer.status, bodyOf(answer).username]

test("INP-12 POST /login answers a program that takes JSON with the user and the cookie", async () => {
  const site = await withAda()
  const takesJson = { accept: "application/json" }
  for (const request of [
    { target: "/login", json: { ...logIn.form, next: "/reports" } },
    { target: "/login", json: logIn.form, headers: { accept: "*/*" } },
    { ...logIn, headers: takesJson }
  ]) {
    const answer = await site.ask(request)
    expect([...userOf(answer), headerOf(answer, "location")]).toEqual([200, "ada", null])
    expect(bodyOf(answer)).toEqual(bodyOf(await site.ask({ target: "/users/me", headers: session(answer) })))
  }
  const wrong = await site.ask({ target: "/login", json: { username: "ada", password: "wrong" } })
  expect([...refusal(wrong), valuesOf(wrong, "set-cookie")]).toEqual([400, "LOGIN_BAD_CREDENTIALS", []])
})

test("INP-12 a plain form post, and a browser whatever it posts, are sent on to the page", async () => {
  const site = await withAda()
  for (const headers of [{}, { accept: "*/*" }, navigation]) {
    expect(leadsTo(await site.ask({ ...logIn, headers }))).toEqual([303, "/profile/"])
  }
  const json = await site.ask({ target: "/login", json: logIn.form, headers: navigation })
  expect(leadsTo(json)).toEqual([303, "/profile/"])
})

test("INP-09 blanks around a name that a keyboard added are cut at every log-in, and never in a password", async () => {
  const site = await withAda()
  for (const username of ["ada ", " ada", "\u3000ADA\u00a0"]) {
    for (const target of ["/login", "/auth/jwt/login"]) {
      const answer = await site.ask({ target, form: { username, password: ada.password } })
      expect(answer.status, `${target} ${username}`).toBe(target === "/login" ? 303 : 200)
    }
  }
  for (const password of [`${ada.password} `, ` ${ada.password}`]) {
    expect((await site.ask({ target: "/auth/jwt/login", form: { username: "ada", password } })).status).toBe(400)
  }
})

/** Every way to log in, as a browser may take it. */
const waysIn: Readonly<Record<string, Parameters<Site["ask"]>[0]>> = {
  "the page": logIn,
  "the page, as JSON": { target: "/login", json: logIn.form },
  "a bearer token": logInByBearer,
  "a registration": { target: "/register", form: { username: "eve", password: NEW_PASSWORD } },
  "a registration, as JSON": { target: "/register", json: { username: "eve", password: NEW_PASSWORD } }
}

test("SES-27 every way in ends the live session that the browser brings, also one that another header excludes", async () => {
  for (const [way, request] of Object.entries(waysIn)) {
    for (const authorization of [null, "Basic c3RhZmY6eA==", "Bearer nothing", "a token"]) {
      const site = await withAda()
      const { cookie = "" } = await site.browser()
      const header = authorization === "a token" ? (await site.token()).authorization : authorization
      const headers = { cookie, "sec-fetch-site": "same-origin", ...(header === null ? {} : { authorization: header }) }
      const answer = await site.ask({ ...request, headers })
      expect(answer.status, `${way} ${authorization}`).toBeLessThan(400)
      expect((await site.ask({ target: "/users/me", headers: { cookie } })).status, `${way} ${authorization}`).toBe(401)
      const live = (await site.auth.sessions.list(site.id)).map(({ kind }) => kind)
      expect(live, way).toEqual(
        way === "a bearer token" ? ["bearer"] : request.target === "/register" ? [] : ["browser"]
      )
    }
  }
})

test("SES-27 a bearer log-in that ends a browser's session removes its cookie; a log-in that fails ends nothing", async () => {
  const site = await withAda()
  const headers = await site.browser()
  for (const request of [logIn, logInByBearer]) {
    const answer = await site.ask({ ...request, form: { username: "ada", password: "wrong" }, headers })
    expect([answer.status, valuesOf(answer, "set-cookie")]).toEqual([400, []])
  }
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  const opened = await site.ask({ ...logInByBearer, headers })
  expect([opened.status, cookieSetBy(opened, "latchkey_session")]).toEqual([200, ""])
  expect(bodyOf(await meBy(site, opened)).username).toBe("ada")
})

test("after a log-in or a registration people land where the host says, unless they came from elsewhere", async () => {
  const site = await openSite({}, { landing: "/dashboard?tab=1" })
  await site.auth.users.register(ada)
  const form = { username: "ada", password: ada.password }
  const logIn = await site.ask({ target: "/login", form, headers: navigation })
  expect(leadsTo(logIn)).toEqual([303, "/dashboard?tab=1"])
  expect(leadsTo(await site.ask({ target: "/login", headers: session(logIn) }))).toEqual([303, "/dashboard?tab=1"])
  expect(leadsTo(await site.ask({ target: "/login", form: { ...form, next: "/reports" } }))).toEqual([303, "/reports"])
  const registration = { username: "grace", password: NEW_PASSWORD }
  expect(leadsTo(await site.ask({ target: "/register", form: registration, headers: navigation }))).toEqual([
    303,
    "/dashboard?tab=1"
  ])
})

test("where the profile is left out, people land on the home page of the host, and not at an address that nobody answers", async () => {
  const site = await openSite({}, { routes: { profile: false } })
  await site.auth.users.register(ada)
  const form = { username: "ada", password: ada.password }
  const answer = await site.ask({ target: "/login", form, headers: navigation })
  expect(leadsTo(answer)).toEqual([303, "/"])
  const question = await site.ask({ target: "/logout", headers: { ...navigation, ...session(answer) } })
  expect(question.body).not.toContain("/profile/")
})

test("where setup is left out, nobody is sent to its page, though there is no administrator yet", async () => {
  const site = await openSite({ admin: null }, { routes: { setup: false } })
  expect((await site.ask({ target: "/login", headers: navigation })).status).toBe(200)
  expect(refusal(await site.ask({ target: "/register" }))).toEqual([403, "Forbidden"])
})

test("a landing that is not a path of this host is refused at start, with what to write", async () => {
  const { auth } = await openSite()
  for (const landing of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "dashboard",
    "javascript:1"
  ]) {
    expect(() => makeSurface(auth, { landing })).toThrow(/landing is .* must be a path of this host/)
  }
})

test("the login page says that one is logged out, or that the session has ended, and offers no menu entry for itself", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  await site.clock.advance("13 hours")
  const away = await site.ask({ target: "/profile/", headers })
  expect(leadsTo(away)).toEqual([303, "/login?next=%2Fprofile%2F&done=ended"])
  const page = await site.ask({ target: "/login?next=%2Fprofile%2F&done=ended", headers })
  expect(textOf(page)).toContain("Your session has ended. Log in again to continue.")
  expect(page.body).not.toContain("navigation-item")
  expect(textOf(await site.ask({ target: "/login?done=logged-out", headers: navigation }))).toContain(
    "You are logged out."
  )
  expect((await site.ask({ target: "/register", headers: navigation })).body).toContain("navigation-item")
})

test("RAT-09 too many attempts keep the form with what was typed, and say how long to wait", async () => {
  const site = await withAda()
  const form = { username: "ada", password: "wrong wrong wrong wrong" }
  const tryOften = async (times: number): Promise<WireAnswer> => {
    const answer = await site.ask({ target: "/login", form, headers: navigation })
    return answer.status === 429 || times === 0 ? answer : tryOften(times - 1)
  }
  const page = await tryOften(50)
  expect([page.status, typedIn(page, "username")]).toEqual([429, "ada"])
  expect(textOf(page)).toMatch(
    /There were too many attempts\. Nothing was changed\. Try again in \d+ (seconds?|minutes)\./
  )
  expect(Number(headerOf(page, "retry-after"))).toBeGreaterThan(0)
})
