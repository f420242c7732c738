import { ada, navigation } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
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
  valueError
} from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"

const TOKEN = "a-setup-token-for-tests"

const unset = { admin: null, setup: { token: TOKEN } } as const

const setupForm = { username: "chief", password: ada.password, password_confirm: ada.password, token: TOKEN }

const logIn = { target: "/login", form: { username: ada.username, password: ada.password } }

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
  expect(textOf(login)).toContain("The administrator account was created.")
  const another = { ...setupForm, username: "second" }
  for (const request of [{ target: "/setup/" }, { target: "/setup" }, { target: "/setup/", form: another }]) {
    const answer = await site.ask(request)
    expect([answer.status, bodyOf(answer).detail]).toEqual([404, "Not Found"])
    expect((await site.ask({ ...request, headers: navigation })).status).toBe(404)
  }
  const wrong = { ...setupForm, password_confirm: "another", token: "wrong" }
  expect((await site.ask({ target: "/setup/", form: wrong })).status).toBe(404)
})

test("SET-01 without the token, or with a wrong one, setup is 403, and the attempts are on record", async () => {
  const site = await openSite(unset)
  const before = await site.contents()
  const tokens = ["", "wrong", TOKEN.slice(1), `${TOKEN} `, TOKEN.toUpperCase()]
  for (const token of tokens) {
    const page = await site.ask({ target: "/setup/", form: { ...setupForm, token } })
    expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining("This token is wrong or has expired.")])
    expect([typedIn(page, "username"), typedIn(page, "token")]).toEqual(["chief", ""])
  }
  expect(await site.contents()).toEqual(before)
  await site.clock.advance("1 minute")
  const records = await site.auth.audit.list({ type: "setup.refused" })
  expect(records.map(({ event }) => event.details)).toMatchObject([{ reason: "wrong-token", count: tokens.length }])
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
    [{ password_confirm: "another" }, "The two passwords do not match. Type both again."],
    [{ password: "short", password_confirm: "short" }, "This password is too short"],
    [{ username: "" }, "Enter a username or an e-mail address."],
    [{ username: "__token__" }, "This username is reserved. Choose another one."],
    [{ email: "nobody" }, "This is not a valid e-mail address."]
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

test("SET-06 GET /setup/check gives exactly `needs_setup`", async () => {
  const open = await openSite({ admin: null, setup: { token: "a-setup-token-for-tests" } })
  expect((await open.ask({ target: "/setup/check" })).body).toBe('{"needs_setup":true}')
  const done = await openSite()
  expect((await done.ask({ target: "/setup/check" })).body).toBe('{"needs_setup":false}')
})

test("INP-12 a program that takes JSON is told what is wrong in JSON, all that is missing at once, and sent to the login page when all is well", async () => {
  const site = await openSite(unset)
  const ask = (json: unknown) => site.ask({ target: "/setup/", json })
  expect(refusal(await ask({ token: TOKEN }))).toEqual([422, missing("email", "password")])
  const differs = await ask({ ...setupForm, password_confirm: "another" })
  expect(refusal(differs)).toEqual([422, valueError("password_confirm")])
  expect((await ask({ ...setupForm, token: "wrong" })).status).toBe(403)
  expect(leadsTo(await ask({ ...setupForm, username: " chief " }))).toEqual([303, "/login?done=setup"])
  const [chief] = (await site.auth.users.list()).items
  expect(chief?.username).toBe("chief")
})
