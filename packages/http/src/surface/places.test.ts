import { headerOf, navigation, root } from "@latchkey/conformance/adapter"
import type { Auth } from "@latchkey/core"
import type { TestAuthOptions } from "@latchkey/core/testing"
import { createTestAuth } from "@latchkey/core/testing"
import { makeSurface, type SurfaceOptions } from "@latchkey/http"
import { expect, onTestFinished, test } from "vitest"
import { openSite } from "../../test/site.ts"
import { features, routeTable } from "../features.ts"

const opened = async (options: SurfaceOptions = {}, auth: TestAuthOptions = {}) => {
  const made = await createTestAuth(auth)
  onTestFinished(() => made.auth.close())
  return makeSurface(made.auth, options)
}

const failing = async (options: unknown): Promise<string> => {
  const surface = opened(options as SurfaceOptions) // what JavaScript lets through
  return surface.then(
    () => "started",
    (error) => String(error.message)
  )
}

test("a forgotten await of createAuth fails at start, and the error says so", () => {
  for (const auth of [Promise.resolve(), undefined])
    expect(() => makeSurface(auth as unknown as Auth)).toThrow("const auth = await createAuth({ … })")
})

test("every row says which group it is in, and lies below the base of its group", () => {
  for (const [name, routes] of Object.entries(features)) {
    for (const { group, path, isFixed = false } of routes) {
      expect([group.partOf ?? group.name, isFixed || path.startsWith(group.base)], path).toEqual([name, true])
    }
  }
})

test("a group that is moved is answered there alone, and links, the menu and the document lead there", async () => {
  const site = await openSite({}, { routes: { users: "/v1/users", profile: "/account", login: "/v1" } })
  const headers = await site.program(root)
  const statuses = async (...targets: ReadonlyArray<string>) =>
    Promise.all(targets.map(async (target) => (await site.surface.handle(asked(target, headers), null)).status))
  expect(await statuses("/v1/users/me", "/account", "/account/", "/v1/login")).toEqual([200, 200, 200, 303])
  expect(await statuses("/users/me", "/profile/", "/login")).toEqual([404, 404, 404])
  expect(site.surface.site.paths).toEqual({
    admin: "/admin/users",
    impersonation: "/admin/impersonation/stop",
    settings: "/admin/settings/",
    login: "/v1/login",
    logout: "/v1/logout",
    register: "/register",
    setup: "/setup/",
    password: "/password",
    profile: "/account/",
    tokens: "/tokens/",
    cliLogin: "/auth/cli",
    forgot: "/forgot-password",
    verifyEmail: "/verify-email/request"
  })
  expect(site.surface.navigation(null)).toEqual([{ label: "Log in", href: "/v1/login" }])
  const document = JSON.parse((await site.ask({ target: "/openapi.json" })).body)
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(["/v1/users/me", "/account/", "/v1/login", "/auth/jwt/login"])
  )
  expect(Object.keys(document.paths)).not.toContain("/users/me")
  expect(document.paths["/v1/users/me"].get.operationId).toBe("getUsersMe")
})

const asked = (target: string, headers: Readonly<Record<string, string>> = {}) =>
  new Request(`http://localhost:3000${target}`, { headers })

test("a group can stand at the root, and one route at the root itself", async () => {
  await expect(opened({ routes: { profile: "/" } })).rejects.toThrow("POST /password would answer the same address")
  await expect(opened({ routes: { users: "/" } })).rejects.toThrow("GET /:id would answer the same address")
  const surface = await opened({ routes: { profile: "/", password: "/new-password" } })
  expect(["/details", "/"].map((path) => surface.owns(`http://localhost:3000${path}`))).toEqual([true, true])
  expect(surface.site.paths.profile).toBe("/")
})

test("a base path stands in front of everything, moved groups too; a home of the host's stays where it is", async () => {
  const surface = await opened({ basePath: "/auth", routes: { users: "/v1/users" } })
  const owned = ["/auth/login", "/auth/v1/users/me", "/auth/setup", "/login", "/v1/users/me", "/auth"]
  expect(owned.map((path) => surface.owns(`http://localhost:3000${path}`))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false
  ])
  expect([surface.site.paths.login, surface.site.stylesheet.slice(0, 15), surface.site.home]).toEqual([
    "/auth/login",
    "/auth/latchkey-",
    "/"
  ])
  expect(surface.setupUrl("t")).toBe("http://localhost:3000/auth/setup/?token=t")
  expect((await opened({ basePath: "/" })).site.paths.login).toBe("/login")
})

test("behind a proxy that takes the path of publicUrl off, requests come without it and everything leads to it", async () => {
  const site = await openSite({ publicUrl: "http://localhost:3000/app" }, { basePath: "/auth" })
  const { surface } = site
  expect([surface.owns("http://x/auth/login"), surface.owns("http://x/app/auth/login")]).toEqual([true, false])
  expect([surface.site.home, surface.site.paths.login, surface.setupUrl()]).toEqual([
    "/app/",
    "/app/auth/login",
    "http://localhost:3000/app/auth/setup/"
  ])
  const sent = await surface.handle(asked("/auth/profile/?a=b", navigation), null)
  expect(sent.headers.get("location")).toBe("/app/auth/login?next=%2Fapp%2Fauth%2Fprofile%2F%3Fa%3Db")
  const form = { username: "root", password: "a quiet lantern over grey water" }
  const login = await site
    .ask({ target: "/auth/login", form: { ...form, next: "/app/auth/profile/?a=b" } })
    .catch(String)
  expect(login).toContain("Path=/app") // which the check of every answer takes for a mistake: on the root it is one
  const document = JSON.parse((await site.ask({ target: "/auth/openapi.json" })).body)
  expect(document.servers).toEqual([{ url: "http://localhost:3000/app" }])
  expect(Object.keys(document.paths)).toContain("/auth/login")
})

test("on https the cookie keeps __Host- and so the path /, wherever the routes are", async () => {
  const site = await openSite({ publicUrl: "https://example.org/app" }, { basePath: "/auth", routes: { login: "/in" } })
  const answer = await site.ask({ method: "POST", target: "/auth/in/logout" })
  expect(headerOf(answer, "set-cookie")).toMatch(/^__Host-latchkey_session=; Max-Age=0; Path=\/; HttpOnly; Secure;/)
})

test("a cookie of the same name at the root keeps nobody out of an application on a path: both are removed (COO-03)", async () => {
  const { surface } = await openSite({ publicUrl: "http://localhost:3000/app" })
  const cookie = "latchkey_session=of-another-application; latchkey_session=ours"
  const answer = await surface.handle(asked("/profile/", { ...navigation, cookie }), null)
  expect(answer.headers.getSetCookie()).toEqual([
    "latchkey_session=; Max-Age=0; Path=/app; HttpOnly; SameSite=Lax",
    "latchkey_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
  ])
})

test("a page of the host's own gets the paths where they are", async () => {
  const surface = await opened({
    routes: { profile: "/account", sessions: "/devices" },
    pages: { message: ({ site, title }) => `${title} ${site.paths.profile}` }
  })
  const page = await surface.handle(asked("/nowhere", navigation), null)
  expect(await page.text()).toContain("Not Found /account/")
})

test.each([
  [{ basePath: "auth" }, 'basePath is "auth"', 'Write "/auth".'],
  [{ basePath: "/auth/" }, 'basePath is "/auth/"', 'Write "/auth".'],
  [{ basePath: "" }, 'basePath is ""', "begins with a slash"],
  [{ basePath: "//auth" }, 'basePath is "//auth"', "single slashes"],
  [{ basePath: "/a/../b" }, 'basePath is "/a/../b"', "is not a valid path"],
  [{ basePath: "/a/." }, 'basePath is "/a/."', "is not a valid path"],
  [{ basePath: "/a?b" }, 'basePath is "/a?b"', "is not a valid path"],
  [{ basePath: "/a#b" }, 'basePath is "/a#b"', "is not a valid path"],
  [{ basePath: "/a%20b" }, 'basePath is "/a%20b"', "is not a valid path"],
  [{ basePath: "/:tenant" }, 'basePath is "/:tenant"', "is not a valid path"],
  [{ basePath: "/*" }, 'basePath is "/*"', "is not a valid path"],
  [{ basePath: "https://example.org/a" }, "basePath is", "is not a valid path"],
  [{ routes: { users: "v1/users" } }, 'routes.users is "v1/users"', 'Write "/v1/users".'],
  [{ routes: { users: "/v1/users/" } }, 'routes.users is "/v1/users/"', 'Write "/v1/users".'],
  [{ basePath: ["/a"] }, "basePath must be a path", '"/v1/users"'],
  [{ basePath: null }, "basePath must be a path", '"/v1/users"'],
  [{ basepath: "/a" }, "basepath is not an option", "pages, routes, basePath, home"],
  [{ pages: { lgin: () => "" } }, "pages.lgin is not a page", "did you mean login?"],
  [{ langs: () => null }, "langs is not an option", "did you mean lang?"],
  [{ routes: { user: "/a" } }, "routes.user is not a group", "did you mean users?"],
  [{ routes: null }, "routes must be an object", "/v1/users"],
  [{ pages: { lgin: () => "" } }, "pages.lgin is not a page", "login"],
  [{ pages: { login: "x" } }, "pages.login", "must be a function"],
  [{ home: "dashboard" }, 'home is "dashboard"', "a path such as"],
  [{ home: "//evil.test" }, 'home is "//evil.test"', "a path such as"],
  [{ home: "javascript:alert(1)" }, "home is", "a web address"],
  [{ routes: { users: 5 } }, "routes.users must be a path", "or false"],
  [{ routes: { user: "/a" } }, "routes.user is not a group of routes", "login, auth, register"],
  [{ routes: { sessions: "/tokens" } }, "groups sessions and tokens", "Move one of them"],
  [{ routes: { profile: "/login" } }, "groups login and profile", "Move one of them"],
  [{ routes: { users: "/sessions" } }, "groups users and sessions", "Move one of them"]
])("%j fails at start, and says what to do", async (options, what, mend) => {
  const message = await failing(options)
  expect(message).toContain(what)
  expect(message).toContain(mend)
})

test("what programs log in and register by moves apart from the pages, and is left out with them or by itself", async () => {
  const owned = async (routes: NonNullable<SurfaceOptions["routes"]>, ...paths: ReadonlyArray<string>) => {
    const surface = await opened({ routes })
    return paths.map((path) => surface.owns(`http://localhost:3000${path}`))
  }
  const moved = { auth: "/v1/auth", login: "/account" }
  expect(await owned(moved, "/v1/auth/jwt/login", "/v1/auth/register", "/account/login", "/register")).toEqual([
    true,
    true,
    true,
    true
  ])
  expect(await owned({ auth: false }, "/auth/jwt/login", "/auth/register", "/login", "/register")).toEqual([
    false,
    false,
    true,
    true
  ])
  expect(await owned({ register: false }, "/auth/jwt/login", "/auth/register", "/register")).toEqual([
    true,
    false,
    false
  ])
  expect(await owned({ login: false }, "/auth/jwt/login", "/auth/register", "/login")).toEqual([false, true, false])
})

test("a group that is left out is in nobody's way", async () => {
  const surface = await opened({ routes: { tokens: false, sessions: "/tokens" } })
  expect(surface.navigation(null).map(({ href }) => href)).toEqual(["/login"])
  expect(surface.owns("http://x/tokens/revoke-others")).toBe(true)
})

test("routes that are mounted where no link leads say so", async () => {
  const surface = await opened({ basePath: "/auth/ui" })
  for (const path of ["", "/auth", "/auth/ui", "/AUTH"]) expect(() => surface.checkMount(path)).not.toThrow()
  for (const path of ["/api", "/au", "/auth/ui/x", "/:tenant"]) {
    expect(() => surface.checkMount(path)).toThrow(`mounted under ${path}, but basePath is "/auth/ui"`)
  }
  expect(() => surface.checkMount("/api")).toThrow('Give the adapter { basePath: "/api" }')
  expect(() => surface.checkMount("/:tenant")).toThrow(/would not work\. Mount the routes at the root\.$/)
  const proxied = await opened({}, { publicUrl: "http://localhost:3000/app" })
  expect(() => proxied.checkMount("/app")).toThrow(
    /path \/app in publicUrl .* remove it from publicUrl .* basePath: "\/app"/
  )
  expect(routeTable.length).toBeGreaterThan(20)
})
