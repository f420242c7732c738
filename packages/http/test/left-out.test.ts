import { ada, navigation, type Person, root, webRequest } from "@latchkey/conformance/adapter"
import type { TestAuthOptions } from "@latchkey/core/testing"
import type { GroupName } from "@latchkey/http"
import { describe, expect, test } from "vitest"
import { leadsTo, withAda } from "./answers.ts"

const groups: ReadonlyArray<GroupName> = [
  "login",
  "register",
  "users",
  "sessions",
  "tokens",
  "setup",
  "profile",
  "auth",
  "cli-login",
  "cli",
  "oauth",
  "documents",
  "recovery",
  "password",
  "admin",
  "settings"
]
const pages = ["/login", "/logout", "/register", "/profile/", "/tokens/", "/auth/cli", "/auth/cli/x", "/nowhere"]
const adminPages = ["/admin/users", "/admin/users/new", "/admin/audit", "/admin/settings/", "/admin/impersonation/stop"]

/** What the pages link to and post to on this site, the home page aside. */
const linksOf = (body: string): ReadonlyArray<string> =>
  Array.from(body.matchAll(/<(?:a|form)\b[^>]* (?:href|action)="(\/[^"#?]*)/g), ([, path = ""]) => path).filter(
    (path) => path !== "/"
  )

describe.each(["session", "basic"] as const)("in mode %s", (mode) => {
  test.each(groups)("without the group %s no page links to what is not served", async (group) => {
    const site = await withAda({ mode }, { routes: { [group]: false } })
    const { user } = await site.auth.sessions.logIn(ada)
    await site.auth.tokens.issue({ user, scopes: "all" }, { name: "ci" })
    const comes = async (person: Person) =>
      mode === "session"
        ? site.browser(person)
        : { authorization: `Basic ${btoa(`${person.username}:${person.password}`)}`, "sec-fetch-site": "same-origin" }
    const seen: Array<string> = []
    for (const headers of [{}, await comes(ada), await comes(root)])
      for (const target of [...pages, ...adminPages, `/admin/users/${user.id}`, `/admin/users/${user.id}/delete`]) {
        const { status, body } = await site.ask({ target, headers: { ...navigation, ...headers } })
        if (status === 200) seen.push(target)
        for (const path of linksOf(body)) {
          expect([target, path, site.surface.owns(`http://localhost:3000${path}`)]).toEqual([target, path, true])
        }
      }
    expect(seen.length).toBeGreaterThan(1)
  })
})

test("without the profile people land on the home page of the host, unless the host names another one", async () => {
  const landed = async (options: TestAuthOptions, landing?: string) => {
    const { surface } = await withAda(options, {
      routes: { profile: false },
      ...(landing === undefined ? {} : { landing })
    })
    const request = webRequest({ target: "/login", form: { ...ada }, headers: navigation })
    return (await surface.handle(request, null)).headers.get("location")
  }
  expect(await landed({})).toBe("/")
  expect(await landed({ publicUrl: "http://localhost:3000/app" })).toBe("/app/")
  expect(await landed({}, "/dashboard")).toBe("/dashboard")
})

test("without the profile, the questions about sessions and their answers lead where people land", async () => {
  const site = await withAda({}, { routes: { profile: false }, landing: "/mine" })
  const headers = { ...(await site.browser()), ...navigation }
  const others = "/sessions/revoke-others"
  expect((await site.ask({ target: others, headers })).body).toContain('href="/mine"')
  expect(leadsTo(await site.ask({ target: others, form: {}, headers }))).toEqual([303, "/mine"])
  expect(leadsTo(await site.ask({ target: "/sessions/gone/revoke", headers }))).toEqual([303, "/mine"])
  expect(leadsTo(await site.ask({ target: "/sessions/gone/revoke", form: {}, headers }))).toEqual([303, "/mine"])
})
