import { ada, navigation, root, type WireAnswer } from "@latchkey/conformance/adapter"
import type { Hooks } from "@latchkey/core"
import { describe, expect, test } from "vitest"
import { openSite } from "./site.ts"

const grace = { username: "grace", email: "grace@example.org", password: "many quiet words in a row" }
const LEAKED = "This password was in a leak. <b>Choose another.</b>"
const MEMBERS = "Only members of example.com can register."

const leaked: Hooks = { validatePassword: (password) => (password === grace.password ? LEAKED : null) }
const members: Hooks = { beforeRegister: () => MEMBERS }
const broken: Hooks = { beforeRegister: () => Promise.reject(new Error(grace.password)) }

const registerForm = { ...grace, password_confirm: grace.password }
const ownPage = { ...navigation, "sec-fetch-site": "same-origin" }

const bodyOf = ({ body }: WireAnswer) => JSON.parse(body)

describe("the reason of validatePassword", () => {
  test("EVT-01 reaches programs that register or change a password", async () => {
    const site = await openSite({ hooks: leaked })
    const refused = await site.ask({ target: "/auth/register", json: grace })
    expect([refused.status, bodyOf(refused).detail]).toEqual([
      400,
      { code: "REGISTER_INVALID_PASSWORD", reason: LEAKED }
    ])
    await site.auth.users.create(ada)
    const changed = await site.ask({
      method: "PATCH",
      target: "/users/me",
      headers: await site.program(),
      json: { password: grace.password, current_password: ada.password }
    })
    expect([changed.status, bodyOf(changed).detail]).toEqual([
      400,
      { code: "UPDATE_USER_INVALID_PASSWORD", reason: LEAKED }
    ])
  })

  test("EVT-01 stands at the field of the pages, as text", async () => {
    const site = await openSite({ hooks: leaked })
    await site.auth.users.create(ada)
    const shown = [
      await site.ask({ target: "/register", headers: ownPage, form: registerForm }),
      await site.ask({
        target: "/profile/password",
        headers: { ...ownPage, ...(await site.browser()) },
        form: { current_password: ada.password, password: grace.password, password_confirm: grace.password }
      })
    ]
    for (const { status, body } of shown) {
      expect(status).toBe(422)
      expect(body).toContain('aria-invalid="true"')
      expect(body).toContain("This password was in a leak. &lt;b&gt;Choose another.&lt;/b&gt;")
    }
  })

  test("EVT-01 stands on the setup page", async () => {
    const site = await openSite({ hooks: leaked, admin: null, setup: { unsafeOpen: true } })
    const shown = await site.ask({ target: "/setup/", headers: ownPage, form: { ...registerForm, token: "" } })
    expect([shown.status, shown.body.includes("This password was in a leak.")]).toEqual([422, true])
  })
})

describe("the reason of validateEmail", () => {
  const OUTSIDE = "Only addresses at example.com. <b>Sorry.</b>"
  const inside: Hooks = { validateEmail: (email) => (email.endsWith("@example.com") ? null : OUTSIDE) }

  test("EVT-09 reaches programs that register, change their address, or create somebody", async () => {
    const site = await openSite({ hooks: inside })
    await site.auth.users.create(ada)
    const answers = [
      await site.ask({ target: "/auth/register", json: grace }),
      await site.ask({
        method: "PATCH",
        target: "/users/me",
        headers: await site.program(),
        json: { email: grace.email, current_password: ada.password }
      }),
      await site.ask({ target: "/admin/users", headers: await site.program(root), json: { email: grace.email } })
    ]
    for (const answer of answers)
      expect([answer.status, bodyOf(answer).detail]).toEqual([
        422,
        [{ type: "value_error", loc: ["body", "email"], msg: OUTSIDE }]
      ])
  })

  test("EVT-09 stands at the field of the pages, as text, with what was typed", async () => {
    const site = await openSite({ hooks: inside })
    await site.auth.users.create(ada)
    const shown = [
      await site.ask({ target: "/register", headers: ownPage, form: registerForm }),
      await site.ask({
        target: "/profile/details",
        headers: { ...ownPage, ...(await site.browser()) },
        form: { username: ada.username, email: grace.email, current_password: ada.password }
      })
    ]
    for (const { status, body } of shown) {
      expect(status).toBe(422)
      expect(body).toContain('aria-invalid="true"')
      expect(body).toContain(`value="${grace.email}"`)
      expect(body).toContain("Only addresses at example.com. &lt;b&gt;Sorry.&lt;/b&gt;")
    }
  })
})

describe("a registration that a hook refuses", () => {
  test("EVT-08 is 403 with the reason for programs", async () => {
    const site = await openSite({ hooks: members })
    const refused = await site.ask({ target: "/auth/register", json: grace })
    expect(bodyOf(refused)).toMatchObject({
      status: 403,
      code: "registration-refused",
      detail: "Forbidden",
      reason: MEMBERS
    })
  })

  test("EVT-08 shows people the page again, with the reason and what they typed", async () => {
    const site = await openSite({ hooks: members })
    const shown = await site.ask({ target: "/register", headers: ownPage, form: registerForm })
    expect(shown.status).toBe(403)
    expect(shown.body).toContain(MEMBERS)
    expect(shown.body).toContain(`value="${grace.email}"`)
    expect(shown.body).not.toContain(grace.password)
  })

  test("EVT-08 REG-11 sent twice ends where it did, although the hook refuses the second", async () => {
    let asked = 0
    const once: Hooks = { beforeRegister: () => (++asked === 1 ? null : MEMBERS) }
    const site = await openSite({ hooks: once })
    const send = () => site.ask({ target: "/register", headers: ownPage, form: registerForm })
    expect([(await send()).status, (await send()).status]).toEqual([303, 303])
    expect(asked).toBe(2)
  })
})

describe("a hook that fails", () => {
  test("EVT-02 is 503 with Retry-After, and says nothing of why", async () => {
    const site = await openSite({ hooks: broken })
    const refused = await site.ask({ target: "/auth/register", json: grace })
    expect(refused.headers).toContainEqual(["retry-after", "5"])
    expect(bodyOf(refused)).toEqual({
      type: "https://latchkey.dev/problems/hook-failed",
      title: "Service Unavailable",
      status: 503,
      detail: "Service Unavailable",
      code: "hook-failed"
    })
  })

  test("EVT-02 shows people the page again, with how long to wait", async () => {
    const site = await openSite({ hooks: broken })
    const shown = await site.ask({ target: "/register", headers: ownPage, form: registerForm })
    expect(shown.status).toBe(503)
    expect(shown.body).toContain("The service is temporarily unavailable. Try again in 5 seconds.")
  })
})

test("EVT-03 what happens over HTTP is told with the client, and a guarded request tells nothing", async () => {
  const told: Array<readonly [string, string | null]> = []
  const site = await openSite({ onEvent: ({ type, ip }) => void told.push([type, ip]) })
  await site.auth.users.create(ada)
  const cookie = await site.browser()
  const before = told.length
  for (let times = 0; times < 3; times++) await site.ask({ target: "/users/me", headers: cookie })
  expect(told.length).toBe(before)
  await site.ask({ target: "/logout", headers: { ...ownPage, ...cookie }, form: {} })
  await site.auth.close()
  expect(told.at(-1)).toEqual(["session.closed", "192.0.2.7"])
})
