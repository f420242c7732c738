import { navigation, root, valuesOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { leadsTo, NEW_PASSWORD, textOf, typedIn, withAda } from "../../test/answers.ts"

// A tab stays open while somebody else logs in, in the same browser.

const adasForms = async () => {
  const site = await withAda()
  const before = { ...(await site.browser()), ...navigation }
  const profile = await site.ask({ target: "/profile/", headers: before })
  const tokens = await site.ask({ target: "/tokens/", headers: before })
  const headers = { ...(await site.browser(root)), ...navigation }
  return { site, headers, user: typedIn(profile, "user") ?? "", key: typedIn(tokens, "idempotency_key") ?? "" }
}

test("CSR-16 a form that was opened for another account changes nothing, and says who is logged in now", async () => {
  const { site, headers, user, key } = await adasForms()
  const before = await site.contents()
  const password = { current_password: root.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  for (const [target, form] of [
    ["/profile/details", { username: "ada.l", email: "ada@example.org" }],
    ["/profile/password", password],
    ["/tokens/", { name: "Laptop", idempotency_key: key }]
  ] as const) {
    const page = await site.ask({ target, form: { ...form, user }, headers })
    expect([page.status, textOf(page)], target).toEqual([
      422,
      expect.stringContaining("You are logged in as root now, and this form was opened for another account.")
    ])
    expect(valuesOf(page, "set-cookie")).toEqual([])
  }
  expect(await site.contents()).toEqual(before)
})

test("CSR-16 the page that comes back is for who is logged in now: their names, their form", async () => {
  const { site, headers, user } = await adasForms()
  const form = { username: "ada.l", email: "ada@example.org", user }
  const page = await site.ask({ target: "/profile/details", form, headers })
  expect(typedIn(page, "username")).toBe("root")
  expect(page.body).not.toContain("ada@example.org")
  const own = { username: "root.l", email: typedIn(page, "email") ?? "", user: typedIn(page, "user") ?? "" }
  expect(leadsTo(await site.ask({ target: "/profile/details", form: own, headers }))).toEqual([
    303,
    "/profile/?done=details"
  ])
})

test("a name that was changed in another tab is not put back by a form that did not touch it", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  const shown = { username_before: "ada", email_before: "ada@example.org" }
  const elsewhere = { username: "ada", email: "new@example.org", ...shown }
  expect((await site.ask({ target: "/profile/details", form: elsewhere, headers })).status).toBe(303)
  const stale = { username: "a b", email: "ada@example.org", ...shown }
  const again = await site.ask({ target: "/profile/details", form: stale, headers })
  expect([again.status, typedIn(again, "email_before")]).toEqual([422, "ada@example.org"])
  const mended = { ...stale, username: "ada.l" }
  expect((await site.ask({ target: "/profile/details", form: mended, headers })).status).toBe(303)
  const { items } = await site.auth.users.list({ query: "ada.l" })
  expect(items).toMatchObject([{ username: "ada.l", email: "new@example.org" }])
})
