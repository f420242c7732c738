import { ada, cookieSetBy, headerOf, navigation, valuesOf } from "@latchkey/conformance/adapter"
import { createTestAuth } from "@latchkey/core/testing"
import { expect, test } from "vitest"
import { openSite } from "../../test/site.ts"
import { routeTable } from "../features.ts"

const form = { username: ada.username, password: ada.password }

// What every answer must have stands in `every-answer.ts`, and is checked of each one that `site.ask` gives.

test("HTM-02 HTM-03 HTM-05 HTM-07 every route, to whom it lets in and whom it refuses, has every header", async () => {
  const site = await openSite()
  await site.auth.users.create(ada)
  const types = new Set<string | null>()
  for (const { method, path } of routeTable) {
    const callers = [{}, navigation, await site.program(), { ...(await site.browser()), ...navigation }]
    for (const headers of [...callers, { ...navigation, "sec-fetch-site": "cross-site" }]) {
      const answer = await site.ask({ method, target: path.replace(":id", "never"), headers })
      types.add(headerOf(answer, "content-type"))
    }
  }
  expect(types).toEqual(
    new Set([
      null,
      "text/html; charset=utf-8",
      "text/css; charset=utf-8",
      "text/javascript; charset=utf-8",
      "application/json; charset=utf-8",
      "application/problem+json; charset=utf-8"
    ])
  )
})

test("CSR-06 HEAD is answered as GET, without the body, before any server takes it away", async () => {
  const site = await openSite()
  await site.auth.users.create(ada)
  const headers = await site.program()
  const rows = routeTable.filter(({ method, isGivenOnce }) => method === "GET" && !isGivenOnce)
  for (const target of rows.map(({ path }) => path)) {
    const [get, head] = [await site.ask({ target, headers }), await site.ask({ method: "HEAD", target, headers })]
    expect(head, target).toEqual({ ...get, body: "" })
  }
})

test("HTM-02 HTM-09 a page has one script, which is ours, no style of its own, and nothing from elsewhere", async () => {
  const site = await openSite()
  await site.auth.users.create(ada)
  const headers = { ...(await site.browser()), ...navigation }
  const pages = [
    await site.ask({ target: "/login" }),
    await site.ask({ target: "/register" }),
    await site.ask({ target: "/profile/", headers }),
    await site.ask({ target: "/logout", headers }),
    await site.ask({ target: "/setup/", headers: navigation })
  ]
  for (const { body } of pages) {
    const [before, after, ...more] = body.split('<script src="/latchkey-')
    expect([after, more]).toEqual([expect.stringMatching(/^[0-9a-f]{8}\.js" defer=""><\/script>/), []])
    expect(before + (after ?? "")).not.toMatch(
      /<script|<style|\sstyle=|\son\w+=|javascript:|@import|<iframe|<object|<embed|<base/i
    )
    const addresses = Array.from(body.matchAll(/\s(?:href|src|action)="([^"]*)"/g), ([, address = ""]) => address)
    for (const address of addresses) expect(address).toMatch(/^(?:\/(?!\/)|#|data:image\/svg\+xml)/)
  }
})

test("HTM-04 browsers are told to come back by https on every answer, where that is asked for and the site is on https", async () => {
  const asked = { requests: { strictTransportSecurity: true } }
  const targets = ["/login", "/users/me", "/openapi.json", "/nowhere"]
  const strict = await openSite({ ...asked, publicUrl: "https://app.example.org" })
  for (const target of targets) {
    expect(headerOf(await strict.ask({ target }), "strict-transport-security")).toBe("max-age=63072000")
  }
  for (const options of [asked, { publicUrl: "https://app.example.org" }]) {
    const site = await openSite(options)
    for (const target of targets) expect(headerOf(await site.ask({ target }), "strict-transport-security")).toBe(null)
  }
})

test("COO-01 the cookie has the name that the options give it, with the prefix on https", async () => {
  for (const [publicUrl, name] of [
    ["https://app.example.org", "__Host-acme"],
    ["http://localhost:3000", "acme"]
  ] as const) {
    const site = await openSite({ publicUrl, cookies: { name: "acme" } })
    await site.auth.users.create(ada)
    const answer = await site.ask({ target: "/login", form })
    expect(cookieSetBy(answer, name)).toMatch(/^lk_ses_/)
    expect(cookieSetBy(answer, `${name}_device`)).toMatch(/^lk_dev_/)
    expect(valuesOf(answer, "set-cookie")).toHaveLength(2)
    const headers = { cookie: `${name}=${cookieSetBy(answer, name)}` }
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  }
})

test("COO-02 no option gives a cookie a domain or another SameSite: one that tries stops the start", async () => {
  for (const cookies of [{ domain: "example.org" }, { sameSite: "none" }, { secure: false }, { path: "/app" }]) {
    const started = createTestAuth({ cookies: cookies as object })
    await expect(started).rejects.toMatchObject({ _tag: "ConfigurationError" })
  }
})

test("SES-04 a session ends an hour after its last use, and twelve hours after its start whatever its use", async () => {
  const site = await openSite()
  await site.auth.users.create(ada)
  const start = site.clock.now()
  const at = (milliseconds: number) => site.clock.advance(start + milliseconds - site.clock.now())
  const [idle, used] = [await site.program(), await site.program()]
  const status = async (headers: Readonly<Record<string, string>>) =>
    (await site.ask({ target: "/users/me", headers })).status
  const [minute, hour] = [60_000, 3_600_000]
  await at(59 * minute)
  expect(await status(used)).toBe(200)
  await at(hour)
  expect([await status(idle), await status(used)]).toEqual([401, 200])
  for (let use = 2; use * 59 * minute < 12 * hour; use++) {
    await at(use * 59 * minute)
    expect(await status(used)).toBe(200)
  }
  await at(12 * hour - 1)
  expect(await status(used)).toBe(200)
  await at(12 * hour)
  expect(await status(used)).toBe(401)
})

test("SES-26 whoever registers where only verified users get in needs an address, is told so, and gets no session", async () => {
  const site = await openSite({ sessions: { requireVerified: true } })
  const nameless = await site.ask({ target: "/register", form, headers: navigation })
  expect([nameless.status, nameless.body.includes("Enter an e-mail address.")]).toEqual([422, true])
  const reachable = { ...form, email: "ada@example.org" }
  const answer = await site.ask({ target: "/register", form: reachable, headers: navigation })
  expect([answer.status, headerOf(answer, "location")]).toEqual([303, "/login?done=registered"])
  expect(valuesOf(answer, "set-cookie")).toEqual([])
  expect((await site.ask({ target: "/login?done=registered" })).body).toContain(
    "Verify your e-mail address, then log in."
  )
  const login = await site.ask({ target: "/login", form, headers: navigation })
  expect([login.status, login.body.includes("Verify your e-mail address first")]).toEqual([400, true])
})
