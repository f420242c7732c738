import { navigation } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { routeTable } from "../src/features.ts"
import { bodyOf, leadsTo, NEW_PASSWORD, textOf, withAda } from "./answers.ts"
import { openSite } from "./site.ts"

test("REG-01 the forms that only our own pages have refuse fields they do not know; nothing is said of the value", async () => {
  const site = await withAda()
  const headers = await site.browser()
  const before = await site.contents()
  for (const target of ["/register", "/profile/details", "/profile/password"]) {
    const form = { username: "grace", password: NEW_PASSWORD, is_superuser: "canary-value" }
    const answer = await site.ask({ target, form, headers })
    expect(answer.status).toBe(422)
    expect(bodyOf(answer).detail).toContainEqual({
      type: "extra_forbidden",
      loc: ["body", "is_superuser"],
      msg: "Extra inputs are not permitted"
    })
    expect(answer.body).not.toContain("canary")
  }
  expect(await site.contents()).toEqual(before)
})

test("every route for who is logged in sends a browser that navigates to the login page, and a program 401", async () => {
  const { ask } = await openSite()
  const guarded = routeTable.filter(({ policy }) => policy !== null && policy.lets !== "everybody")
  expect(guarded.length).toBeGreaterThan(10)
  for (const { method, path, page, refusals } of guarded) {
    const target = path.replace(":id", "x")
    const person = await ask({ method, target, headers: navigation })
    expect((await ask({ method, target })).status).toBe(401)
    if (refusals !== undefined) expect(person.status, "only programs ask this").toBe(401)
    if (refusals !== undefined) continue
    const isForm =
      method === "POST" && (page !== undefined || guarded.some((row) => row.method === "GET" && row.path === path))
    const isFromPage = method === "GET" || isForm
    const query = { ...(isFromPage && { next: target }), ...(isForm && { done: "ended" }) }
    expect(leadsTo(person)).toEqual([303, `/login${isFromPage ? "?" : ""}${new URLSearchParams(query)}`])
  }
})

test("HTM-08 whoever sees a page while logged in can log out from it", async () => {
  const site = await withAda()
  const headers = { ...(await site.browser()), ...navigation }
  for (const target of ["/profile/", "/logout"]) {
    expect((await site.ask({ target, headers })).body).toMatch(/<form[^>]*method="post"[^>]*action="\/logout"/)
  }
})

test("a refusal for people is a page with a sentence, for programs a problem", async () => {
  const { ask } = await openSite()
  const page = await ask({ target: "/setup/", headers: navigation })
  expect([page.status, textOf(page)]).toEqual([404, expect.stringContaining("there is nothing to set up")])
  const program = await ask({ target: "/setup/" })
  expect(bodyOf(program)).toEqual({
    type: "https://latchkey.dev/problems/setup-done",
    title: "Not Found",
    status: 404,
    detail: "Not Found",
    code: "setup-done"
  })
})

test("HTM-06 a host's page gets the typed view, and its markup is what is shown", async () => {
  const seen: Array<unknown> = []
  const site = await openSite(
    {},
    {
      pages: {
        login: (view) => {
          seen.push([view.next, view.username, view.registrationOpen, Object.keys(view.errors)])
          return view.site.name
        }
      }
    }
  )
  expect((await site.ask({ target: "/login?next=/a" })).body).toBe("<!doctype html>Latchkey")
  const form = { username: "ada", password: "wrong" }
  expect((await site.ask({ target: "/login", form, headers: navigation })).status).toBe(400)
  expect(seen).toEqual([
    ["/a", "", true, []],
    [null, "ada", true, ["form"]]
  ])
})

test("groups of routes can be left out: they are not answered, not documented, and not the surface's", async () => {
  const { ask, surface } = await openSite({}, { routes: { register: false, sessions: false } })
  for (const target of ["/register", "/auth/register", "/sessions", "/sessions/x"]) {
    expect((await ask({ method: "POST", target })).status).toBe(404)
    expect(surface.owns(`http://localhost:3000${target}`)).toBe(false)
  }
  expect(surface.owns("http://localhost:3000/login?a=b")).toBe(true)
  const { paths } = bodyOf(await ask({ target: "/openapi.json" }))
  expect(Object.keys(paths).filter((path) => /^\/(?:auth\/)?register|^\/sessions/.test(path))).toEqual([])
})

test("the application's name leads where the host says, or nowhere, and so does a page with a problem", async () => {
  const leading = await openSite({ name: "Acme" }, { home: "/start" })
  const page = await leading.ask({ target: "/nowhere", headers: navigation })
  expect([page.status, page.body.match(/href="\/start"/g)?.length]).toEqual([404, 2])
  expect(textOf(page)).toContain("Go to Acme")
  const nowhere = await openSite({ name: "Acme" }, { home: null })
  const plain = await nowhere.ask({ target: "/nowhere", headers: navigation })
  expect(plain.body.match(/<a [^>]*href="([^"]*)"/g)).toEqual([
    '<a class="skip-link" href="#main"',
    '<a class="navigation-item" href="/login"'
  ])
})
