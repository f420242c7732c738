import { ada, cookieSetBy, headerOf, navigation, root, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { expect, test } from "vitest"
import { openSite, type Site } from "./site.ts"

const NEW_PASSWORD = "nine slow otters by the weir"
const TOKEN = "a-setup-token-for-tests"
const unset = { admin: null, setup: { token: TOKEN } } as const
const setupForm = { username: "chief", password: ada.password, password_confirm: ada.password, token: TOKEN }

const bodyOf = (answer: WireAnswer) => JSON.parse(answer.body)

const leadsTo = (answer: WireAnswer) => [answer.status, headerOf(answer, "location")]

/** The text of a page, without its markup. */
const textOf = ({ body }: WireAnswer): string => body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")

/** The value of a field of a page's form. */
const typedIn = ({ body }: WireAnswer, name: string): string | undefined =>
  new RegExp(`<input[^>]* name="${name}"[^>]* value="([^"]*)"`).exec(body)?.[1]

const withAda = async (...options: Parameters<typeof openSite>): Promise<Site> => {
  const site = await openSite(...options)
  await site.auth.users.register(ada)
  return site
}

const logIn = { target: "/login", form: { username: ada.username, password: ada.password } }

const session = (answer: WireAnswer) => ({
  cookie: `latchkey_session=${cookieSetBy(answer, "latchkey_session")}`,
  "sec-fetch-site": "same-origin"
})

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
  expect(textOf(page)).toContain("This name and password do not match. Check both, and try again.")
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
  expect([...leadsTo(out), cookieSetBy(out, "latchkey_session")]).toEqual([303, "/login", ""])
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

test("GET /register is the page; it keeps where to go on to, and is 403 where registration is closed", async () => {
  const { ask } = await openSite()
  const page = await ask({ target: "/register?next=/reports", headers: navigation })
  expect([page.status, typedIn(page, "next"), page.body.includes("/login?next=%2Freports")]).toEqual([
    200,
    "/reports",
    true
  ])
  const closed = await (await openSite({ registration: "closed" })).ask({ target: "/register" })
  expect([closed.status, bodyOf(closed).code]).toEqual([403, "registration-closed"])
})

test("POST /register makes the user, logs in with a new session, and goes on", async () => {
  const site = await withAda()
  const old = await site.browser()
  const form = { username: "grace", email: "", password: NEW_PASSWORD, next: "/reports" }
  const answer = await site.ask({ target: "/register", form, headers: { ...old, ...navigation } })
  expect(leadsTo(answer)).toEqual([303, "/reports"])
  expect(bodyOf(await site.ask({ target: "/users/me", headers: session(answer) })).username).toBe("grace")
  expect((await site.ask({ target: "/users/me", headers: old })).status).toBe(401)
  expect(leadsTo(await site.ask({ target: "/register", headers: session(answer) }))).toEqual([303, "/profile/"])
})

test("POST /register, when it is refused, is the page again with what is wrong beside its field, and nothing is made", async () => {
  const site = await withAda()
  const before = await site.contents()
  const cases = [
    [400, { username: "ADA", password: NEW_PASSWORD }, "This username is taken."],
    [422, { username: "__token__", password: NEW_PASSWORD }, "This username is reserved."],
    [422, { username: "a b", password: NEW_PASSWORD }, "This username has a form or a character that cannot be used."],
    [422, { username: "x".repeat(65), password: NEW_PASSWORD }, "This username is too long."],
    [422, { username: "аdmin", password: NEW_PASSWORD }, "This username mixes letters of several scripts."],
    [422, { email: "x@", password: NEW_PASSWORD }, "This e-mail address has a form"],
    [422, { password: NEW_PASSWORD }, "Give an e-mail address."],
    [422, { username: "grace", password: "short" }, "This password is too short"],
    [422, { username: "grace" }, "This password is too short"]
  ] as const
  for (const [status, form, text] of cases) {
    const page = await site.ask({ target: "/register", form, headers: navigation })
    expect([page.status, textOf(page)], text).toEqual([status, expect.stringContaining(text)])
    expect(valuesOf(page, "set-cookie")).toEqual([])
    expect(page.body).not.toContain(NEW_PASSWORD)
    if ("username" in form) expect(typedIn(page, "username")).toBe(form.username)
  }
  const program = await site.ask({ target: "/register", form: { username: "ada", password: NEW_PASSWORD } })
  expect([program.status, bodyOf(program).detail]).toEqual([400, "REGISTER_USER_ALREADY_EXISTS"])
  expect(await site.contents()).toEqual(before)
})

test("REG-01 the forms that only our own pages have refuse fields they do not know; nothing is said of the value", async () => {
  const site = await withAda()
  const headers = await site.browser()
  const before = await site.contents()
  for (const target of ["/register", "/profile/details", "/profile/password"]) {
    const form = { username: "grace", password: NEW_PASSWORD, is_superuser: "canary-value" }
    const answer = await site.ask({ target, form, headers })
    expect(answer.status).toBe(422)
    expect(bodyOf(answer).detail).toContainEqual({
      type: "extra_forbidden",
      loc: ["body", "is_superuser"],
      msg: "Extra inputs are not permitted"
    })
    expect(answer.body).not.toContain("canary")
  }
  expect(await site.contents()).toEqual(before)
})

test("SET-05 while setup is open, login and register lead to it; nobody logs in or registers; afterwards /setup/ is 404", async () => {
  const site = await openSite(unset)
  expect(leadsTo(await site.ask({ target: "/login" }))).toEqual([303, "/setup/"])
  expect(leadsTo(await site.ask({ target: "/register" }))).toEqual([303, "/setup/"])
  expect(leadsTo(await site.ask({ target: "/profile/", headers: navigation }))).toEqual([
    303,
    "/login?next=%2Fprofile%2F"
  ])
  expect((await site.ask({ target: "/register", form: { username: "eve", password: NEW_PASSWORD } })).status).toBe(403)
  expect((await site.ask(logIn)).status).toBe(400)
  const made = await site.ask({ target: "/setup/", form: setupForm })
  expect(leadsTo(made)).toEqual([303, "/login?done=setup"])
  const login = await site.ask({ target: "/login?done=setup" })
  expect(textOf(login)).toContain("The administrator was created.")
  for (const request of [{ target: "/setup/" }, { target: "/setup" }, { target: "/setup/", form: setupForm }]) {
    const answer = await site.ask(request)
    expect([answer.status, bodyOf(answer).detail]).toEqual([404, "Not Found"])
    expect((await site.ask({ ...request, headers: navigation })).status).toBe(404)
  }
  const wrong = { ...setupForm, password_confirm: "another", token: "wrong" }
  expect((await site.ask({ target: "/setup/", form: wrong })).status).toBe(404)
})

test("SET-01 without the token, or with a wrong one, setup is 403, and each attempt is on record", async () => {
  const site = await openSite(unset)
  const before = await site.contents()
  const tokens = ["", "wrong", TOKEN.slice(1), `${TOKEN} `, TOKEN.toUpperCase()]
  for (const token of tokens) {
    const page = await site.ask({ target: "/setup/", form: { ...setupForm, token } })
    expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining("This token is not valid.")])
    expect([typedIn(page, "username"), typedIn(page, "token")]).toEqual(["chief", ""])
  }
  expect(await site.contents()).toEqual(before)
  const records = await site.auth.audit.list({ type: "setup.refused" })
  expect(records.map(({ event }) => event.details)).toEqual(tokens.map(() => ({ reason: "wrong-token" })))
})

test("SET-01 the token made at start opens setup once, and ends after a day (SET-11)", async () => {
  const site = await openSite({ admin: null, setup: { announce: false } })
  const issued = await site.auth.setup.issueToken()
  const token = reveal(issued ?? "")
  await site.clock.advance("1 day")
  expect((await site.ask({ target: "/setup/", form: { ...setupForm, token } })).status).toBe(403)
  const next = reveal((await site.auth.setup.issueToken()) ?? "")
  expect((await site.ask({ target: "/setup/", form: { ...setupForm, token } })).status).toBe(403)
  expect((await site.ask({ target: "/setup/", form: { ...setupForm, token: next } })).status).toBe(303)
})

test("SET-08 with `setup.unsafeOpen` no token is asked for, and the page has no field for one", async () => {
  const site = await openSite({ admin: null, setup: { unsafeOpen: true } })
  expect((await site.ask({ target: "/setup/" })).body).not.toContain('name="token"')
  const { token: _, ...form } = setupForm
  expect((await site.ask({ target: "/setup/", form })).status).toBe(303)
})

test("POST /setup/, when a field is wrong, is the page again with 422, and the token is kept", async () => {
  const site = await openSite(unset)
  const before = await site.contents()
  const cases = [
    [{ password_confirm: "another" }, "The two passwords are not the same."],
    [{ password: "short", password_confirm: "short" }, "This password is too short"],
    [{ username: "" }, "Give an e-mail address."],
    [{ username: "__token__" }, "This username is reserved."],
    [{ email: "nobody" }, "This e-mail address has a form"]
  ] as const
  for (const [wrong, text] of cases) {
    const page = await site.ask({ target: "/setup/", form: { ...setupForm, ...wrong } })
    expect([page.status, textOf(page)], text).toEqual([422, expect.stringContaining(text)])
    expect(typedIn(page, "token")).toBe(TOKEN)
    expect(page.body).not.toContain(ada.password)
  }
  expect(await site.contents()).toEqual(before)
})

test("the first administrator is verified, active and superuser, and logs in at once", async () => {
  const site = await openSite(unset)
  await site.ask({ target: "/setup/", form: { ...setupForm, email: "chief@example.org" } })
  const answer = await site.ask({ target: "/login", form: { username: "chief", password: ada.password } })
  expect(bodyOf(await site.ask({ target: "/users/me", headers: session(answer) }))).toEqual({
    id: expect.any(String),
    email: "chief@example.org",
    is_active: true,
    is_superuser: true,
    is_verified: true,
    username: "chief"
  })
})

test("GET /profile/ is the page for people, and the user for programs", async () => {
  const site = await withAda()
  const headers = await site.browser()
  const page = await site.ask({ target: "/profile/", headers: { ...headers, ...navigation } })
  expect([page.status, textOf(page)]).toEqual([200, expect.stringContaining("Logged in as ada")])
  const program = await site.ask({ target: "/profile/", headers })
  expect(program.body).toBe((await site.ask({ target: "/users/me", headers })).body)
})

test("what the profile page says after a form comes from a closed list", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const saved = await site.ask({ target: "/profile/?done=details", headers })
  expect(textOf(saved)).toContain("Your details were saved.")
  for (const done of ["anything", "__proto__", "constructor", "toString", "<b>"]) {
    const page = await site.ask({ target: `/profile/?done=${encodeURIComponent(done)}`, headers })
    expect([page.status, page.body.includes('class="notice')], done).toEqual([200, false])
  }
})

test("POST /profile/details saves what changed, and leaves a field that holds what is stored", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const form = { username: "ada.l", email: "ada@example.org", current_password: ada.password }
  const answer = await site.ask({ target: "/profile/details", form, headers })
  expect(leadsTo(answer)).toEqual([303, "/profile/?done=details"])
  const after = await site.contents()
  const same = { username: "ada.l", email: "ada@example.org", current_password: "" }
  expect((await site.ask({ target: "/profile/details", form: same, headers })).status).toBe(303)
  expect(await site.contents()).toEqual(after)
})

test("POST /profile/details, when it is refused, is the page again with what was typed, and nothing is changed", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  await site.clock.advance("10 minutes")
  const before = await site.contents()
  const cases = [
    [400, { username: "root", email: "" }, "This username is taken."],
    [422, { username: "a b", email: "" }, "This username has a form"],
    [422, { username: "", email: "" }, "Give a username."],
    [422, { username: "ada", email: "ada@example.org" }, "Give your current password."],
    [
      422,
      { username: "ada", email: "ada@example.org", current_password: "wrong" },
      "This is not your current password."
    ]
  ] as const
  for (const [status, form, text] of cases) {
    const page = await site.ask({ target: "/profile/details", form, headers })
    expect([page.status, textOf(page)], text).toEqual([status, expect.stringContaining(text)])
    expect(typedIn(page, "email")).toBe(form.email)
  }
  expect(await site.contents()).toEqual(before)
})

test("POST /profile/password changes it, gives this browser a new session, and ends every other (SES-08)", async () => {
  const site = await withAda()
  const [mine, other] = [await site.browser(), await site.browser()]
  const form = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  const answer = await site.ask({ target: "/profile/password", form, headers: { ...mine, ...navigation } })
  expect(leadsTo(answer)).toEqual([303, "/profile/?done=password"])
  for (const headers of [mine, other]) expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
  expect((await site.ask({ target: "/users/me", headers: session(answer) })).status).toBe(200)
})

test("PWD-17 POST /profile/password always wants the current password, and refuses without changing anything", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const before = await site.contents()
  const right = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  const cases = [
    [{ current_password: "wrong" }, "This is not your current password."],
    [{ current_password: "" }, "This is not your current password."],
    [{ password_confirm: "another" }, "The two passwords are not the same."],
    [{ password: "short", password_confirm: "short" }, "This password is too short"],
    [{ password: "adaadaadaadaada", password_confirm: "adaadaadaadaada" }, "This password is"]
  ] as const
  for (const [wrong, text] of cases) {
    const page = await site.ask({ target: "/profile/password", form: { ...right, ...wrong }, headers })
    expect([page.status, textOf(page)], text).toEqual([422, expect.stringContaining(text)])
    expect(page.body).not.toContain(NEW_PASSWORD)
  }
  expect(await site.contents()).toEqual(before)
})

test("POST /sessions/{id}/revoke and /sessions/revoke-others end sessions from the profile page (SES-11)", async () => {
  const site = await withAda()
  const [mine, second, third, foreign] = [
    await site.browser(),
    await site.browser(),
    await site.program(),
    await site.browser(root)
  ]
  const page = await site.ask({ target: "/profile/", headers: { ...mine, ...navigation } })
  const actions = Array.from(page.body.matchAll(/action="(\/sessions\/[^"]+)"/g), ([, action = ""]) => action)
  expect(actions).toContain("/sessions/revoke-others")
  const statuses = () =>
    Promise.all(
      [mine, second, third, foreign].map(async (headers) => (await site.ask({ target: "/users/me", headers })).status)
    )
  const sessions = bodyOf(await site.ask({ target: "/sessions", headers: third }))
  const one = sessions.find(({ current }: { current: boolean }) => current).id
  expect(actions).toContain(`/sessions/${one}/revoke`)
  const ended = await site.ask({
    method: "POST",
    target: `/sessions/${one}/revoke`,
    headers: { ...mine, ...navigation }
  })
  expect(leadsTo(ended)).toEqual([303, "/profile/?done=session"])
  expect(await statuses()).toEqual([200, 200, 401, 200])
  expect((await site.ask({ method: "POST", target: `/sessions/${one}/revoke`, headers: mine })).status).toBe(404)
  const others = await site.ask({ method: "POST", target: "/sessions/revoke-others", headers: mine })
  expect(leadsTo(others)).toEqual([303, "/profile/?done=sessions"])
  expect(await statuses()).toEqual([200, 401, 401, 200])
})

test("every route for who is logged in sends a browser that navigates to the login page, and a program 401", async () => {
  const { ask } = await openSite()
  const routes = [
    ["GET", "/profile/"],
    ["POST", "/profile/details"],
    ["POST", "/profile/password"],
    ["POST", "/sessions/revoke-others"],
    ["POST", "/sessions/x/revoke"],
    ["GET", "/sessions"]
  ] as const
  for (const [method, target] of routes) {
    const person = await ask({ method, target, headers: navigation })
    const next = method === "GET" ? `?${new URLSearchParams({ next: target })}` : ""
    expect(leadsTo(person)).toEqual([303, `/login${next}`])
    expect((await ask({ method, target })).status).toBe(401)
  }
})

test("HTM-08 whoever sees a page while logged in can log out from it", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  for (const target of ["/profile/", "/logout"]) {
    expect((await site.ask({ target, headers })).body).toMatch(/<form[^>]*method="post"[^>]*action="\/logout"/)
  }
})

test("a refusal for people is a page with a sentence, for programs a problem", async () => {
  const { ask } = await openSite()
  const page = await ask({ target: "/setup/", headers: navigation })
  expect([page.status, textOf(page)]).toEqual([404, expect.stringContaining("There is nothing at this address.")])
  const program = await ask({ target: "/setup/" })
  expect(bodyOf(program)).toEqual({
    type: "https://latchkey.dev/problems/not-found",
    title: "Not Found",
    status: 404,
    detail: "Not Found",
    code: "not-found"
  })
})

test("HTM-06 a host's page gets the typed view, and its markup is what is shown", async () => {
  const seen: Array<unknown> = []
  const site = await openSite(
    {},
    {
      pages: {
        login: (view) => {
          seen.push([view.next, view.username, view.registrationOpen, Object.keys(view.errors)])
          return view.site.name as never
        }
      }
    }
  )
  expect((await site.ask({ target: "/login?next=/a" })).body).toBe("<!doctype html>Latchkey")
  const form = { username: "ada", password: "wrong" }
  expect((await site.ask({ target: "/login", form, headers: navigation })).status).toBe(400)
  expect(seen).toEqual([
    ["/a", "", true, []],
    [null, "ada", true, ["form"]]
  ])
})

test("groups of routes can be left out: they are not answered, not documented, and not the surface's", async () => {
  const { ask, surface } = await openSite({}, { routes: { register: false, sessions: false } })
  for (const target of ["/register", "/auth/register", "/sessions", "/sessions/x"]) {
    expect((await ask({ method: "POST", target })).status).toBe(404)
    expect(surface.owns(`http://localhost:3000${target}`)).toBe(false)
  }
  expect(surface.owns("http://localhost:3000/login?a=b")).toBe(true)
  const { paths } = bodyOf(await ask({ target: "/openapi.json" }))
  expect(Object.keys(paths).filter((path) => /register|sessions/.test(path))).toEqual([])
})

test("the application's name leads where the host says, or nowhere, and so does a page with a problem", async () => {
  const leading = await openSite({ name: "Acme" }, { home: "/start" })
  const page = await leading.ask({ target: "/nowhere", headers: navigation })
  expect([page.status, page.body.match(/href="\/start"/g)?.length]).toEqual([404, 2])
  expect(textOf(page)).toContain("Go to Acme")
  const nowhere = await openSite({ name: "Acme" }, { home: null })
  const plain = await nowhere.ask({ target: "/nowhere", headers: navigation })
  expect(plain.body.match(/<a [^>]*href="([^"]*)"/g)).toEqual(['<a class="skip-link" href="#main"'])
})
