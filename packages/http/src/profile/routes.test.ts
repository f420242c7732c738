import { ada, navigation } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { leadsTo, NEW_PASSWORD, session, textOf, typedIn, withAda } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"

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
    [400, { username: "root", email: "" }, "This username is already taken. Choose another one."],
    [422, { username: "a b", email: "" }, "This is not a valid username."],
    [422, { username: "", email: "" }, "Enter a username."],
    [422, { username: "ada", email: "ada@example.org" }, "Enter your current password."],
    [
      422,
      { username: "ada", email: "ada@example.org", current_password: "wrong" },
      "This is not your current password. Try again."
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
    [{ current_password: "wrong" }, "This is not your current password. Try again."],
    [{ current_password: "" }, "Enter your current password."],
    [{ password_confirm: "another" }, "The two passwords do not match. Type both again."],
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

test("the details ask for the current password only when the log-in is not recent, as the API does (REG-05)", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const asks = async () =>
    (await site.ask({ target: "/profile/", headers })).body.includes('id="details-current_password"')
  expect(await asks()).toBe(false)
  const form = { username: "ada", email: "new@example.org" }
  expect(leadsTo(await site.ask({ target: "/profile/details", form, headers }))).toEqual([
    303,
    "/profile/?done=details"
  ])
  await site.clock.advance("10 minutes")
  expect(await asks()).toBe(true)
})

test("/.well-known/change-password leads to the form, wherever the profile is", async () => {
  const site = await withAda()
  const target = "/.well-known/change-password"
  expect(leadsTo(await site.ask({ target, headers: navigation }))).toEqual([303, "/profile/#password"])
  const moved = await openSite({}, { basePath: "/auth", routes: { profile: "/me" } })
  expect(leadsTo(await moved.ask({ target }))).toEqual([303, "/auth/me/#password"])
})
