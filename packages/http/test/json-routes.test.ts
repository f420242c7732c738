import { ada, cookieSetBy, root, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { openSite, type Site } from "./site.ts"

const NEW_PASSWORD = "nine slow otters by the weir"

const bodyOf = (answer: WireAnswer) => JSON.parse(answer.body)

/** A problem's status and detail, for comparing. */
const refusal = (answer: WireAnswer) => [answer.status, bodyOf(answer).detail]

const missing = (...names: ReadonlyArray<string>) =>
  names.map((name) => ({ type: "missing", loc: ["body", name], msg: "Field required" }))

const valueError = (name: string) => [{ type: "value_error", loc: ["body", name], msg: expect.any(String) }]

const withAda = async (...options: Parameters<typeof openSite>): Promise<Site & { readonly id: string }> => {
  const site = await openSite(...options)
  const { id } = await site.auth.users.register(ada)
  return { ...site, id }
}

const logIn = { target: "/auth/jwt/login", form: { username: ada.username, password: ada.password } }

const meBy = async ({ ask }: Site, answer: WireAnswer) =>
  ask({ target: "/users/me", headers: { authorization: `Bearer ${bodyOf(answer).access_token}` } })

test("POST /auth/jwt/login gives exactly a bearer token, which opens, and sets no cookie", async () => {
  const site = await withAda()
  const answer = await site.ask(logIn)
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
  expect((await site.ask({ target: logIn.target, form: { ...logIn.form, ...extra } })).status).toBe(200)
  expect((await site.ask({ target: logIn.target, json: { ...logIn.form, grant_type: null } })).status).toBe(200)
  const other = await site.ask({ target: logIn.target, form: { ...logIn.form, grant_type: "client_credentials" } })
  expect(refusal(other)).toEqual([422, valueError("grant_type")])
})

test("POST /auth/jwt/login refuses a wrong password with LOGIN_BAD_CREDENTIALS, and nothing more is said", async () => {
  const site = await withAda()
  const answer = await site.ask({ target: logIn.target, form: { username: "ada", password: "wrong" } })
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
  const site = await withAda({ sessions: { requireVerified: true } })
  expect(refusal(await site.ask(logIn))).toEqual([400, "LOGIN_USER_NOT_VERIFIED"])
  const wrong = await site.ask({ target: logIn.target, form: { username: "ada", password: "wrong" } })
  expect(refusal(wrong)).toEqual([400, "LOGIN_BAD_CREDENTIALS"])
  const lenient = await withAda()
  expect((await lenient.ask(logIn)).status).toBe(200)
})

test("POST /auth/jwt/login names every missing and every empty field with 422", async () => {
  const { ask } = await withAda()
  expect(refusal(await ask({ target: logIn.target, form: {} }))).toEqual([422, missing("username", "password")])
  expect(refusal(await ask({ method: "POST", target: logIn.target }))).toEqual([422, missing("username", "password")])
  const empty = await ask({ target: logIn.target, form: { username: "", password: "" } })
  expect(refusal(empty)).toEqual([422, [...valueError("username"), ...valueError("password")]])
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
  for (const { ask, auth } of [closed, unset]) {
    const answer = await ask({ target: "/auth/register", json: ada })
    expect([answer.status, bodyOf(answer).detail, bodyOf(answer).code]).toEqual([
      403,
      "Forbidden",
      "registration-closed"
    ])
    const [record] = await auth.audit.list({ type: "user.register-refused" })
    expect(record?.event.details).toEqual({ reason: "closed" })
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
  expect(refusal(none)).toEqual([422, valueError("email")])
  const nulls = await site.ask({
    target: "/auth/register",
    json: { username: null, email: null, password: ada.password }
  })
  expect(refusal(nulls)).toEqual([422, valueError("email")])
  expect(refusal(await site.ask({ target: "/auth/register", json: { username: "eve" } }))).toEqual([
    422,
    missing("password")
  ])
  expect(await site.contents()).toEqual(before)
})

test("GET /users/me gives exactly the user, to a bearer token and to a cookie (REG-08)", async () => {
  const site = await withAda()
  const user = { id: site.id, email: null, is_active: true, is_superuser: false, is_verified: false, username: "ada" }
  for (const headers of [await site.program(), await site.browser()]) {
    const answer = await site.ask({ target: "/users/me", headers })
    expect([answer.status, bodyOf(answer)]).toEqual([200, user])
  }
  expect(bodyOf(await site.ask({ target: "/users/me", headers: await site.program(root) })).is_superuser).toBe(true)
})

test("GET and PATCH /users/me without a credential are 401", async () => {
  const { ask } = await openSite()
  expect(refusal(await ask({ target: "/users/me" }))).toEqual([401, "Unauthorized"])
  expect(refusal(await ask({ method: "PATCH", target: "/users/me", json: {} }))).toEqual([401, "Unauthorized"])
})

test("PATCH /users/me changes names, and leaves what is absent or null", async () => {
  const site = await withAda()
  const headers = await site.program()
  const patch = (json: unknown) => site.ask({ method: "PATCH", target: "/users/me", headers, json })
  expect(bodyOf(await patch({ username: "ada.l", email: null }))).toMatchObject({ username: "ada.l", email: null })
  expect(bodyOf(await patch({ email: "ada@example.org", username: null }))).toMatchObject({
    username: "ada.l",
    email: "ada@example.org"
  })
  const unchanged = await site.contents()
  for (const json of [
    {},
    { email: null, username: null, password: null, current_password: null },
    { current_password: "x" }
  ]) {
    expect((await patch(json)).status).toBe(200)
  }
  expect(await site.contents()).toEqual(unchanged)
})

test("PATCH /users/me: another address is unverified, the same one keeps its state, a mere change of case too", async () => {
  const site = await openSite()
  const { id } = await site.auth.users.register({ ...ada, email: "ada@example.org" })
  await site.auth.users.change(id, { isVerified: true })
  const headers = await site.program()
  const patch = async (email: string) =>
    bodyOf(await site.ask({ method: "PATCH", target: "/users/me", headers, json: { email } }))
  expect(await patch("ada@example.org")).toMatchObject({ email: "ada@example.org", is_verified: true })
  expect(await patch("Ada@Example.org")).toMatchObject({ email: "Ada@example.org", is_verified: true })
  expect(await patch("ada@example.com")).toMatchObject({ email: "ada@example.com", is_verified: false })
})

test("ENU-07 PATCH /users/me refuses a taken name with 400, and changes nothing", async () => {
  const site = await withAda()
  await site.auth.users.register({ username: "grace", email: "grace@example.org", password: ada.password })
  const headers = await site.program()
  const before = await site.contents()
  const patch = (json: unknown) => site.ask({ method: "PATCH", target: "/users/me", headers, json })
  expect(refusal(await patch({ email: "GRACE@example.org" }))).toEqual([400, "UPDATE_USER_EMAIL_ALREADY_EXISTS"])
  expect(refusal(await patch({ username: "Grace" }))).toEqual([400, "UPDATE_USER_USERNAME_ALREADY_EXISTS"])
  const both = await patch({ username: "grace", password: NEW_PASSWORD })
  expect(refusal(both)).toEqual([400, "UPDATE_USER_USERNAME_ALREADY_EXISTS"])
  expect(await site.contents()).toEqual(before)
})

test("PATCH /users/me refuses a password that may not be chosen before it changes anything", async () => {
  const site = await withAda()
  const headers = await site.program()
  const before = await site.contents()
  for (const password of ["", "short", "passwordpassword", "a".repeat(257)]) {
    const json = { username: "ada.l", password }
    const answer = await site.ask({ method: "PATCH", target: "/users/me", headers, json })
    const detail = { code: "UPDATE_USER_INVALID_PASSWORD", reason: expect.any(String) }
    expect(refusal(answer), password).toEqual([400, detail])
  }
  const named = await site.ask({ method: "PATCH", target: "/users/me", headers, json: { username: "__token__" } })
  expect(refusal(named)).toEqual([422, valueError("username")])
  expect(await site.contents()).toEqual(before)
})

test("PWD-17 REG-05 PATCH /users/me asks for the current password, unless the log-in is of the last ten minutes", async () => {
  const site = await withAda()
  const headers = await site.program()
  const patch = (json: unknown) => site.ask({ method: "PATCH", target: "/users/me", headers, json })
  await site.clock.advance("10 minutes")
  const before = await site.contents()
  for (const change of [{ password: NEW_PASSWORD }, { email: "ada@example.org" }]) {
    for (const proof of [{}, { current_password: "wrong" }, { current_password: "" }]) {
      const answer = await patch({ ...change, ...proof })
      const code = "current_password" in proof ? "current-password-wrong" : "reauthentication-required"
      expect([answer.status, bodyOf(answer).code]).toEqual([403, code])
    }
  }
  expect(await site.contents()).toEqual(before)
  expect((await patch({ email: "ada@example.org", current_password: ada.password })).status).toBe(200)
  expect((await patch({ password: NEW_PASSWORD, current_password: ada.password })).status).toBe(200)
  const again = await site.ask({ target: logIn.target, form: { username: "ada", password: NEW_PASSWORD } })
  expect(again.status).toBe(200)
})

test("PWD-17 a wrong current password is refused even when the log-in is fresh", async () => {
  const site = await withAda()
  const json = { password: NEW_PASSWORD, current_password: "wrong" }
  const answer = await site.ask({ method: "PATCH", target: "/users/me", headers: await site.program(), json })
  expect(answer.status).toBe(403)
  expect((await site.ask(logIn)).status).toBe(200)
})

test("PATCH /users/me asks for no current password where `profile.requireCurrentPassword` is off", async () => {
  const site = await withAda({ profile: { requireCurrentPassword: false } })
  const headers = await site.program()
  await site.clock.advance("11 minutes")
  const json = { password: NEW_PASSWORD }
  expect((await site.ask({ method: "PATCH", target: "/users/me", headers, json })).status).toBe(200)
})

test("SES-08 a new password ends every session; the browser that set it goes on under a new secret, a program logs in anew", async () => {
  const site = await withAda()
  const [mine, elsewhere, program] = [await site.browser(), await site.browser(), await site.program()]
  const change = { method: "PATCH", target: "/users/me", json: { password: NEW_PASSWORD } }
  const answer = await site.ask({ ...change, headers: mine })
  const renewed = cookieSetBy(answer, "latchkey_session")
  expect(renewed).toMatch(/^lk_ses_/)
  for (const headers of [mine, elsewhere, program]) {
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
  }
  const goesOn = { cookie: `latchkey_session=${renewed}` }
  expect((await site.ask({ target: "/users/me", headers: goesOn })).status).toBe(200)
  const other = await site.program({ ...ada, password: NEW_PASSWORD })
  const second = await site.ask({ ...change, json: { password: ada.password }, headers: other })
  expect([second.status, valuesOf(second, "set-cookie")]).toEqual([200, []])
  expect((await site.ask({ target: "/users/me", headers: other })).status).toBe(401)
})

test("SES-11 GET /sessions lists one's own live sessions, newest first, and no secret", async () => {
  const site = await withAda({ sessions: { collectIp: true, collectUserAgent: true } })
  const agent = { "user-agent": "Mozilla/5.0 (X11)" }
  await site.ask({ target: "/login", form: logIn.form, headers: agent }, "198.51.100.4")
  await site.clock.advance("5 minutes")
  const headers = await site.program()
  await site.browser(root)
  const answer = await site.ask({ target: "/sessions", headers })
  const instant = expect.stringMatching(/^2026-01-01T\d\d:\d\d:\d\d\.\d{3}Z$/)
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
  const common = { id, created_at: instant, last_seen_at: instant, expires_at: instant }
  expect(bodyOf(answer)).toEqual([
    { ...common, kind: "bearer", current: true, ip: null, user_agent: null },
    { ...common, kind: "browser", current: false, ip: "198.51.100.4", user_agent: "Mozilla/5.0 (X11)" }
  ])
  expect(bodyOf(answer)[1]).toMatchObject({
    created_at: "2026-01-01T00:00:00.000Z",
    expires_at: "2026-01-01T01:00:00.000Z"
  })
})

test("SES-11 DELETE /sessions/{id} ends one of one's own; another's id, and one that never was, are 404 and nothing ends", async () => {
  const site = await withAda()
  const [mine, other, foreign] = [await site.program(), await site.browser(), await site.browser(root)]
  const listed = async (headers: Readonly<Record<string, string>>) =>
    bodyOf(await site.ask({ target: "/sessions", headers }))
  const [{ id: rootsId }] = await listed(foreign)
  const end = (id: string, headers = mine) => site.ask({ method: "DELETE", target: `/sessions/${id}`, headers })
  for (const id of [
    rootsId,
    "never",
    "%00",
    "%ED%A0%80",
    "..%2f..",
    "00000000-0000-0000-0000-000000000000",
    "*",
    "_"
  ]) {
    expect(refusal(await end(id)), id).toEqual([404, "Not Found"])
  }
  expect((await site.ask({ target: "/users/me", headers: foreign })).status).toBe(200)
  const [, { id }] = [...(await listed(mine))].sort((a, b) => Number(b.current) - Number(a.current))
  expect(await end(id)).toMatchObject({ status: 204, body: "" })
  expect((await site.ask({ target: "/users/me", headers: other })).status).toBe(401)
  expect((await end(id)).status).toBe(404)
  const [{ id: last }] = await listed(mine)
  expect((await end(last)).status).toBe(204)
  expect((await site.ask({ target: "/users/me", headers: mine })).status).toBe(401)
})

test("ADM-04 no malformed id makes more than a 404", async () => {
  const site = await withAda()
  const headers = await site.program()
  const ids = ["%", "%zz", "%C0%AF", "a".repeat(4_000), "'; DROP TABLE users; --", "{{7*7}}", "%F0%9F%94%91"]
  for (const id of ids) {
    const target = `/sessions/${id.replaceAll(" ", "%20")}`
    expect((await site.ask({ method: "DELETE", target, headers })).status, id).toBe(404)
    expect((await site.ask({ method: "POST", target: `${target}/revoke`, headers })).status, id).toBe(404)
  }
})

test("SES-11 DELETE /sessions ends all of one's own but this one, and nobody else's", async () => {
  const site = await withAda()
  const [mine, other, foreign] = [await site.program(), await site.browser(), await site.browser(root)]
  expect(await site.ask({ method: "DELETE", target: "/sessions", headers: mine })).toMatchObject({
    status: 204,
    body: ""
  })
  const statuses = await Promise.all(
    [mine, other, foreign].map(async (headers) => (await site.ask({ target: "/users/me", headers })).status)
  )
  expect(statuses).toEqual([200, 401, 200])
})

test("GET and DELETE /sessions without a credential are 401", async () => {
  const { ask } = await openSite()
  for (const [method, target] of [
    ["GET", "/sessions"],
    ["DELETE", "/sessions"],
    ["DELETE", "/sessions/x"]
  ] as const) {
    expect(refusal(await ask({ method, target }))).toEqual([401, "Unauthorized"])
  }
})

test("SET-06 GET /setup/check gives exactly `needs_setup`", async () => {
  const open = await openSite({ admin: null, setup: { token: "a-setup-token-for-tests" } })
  expect((await open.ask({ target: "/setup/check" })).body).toBe('{"needs_setup":true}')
  const done = await openSite()
  expect((await done.ask({ target: "/setup/check" })).body).toBe('{"needs_setup":false}')
})
