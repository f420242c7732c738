import { ada, cookieSetBy, navigation, programOf, valuesOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { bodyOf, leadsTo, NEW_PASSWORD, session, textOf, withAda } from "./answers.ts"
import { openSite } from "./site.ts"
import { ruledStore } from "./stores.ts"

// A second click, a reload or the way back sends a form again, after its first answer was lost on the way.

const grace = { username: "grace", email: "", password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }

test("REG-11 a registration that comes again ends where the first one did: logged in, as the same user", async () => {
  const site = await openSite()
  const register = { target: "/register", form: { ...grace, next: "/reports" }, headers: navigation }
  const answers = [await site.ask(register), await site.ask(register)]
  expect(answers.map(leadsTo)).toEqual([
    [303, "/reports"],
    [303, "/reports"]
  ])
  const users = await Promise.all(answers.map((answer) => site.ask({ target: "/users/me", headers: session(answer) })))
  expect(users.map(({ status }) => status)).toEqual([200, 200])
  expect(new Set(users.map((user) => bodyOf(user).id)).size).toBe(1)
})

test("REG-11 AUD-01 a session that a repeated registration opens is on record as a log-in", async () => {
  const site = await openSite()
  const send = () => site.ask({ target: "/register", form: grace, headers: navigation })
  await send()
  expect(await site.auth.audit.list({ type: "login.succeeded" })).toEqual([])
  await site.clock.advance("1 second") // the newest session stands first
  const answer = await send()
  const [session] = await site.auth.sessions.list(
    (await site.auth.users.list({ query: "grace" })).items[0]?.id as never
  )
  expect((await site.auth.audit.list({ type: "login.succeeded" })).map(({ event }) => event)).toMatchObject([
    { details: { method: "form" }, credential: `session:${session?.id}` }
  ])
  expect(cookieSetBy(answer, "latchkey_session_device")).not.toBeNull()
})

test("REG-11 registrations that come at once make one user, and all of them are logged in", async () => {
  const site = await openSite()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => site.ask({ target: "/register", form: grace, headers: navigation }))
  )
  expect(answers.map(leadsTo)).toEqual(Array.from({ length: 5 }, () => [303, "/profile/"]))
  expect((await site.auth.users.list({ query: "grace" })).items).toHaveLength(1)
})

test("REG-11 the name of a new account with another password is taken, and so is that of an account of eleven minutes", async () => {
  const site = await openSite()
  await site.ask({ target: "/register", form: grace, headers: navigation })
  const other = { ...grace, password: `${NEW_PASSWORD}!`, password_confirm: `${NEW_PASSWORD}!` }
  const page = await site.ask({ target: "/register", form: other, headers: navigation })
  expect([page.status, textOf(page)]).toEqual([400, expect.stringContaining("This username is already taken.")])
  await site.clock.advance("11 minutes")
  const late = await site.ask({ target: "/register", form: grace, headers: navigation })
  expect([late.status, valuesOf(late, "set-cookie")]).toEqual([400, []])
})

test("REG-11 a program that registers again is told that the name is taken", async () => {
  const site = await openSite()
  for (const target of ["/register", "/auth/register"]) {
    const json = { username: `grace${target.length}`, password: NEW_PASSWORD }
    expect((await site.ask({ target, json })).status).toBe(201)
    expect(bodyOf(await site.ask({ target, json })).detail).toBe("REGISTER_USER_ALREADY_EXISTS")
  }
})

test("REG-11 where only verified users may log in, a registration that comes again ends at the same notice", async () => {
  const site = await openSite({ sessions: { requireVerified: true } })
  const register = { target: "/register", form: { ...grace, email: "grace@example.org" }, headers: navigation }
  for (const answer of [await site.ask(register), await site.ask(register)]) {
    expect(leadsTo(answer)).toEqual([303, "/login?done=registered"])
    expect(valuesOf(answer, "set-cookie")).toEqual([])
  }
})

const TOKEN = "a-setup-token-that-is-long-enough-for-the-rules"
const chief = { username: "chief", password: NEW_PASSWORD, password_confirm: NEW_PASSWORD, token: TOKEN }

test("SET-13 setup that comes again, also at once, ends at the login page like the first one; another form is 404", async () => {
  const site = await openSite({ admin: null, setup: { token: TOKEN } })
  const setUp = () => site.ask({ target: "/setup/", form: chief, headers: navigation })
  const answers = [...(await Promise.all([setUp(), setUp(), setUp()])), await setUp()]
  expect(answers.map(leadsTo)).toEqual(Array.from({ length: 4 }, () => [303, "/login?done=setup"]))
  expect((await site.auth.users.list()).items).toMatchObject([{ username: "chief", isSuperuser: true }])
  for (const form of [
    { ...chief, username: "second" },
    { ...chief, password: ada.password, password_confirm: ada.password }
  ]) {
    expect((await site.ask({ target: "/setup/", form, headers: navigation })).status).toBe(404)
  }
  await site.clock.advance("11 minutes")
  expect((await setUp()).status).toBe(404)
})

test("SET-13 somebody who registered after setup is no administrator whose setup comes again", async () => {
  const site = await openSite()
  await site.ask({ target: "/register", form: grace, headers: navigation })
  const answer = await site.ask({ target: "/setup/", form: { ...grace, token: TOKEN }, headers: navigation })
  expect(answer.status).toBe(404)
})

test("SET-13 ENU-02 once setup is done, its form tells nothing about anybody to who has not the setup token", async () => {
  const site = await openSite({ admin: null, setup: { token: TOKEN } })
  expect((await site.ask({ target: "/setup/", form: chief, headers: navigation })).status).toBe(303)
  for (const password of [NEW_PASSWORD, ada.password]) {
    const form = { ...chief, password, password_confirm: password, token: `${TOKEN}?` }
    for (let sent = 0; sent < 30; sent++) {
      expect((await site.ask({ target: "/setup/", form, headers: navigation })).status).toBe(404)
    }
  }
  expect(await site.auth.audit.list({ type: "login.refused" })).toEqual([])
})

const change = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }

test("SES-28 a password change that comes again, with the session that the first one ended, ends on the profile, logged in", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const send = () => site.ask({ target: "/profile/password", form: change, headers })
  for (const answer of [await send(), await send()]) {
    expect(leadsTo(answer)).toEqual([303, "/profile/?done=password"])
    expect((await site.ask({ target: "/users/me", headers: session(answer) })).status).toBe(200)
  }
})

test("SES-28 a password change that comes again with the session that the first one opened, as by a late second click, ends alike", async () => {
  const site = await withAda()
  const opened = { ...(await site.browser()), ...navigation }
  await site.clock.advance("1 second")
  const first = await site.ask({ target: "/profile/password", form: change, headers: opened })
  const headers = { ...session(first), ...navigation, "sec-fetch-site": "same-origin" }
  const send = (form: object) => site.ask({ target: "/profile/password", form: { ...change, ...form }, headers })
  expect(leadsTo(await send({}))).toEqual([303, "/profile/?done=password"])
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  const other = { password: `${NEW_PASSWORD}!`, password_confirm: `${NEW_PASSWORD}!` }
  expect((await send(other)).status).toBe(422)
  await site.clock.advance("10 minutes")
  expect((await send({})).status).toBe(422)
})

test("SES-28 password changes that come at once all end on the profile, logged in", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const send = () => site.ask({ target: "/profile/password", form: change, headers })
  for (const answer of await Promise.all([send(), send(), send()])) {
    expect(leadsTo(answer)).toEqual([303, "/profile/?done=password"])
    expect((await site.ask({ target: "/users/me", headers: session(answer) })).status).toBe(200)
  }
})

test("SES-28 so do those that come while the first one is about to renew the session, as with a store on another machine", async () => {
  const ruled = ruledStore()
  const site = await withAda({ store: ruled.store })
  const headers = { ...(await site.browser()), ...navigation }
  const others = Promise.withResolvers<void>()
  ruled.rule = (operation) => (operation === "sessions.replace" ? others.promise : new Promise(setImmediate))
  const answers: Array<unknown> = []
  const send = async () => {
    answers.push(leadsTo(await site.ask({ target: "/profile/password", form: change, headers })))
    if (answers.length === 2) others.resolve()
  }
  await Promise.all([send(), send(), send()])
  expect(answers).toEqual(answers.map(() => [303, "/profile/?done=password"]))
})

test("SES-28 an ended session with a password that is not the user's leads to the login page, and opens nothing", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  await site.auth.users.endCredentials((await site.auth.users.list({ query: "ada" })).items[0]?.id as never)
  for (const form of [change, { ...change, password: ada.password, password_confirm: "another" }]) {
    const answer = await site.ask({ target: "/profile/password", form, headers })
    expect(leadsTo(answer)).toEqual([303, expect.stringMatching(/^\/login\?/)])
    expect(valuesOf(answer, "set-cookie")).toEqual([])
  }
})

test("SES-28 an ended session is refused for what it is, whatever is wrong with the form", async () => {
  const site = await withAda()
  const headers = await site.browser()
  await site.auth.users.endCredentials(site.id)
  const target = "/profile/password"
  for (const body of [{ form: { password: "x" } }, { form: { ...change, other: "1" } }, { json: { password: 1 } }]) {
    expect((await site.ask({ target, ...body, headers })).status).toBe(401)
    const page = await site.ask({ target, ...body, headers: { ...headers, ...navigation } })
    expect(leadsTo(page)).toEqual([303, "/login?next=%2Fprofile%2Fpassword&done=ended"])
  }
})

test("SES-28 HDR-05 an Authorization header excludes the cookie of an ended session too: nobody is logged in by it", async () => {
  const site = await withAda()
  const headers = await site.browser()
  await site.auth.users.endCredentials(site.id)
  const form = { ...change, password: ada.password, password_confirm: ada.password }
  const other = { username: "grace", password: NEW_PASSWORD }
  await site.auth.users.register(other)
  for (const authorization of ["Bearer junk", "Basic cHJveHk6cHc=", await programOf(site.auth, other)]) {
    const answer = await site.ask({ target: "/profile/password", form, headers: { ...headers, authorization } })
    expect(valuesOf(answer, "set-cookie")).toEqual([])
  }
})

test("SES-28 a wrong current password in a live session costs one attempt, and is answered as before", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const form = { ...change, current_password: "wrong" }
  const page = await site.ask({ target: "/profile/password", form, headers })
  expect([page.status, textOf(page)]).toEqual([422, expect.stringContaining("This is not your current password.")])
  expect(await site.auth.audit.list({ type: "login.refused" })).toEqual([])
})
