import { headerOf, navigation, root } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { leadsTo, NEW_PASSWORD, withAda } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"
import { routeTable } from "../features.ts"

const isForProgramsOnly = ({ group, path, refusals }: (typeof routeTable)[number]): boolean =>
  group.name === "auth" || path.endsWith("/invitation") || refusals !== undefined

const forms = routeTable.filter((row) => row.method === "POST" && !isForProgramsOnly(row))

test("every address that takes a form has a page of its own, or names the page of its group that has the form", () => {
  expect(forms.length).toBeGreaterThan(5)
  for (const { path, page, group } of forms) {
    const own = routeTable.find((each) => each.method === "GET" && each.path === path)
    expect([own !== undefined, page !== undefined].filter(Boolean), path).toHaveLength(1)
    if (page !== undefined) expect([page.method, page.group], path).toEqual(["GET", group])
  }
})

test("CSR-15 a browser that comes to a form's address by GET, as after a refused form, is led to its page", async () => {
  const site = await withAda({ profile: { mayDelete: true } })
  const headers = { ...(await site.browser()), ...navigation }
  const form = { current_password: "wrong", password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  expect((await site.ask({ target: "/profile/password", form, headers })).status).toBe(422)
  for (const target of ["/profile/password", "/profile/details", "/profile/password/"]) {
    for (const method of ["GET", "HEAD"]) {
      const answer = await site.ask({ method, target, headers })
      expect([...leadsTo(answer), answer.body], `${method} ${target}`).toEqual([303, "/profile/", ""])
    }
  }
  // As an administrator, whose pages are among them.
  const administrator = { ...(await site.browser(root)), ...navigation }
  for (const { path } of forms) {
    const answer = await site.ask({ target: path.replace(":id", "never"), headers: administrator })
    expect([200, 303, 400, 403, 404], path).toContain(answer.status) // 400: no code came; 403: only administrators
  }
})

test("a program that comes to a form's address by GET is told what the address takes, and so is every other method", async () => {
  const site = await withAda()
  const person = { ...(await site.browser()), ...navigation }
  const requests = [
    { method: "GET", target: "/profile/password", headers: await site.program() },
    { method: "HEAD", target: "/profile/password" },
    { method: "PUT", target: "/profile/password", headers: person },
    { method: "GET", target: "/auth/jwt/login", headers: person },
    { method: "GET", target: "/auth/register", headers: person }
  ]
  for (const request of requests) {
    const answer = await site.ask(request)
    expect([answer.status, headerOf(answer, "allow")], request.target).toEqual([405, "POST"])
  }
})

test("a form's address leads to its page wherever the host has moved both", async () => {
  const moved = await openSite(
    { publicUrl: "https://example.org/app" },
    { basePath: "/auth", routes: { profile: "/account" } }
  )
  const answer = await moved.ask({ target: "/auth/account/password", headers: navigation })
  expect(leadsTo(answer)).toEqual([303, "/app/auth/account/"])
})
