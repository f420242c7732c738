import { ada, cookieSetBy, root, valuesOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { bodyOf, NEW_PASSWORD, refusal, valueError, withAda } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"

const logInByBearer = { target: "/auth/jwt/login", form: { username: ada.username, password: ada.password } }

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
  const again = await site.ask({ target: logInByBearer.target, form: { username: "ada", password: NEW_PASSWORD } })
  expect(again.status).toBe(200)
})

test("PWD-17 a wrong current password is refused even when the log-in is fresh", async () => {
  const site = await withAda()
  const json = { password: NEW_PASSWORD, current_password: "wrong" }
  const answer = await site.ask({ method: "PATCH", target: "/users/me", headers: await site.program(), json })
  expect(answer.status).toBe(403)
  expect((await site.ask(logInByBearer)).status).toBe(200)
})

test("PATCH /users/me asks for no current password where `profile.requireCurrentPassword` is off", async () => {
  const site = await withAda({ profile: { requireCurrentPassword: false } })
  const headers = await site.program()
  await site.clock.advance("11 minutes")
  const json = { password: NEW_PASSWORD }
  expect((await site.ask({ method: "PATCH", target: "/users/me", headers, json })).status).toBe(200)
})

test("SES-08 SES-21 a new password ends every session but that which set it: a browser's under a new secret, a program's under its own", async () => {
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
  const [setting, other] = [
    await site.program({ ...ada, password: NEW_PASSWORD }),
    await site.program({ ...ada, password: NEW_PASSWORD })
  ]
  const token = await site.ask({ method: "POST", target: "/tokens/", json: { name: "build" }, headers: setting })
  const byToken = { authorization: `Bearer ${bodyOf(token).token}` }
  expect((await site.ask({ target: "/users/me", headers: byToken })).status).toBe(200)
  const second = await site.ask({ ...change, json: { password: ada.password }, headers: setting })
  expect([second.status, valuesOf(second, "set-cookie")]).toEqual([200, []])
  expect((await site.ask({ target: "/users/me", headers: setting })).status).toBe(200)
  for (const headers of [goesOn, other, byToken]) {
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
  }
})
