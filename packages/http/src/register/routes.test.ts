import { ada, navigation, valuesOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import {
  bodyOf,
  leadsTo,
  missing,
  NEW_PASSWORD,
  refusal,
  session,
  stringType,
  textOf,
  typedIn,
  valueError,
  withAda
} from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"

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
    [400, { username: "ADA", password: NEW_PASSWORD }, "This username is already taken. Choose another one."],
    [422, { username: "__token__", password: NEW_PASSWORD }, "This username is reserved. Choose another one."],
    [
      422,
      { username: "a b", password: NEW_PASSWORD },
      "This is not a valid username. Check it for typing errors and unusual characters."
    ],
    [422, { username: "x".repeat(65), password: NEW_PASSWORD }, "This username is too long. Use a shorter one."],
    [
      422,
      { username: "аdmin", password: NEW_PASSWORD },
      "This username mixes letters of different alphabets. Use one alphabet only."
    ],
    [422, { email: "x@", password: NEW_PASSWORD }, "This is not a valid e-mail address."],
    [422, { password: NEW_PASSWORD }, "Enter a username or an e-mail address."],
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

test("POST /auth/register gives 201 with exactly the user, and neither a session nor a cookie (REG-08)", async () => {
  const { ask, auth } = await openSite()
  const base = {
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    is_active: true,
    is_superuser: false,
    is_verified: false
  }
  const password = ada.password
  const byName = await ask({ target: "/auth/register", json: { username: "Ada", password } })
  const byEmail = await ask({ target: "/auth/register", json: { email: "Grace@Example.ORG", password } })
  const byBoth = await ask({
    target: "/auth/register",
    form: { username: "alan", email: "alan@example.org", password }
  })
  expect([byName.status, byEmail.status, byBoth.status]).toEqual([201, 201, 201])
  expect(bodyOf(byName)).toEqual({ ...base, email: null, username: "Ada" })
  expect(bodyOf(byEmail)).toEqual({ ...base, email: "Grace@example.org" })
  expect(bodyOf(byBoth)).toEqual({ ...base, email: "alan@example.org", username: "alan" })
  expect(valuesOf(byName, "set-cookie")).toEqual([])
  expect(await auth.sessions.list(bodyOf(byName).id)).toEqual([])
})

test("ENU-04 POST /auth/register refuses a name that is taken, in whatever spelling, with REGISTER_USER_ALREADY_EXISTS", async () => {
  const { ask, auth } = await openSite()
  await auth.users.register({ ...ada, email: "ada@example.org" })
  const wanted = [{ username: "ADA" }, { username: "ａda" }, { email: "ADA@example.org" }, { email: "ada@EXAMPLE.org" }]
  for (const names of wanted) {
    const answer = await ask({ target: "/auth/register", json: { ...names, password: NEW_PASSWORD } })
    expect(refusal(answer)).toEqual([400, "REGISTER_USER_ALREADY_EXISTS"])
  }
})

test("POST /auth/register judges the password before it looks whether the name is taken", async () => {
  const { ask } = await withAda()
  const answer = await ask({ target: "/auth/register", json: { username: "ada", password: "short" } })
  const reason = "this password is too short: put several unrelated words together"
  expect(refusal(answer)).toEqual([400, { code: "REGISTER_INVALID_PASSWORD", reason }])
})

test("REG-07 POST /auth/register is 403 when registration is closed, and before setup is done (SET-05)", async () => {
  const closed = await openSite({ registration: "closed" })
  const unset = await openSite({ admin: null, setup: { token: "a-setup-token-for-tests" } })
  for (const { ask, auth, clock } of [closed, unset]) {
    const answer = await ask({ target: "/auth/register", json: ada })
    expect([answer.status, bodyOf(answer).detail, bodyOf(answer).code]).toEqual([
      403,
      "Forbidden",
      "registration-closed"
    ])
    await clock.advance("1 minute")
    const [record] = await auth.audit.list({ type: "user.register-refused" })
    expect(record?.event.details).toMatchObject({ reason: "closed" })
  }
})

test("BAS-03 POST /auth/register refuses reserved names, and names that cannot be one, with 422 and the field (INP-02, INP-03)", async () => {
  const site = await openSite()
  const before = await site.contents()
  const usernames = [
    "__token__",
    "X-Access-Token",
    "oauth2",
    "",
    " ",
    "a b",
    "аdmin",
    "admin\u200b",
    "x".repeat(65),
    "a/b"
  ]
  for (const username of usernames) {
    const answer = await site.ask({ target: "/auth/register", json: { username, password: ada.password } })
    expect(refusal(answer), username).toEqual([422, valueError("username")])
  }
  for (const email of ["", "ada", "a@b,c@d", "a b@example.org", "a＠example.org", `${"x".repeat(255)}@example.org`]) {
    const answer = await site.ask({ target: "/auth/register", json: { email, password: ada.password } })
    expect(refusal(answer), email).toEqual([422, valueError("email")])
  }
  const none = await site.ask({ target: "/auth/register", json: { password: ada.password } })
  expect(refusal(none)).toEqual([422, missing("email")])
  const nulls = await site.ask({
    target: "/auth/register",
    json: { username: null, email: null, password: ada.password }
  })
  expect(refusal(nulls)).toEqual([422, missing("email")])
  expect(refusal(await site.ask({ target: "/auth/register", json: { username: "eve" } }))).toEqual([
    422,
    missing("password")
  ])
  expect(await site.contents()).toEqual(before)
})

test("INP-11 POST /auth/register names all that is missing in one answer, a name that `logins` requires like any other field", async () => {
  const wanted = {
    username: ["username", "password"],
    email: ["email", "password"],
    both: ["email", "password"]
  } as const
  for (const [logins, fields] of Object.entries(wanted)) {
    const { ask } = await openSite({ logins: logins as keyof typeof wanted })
    for (const json of [{}, { email: null, username: null }, null]) {
      expect(refusal(await ask({ target: "/auth/register", json })), logins).toEqual([422, missing(...fields)])
    }
  }
  const verified = await openSite({ sessions: { requireVerified: true } })
  const nameless = { target: "/auth/register", json: { username: "eve" } }
  expect(refusal(await verified.ask(nameless))).toEqual([422, missing("email", "password")])
  const { ask } = await openSite({ logins: "email" })
  const json = { username: "eve", password: NEW_PASSWORD }
  expect(refusal(await ask({ target: "/auth/register", json }))).toEqual([422, missing("email")])
  expect(refusal(await ask({ target: "/auth/register", json: { email: 1 } }))).toEqual([
    422,
    [...stringType("email"), ...missing("password")]
  ])
})

test("INP-11 an empty password is 400 with its reason, as any other that may not be chosen", async () => {
  const { ask } = await openSite()
  const empty = { username: "eve", password: "" }
  const detail = { code: "REGISTER_INVALID_PASSWORD", reason: expect.stringContaining("too short") }
  for (const target of ["/auth/register", "/register"]) {
    expect(refusal(await ask({ target, json: empty })), target).toEqual([400, detail])
  }
  expect(refusal(await ask({ target: "/auth/register", form: empty }))).toEqual([400, detail])
  const setup = await openSite({ admin: null, setup: { unsafeOpen: true } })
  expect(refusal(await setup.ask({ target: "/setup/", json: { ...empty, password_confirm: "" } }))).toEqual([
    400,
    detail
  ])
})

test("INP-12 POST /register answers a program that takes JSON with the user and the cookie, and a refusal with its reasons", async () => {
  const site = await openSite()
  const answer = await site.ask({ target: "/register", json: { username: "eve", password: NEW_PASSWORD } })
  expect([answer.status, bodyOf(answer).username]).toEqual([201, "eve"])
  expect(bodyOf(await site.ask({ target: "/users/me", headers: session(answer) }))).toEqual(bodyOf(answer))
  expect(refusal(await site.ask({ target: "/register", json: { username: " " } }))).toEqual([
    422,
    missing("email", "password")
  ])
  const unverified = await openSite({ sessions: { requireVerified: true } })
  const eve = { email: "eve@example.org", password: NEW_PASSWORD }
  const waits = await unverified.ask({ target: "/register", json: eve })
  expect([waits.status, valuesOf(waits, "set-cookie")]).toEqual([201, []])
})

test("INP-09 blanks around a name are cut at every registration, so it is the same name, and a password of it is refused", async () => {
  const site = await openSite()
  const typed = { username: " Grace\u3000", email: "\u00a0Grace@Example.org " }
  const made = await site.ask({ target: "/auth/register", json: { ...typed, password: NEW_PASSWORD } })
  expect(bodyOf(made)).toMatchObject({ username: "Grace", email: "Grace@example.org" })
  for (const target of ["/auth/register", "/register"]) {
    for (const names of [{ username: "grace " }, { email: " grace@example.org" }]) {
      const taken = await site.ask({ target, json: { ...names, password: NEW_PASSWORD } })
      expect(refusal(taken)).toEqual([400, "REGISTER_USER_ALREADY_EXISTS"])
    }
    const named = await site.ask({
      target,
      json: { username: " lovelace-of-london ", password: "lovelace-of-london 1843" }
    })
    expect(refusal(named)[1]).toMatchObject({ code: "REGISTER_INVALID_PASSWORD" })
  }
  const optional = { username: "ada", email: " ", password: NEW_PASSWORD }
  expect(leadsTo(await site.ask({ target: "/register", form: optional, headers: navigation }))).toEqual([
    303,
    "/profile/"
  ])
})
