import { ada } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { routeTable } from "../src/features.ts"
import { bodyOf, leadsTo, NEW_PASSWORD, refusal, session, withAda } from "./answers.ts"

test("INP-12 every form that leads a browser on to a page has an answer for programs, but setup, whose redirect older clients know", () => {
  const redirecting = routeTable.filter(
    ({ method, outcomes }) => method !== "GET" && outcomes.some(({ status }) => status === 303)
  )
  const without = redirecting.filter(({ outcomes }) => !outcomes.some(({ status }) => status < 300))
  expect(redirecting.length).toBeGreaterThan(6)
  expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /setup/"])
})

test("INP-12 the forms of the profile answer a program that takes JSON with the user, and with what was wrong", async () => {
  const site = await withAda()
  const headers = await site.browser()
  const details = { target: "/profile/details", json: { username: "ada.l ", email: "" }, headers }
  const changed = await site.ask(details)
  expect([changed.status, bodyOf(changed).username]).toEqual([200, "ada.l"])
  const change = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  const differs = { ...change, password_confirm: "another" }
  for (const body of [{ json: differs }, { form: differs }]) {
    const answer = await site.ask({ target: "/profile/password", headers, ...body })
    const msg = expect.stringContaining("do not match")
    expect(refusal(answer)).toEqual([422, [{ type: "value_error", loc: ["body", "password_confirm"], msg }]])
  }
  const saved = await site.ask({ target: "/profile/password", json: change, headers })
  expect([saved.status, bodyOf(saved).username]).toEqual([200, "ada.l"])
  expect((await site.ask({ target: "/users/me", headers: session(saved) })).status).toBe(200)
})

test("INP-09 blanks around a name or an address are no change of it, on the profile page as by PATCH", async () => {
  const site = await withAda()
  const headers = await site.browser()
  await site.ask({ method: "PATCH", target: "/users/me", json: { email: " ada@example.org " }, headers })
  await site.clock.advance("20 minutes") // from here on a new address needs the password
  const before = bodyOf(await site.ask({ target: "/users/me", headers }))
  expect(before).toMatchObject({ username: "ada", email: "ada@example.org" })
  const same = { username: "ada ", email: "\u3000ada@example.org" }
  const patched = await site.ask({ method: "PATCH", target: "/users/me", json: same, headers })
  expect([patched.status, bodyOf(patched)]).toEqual([200, before])
  const form = { ...same, current_password: "" }
  expect(leadsTo(await site.ask({ target: "/profile/details", form, headers }))).toEqual([
    303,
    "/profile/?done=details"
  ])
})
