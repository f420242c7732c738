import { ada, root } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { describe, expect, test } from "vitest"
import { routeTable } from "../src/features.ts"
import type { Route } from "../src/surface/route.ts"
import { type AdminSite, NOBODY, openAdminSite } from "./administration-site.ts"
import { bodyOf, NEW_PASSWORD } from "./answers.ts"

// Administration as an attacker sees it, from the route table itself: who comes with what to each route, and what they are told.

/** Who may ask for a route, by how much they prove. */
type Right =
  /** Administrators, and their programs with the scope. */
  | "admin"
  /** Administrators with a recent log-in, and their programs with the scope. */
  | "administers"
  /** Administrators with a recent log-in alone. */
  | "recentAdmin"
  /** Administrators in a browser: it keeps their session while they act as somebody else. */
  | "browser"

/** Every route about users other than the caller. A new one fails the first test until somebody says here who may ask for it. */
const rights: Readonly<Record<string, Right>> = {
  "GET /users/:id": "admin",
  "PATCH /users/:id": "admin",
  "DELETE /users/:id": "recentAdmin",
  "GET /admin/users": "admin",
  "POST /admin/users": "administers",
  "GET /admin/users/:id/sessions": "admin",
  "DELETE /admin/users/:id/sessions/:session": "admin",
  "GET /admin/users/:id/tokens": "admin",
  "DELETE /admin/users/:id/tokens/:token": "admin",
  "DELETE /admin/users/:id/credentials": "admin",
  "POST /admin/users/:id/password-link": "admin",
  "POST /admin/users/:id/token": "recentAdmin",
  // The pages ask in their form for the password, where the API asks for a recent log-in.
  "GET /admin/users/new": "admin",
  "POST /admin/users/new": "admin",
  "GET /admin/users/:id": "admin",
  "POST /admin/users/:id": "admin",
  "GET /admin/users/:id/revoke": "admin",
  "POST /admin/users/:id/revoke": "admin",
  "GET /admin/users/:id/sessions/:session/revoke": "admin",
  "POST /admin/users/:id/sessions/:session/revoke": "admin",
  "GET /admin/users/:id/tokens/:token/revoke": "admin",
  "POST /admin/users/:id/tokens/:token/revoke": "admin",
  "GET /admin/users/:id/delete": "admin",
  "POST /admin/users/:id/delete": "admin",
  "GET /admin/users/:id/impersonate": "admin",
  "POST /admin/users/:id/impersonate": "browser",
  "GET /admin/audit": "admin",
  "GET /admin/settings/": "admin",
  "PATCH /admin/settings/": "administers",
  "POST /admin/settings/": "admin"
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`

/** Those for everybody, which end what a browser has, tell and change nothing about other users. */
const rows = routeTable.filter(
  ({ path, policy }) => (path.startsWith("/admin") || path.startsWith("/users/:")) && policy?.lets !== "everybody"
)

test("ADM-01 every route about other users is classified: it says who may ask for it", () => {
  expect(Object.keys(rights).sort()).toEqual(rows.map(nameOf).sort())
})

const other = { username: "other", password: NEW_PASSWORD }

/** Another administrator, who has just logged in. */
const otherAdmin = async ({ auth }: AdminSite) => {
  const { id } = await auth.users.create({ ...other, isSuperuser: true })
  const { secret } = await auth.sessions.logIn(other, { kind: "bearer" })
  return { id, headers: { authorization: `Bearer ${reveal(secret)}` } }
}

type Headers = Readonly<Record<string, string>>

/** Passes: gets an answer about what was asked for, such as that there is no such user. Else a status and the code. */
type Told = "passes" | readonly [401 | 403, string]

const unauthorized = [401, "unauthorized"] as const
const forbidden = (code: string) => [403, code] as const

interface Caller {
  readonly comes: (site: AdminSite) => Promise<Headers>
  readonly told: Readonly<Record<Exclude<Right, "browser">, Told>>
}

/** None of these callers is a browser that could keep a session. */
const toldAt = (told: Caller["told"], right: Right): Told => {
  if (right !== "browser") return told[right]
  return told.admin === "passes" ? forbidden("session-required") : told.admin
}

const always = (told: Told): Caller["told"] => ({ admin: told, administers: told, recentAdmin: told })

const callers: Readonly<Record<string, Caller>> = {
  nobody: { comes: async () => ({}), told: always(unauthorized) },
  "a credential that opens nothing": {
    comes: async () => ({ authorization: "Bearer lk_ses_x" }),
    told: always(unauthorized)
  },
  "an ordinary program": { comes: ({ program }) => program(ada), told: always(forbidden("admin-required")) },
  "an ordinary browser": { comes: ({ browser }) => browser(ada), told: always(forbidden("admin-required")) },
  "an administrator who was demoted": {
    comes: async (site) => {
      const { id, headers } = await otherAdmin(site)
      await site.auth.users.change(id, { isSuperuser: false })
      return headers
    },
    told: always(unauthorized)
  },
  "an administrator who was deactivated": {
    comes: async (site) => {
      const { id, headers } = await otherAdmin(site)
      await site.auth.users.change(id, { isActive: false })
      return headers
    },
    told: always(unauthorized)
  },
  "an administrator who must choose another password": {
    comes: async ({ auth, program }) => {
      await auth.users.create({ ...other, isSuperuser: true, mustChangePassword: true })
      return program(other)
    },
    told: always(forbidden("password-change-required"))
  },
  "an administrator whose log-in is old": {
    comes: async ({ clock, headers }) => {
      await clock.advance("11 minutes")
      return headers
    },
    told: {
      admin: "passes",
      administers: forbidden("reauthentication-required"),
      recentAdmin: forbidden("reauthentication-required")
    }
  },
  "an administrator's token without the scope": {
    comes: ({ token }) => token({}, root),
    told: always(forbidden("insufficient-scope"))
  },
  "an administrator's token with the scope": {
    comes: ({ token }) => token({ scopes: ["latchkey:admin"] }, root),
    told: { admin: "passes", administers: "passes", recentAdmin: forbidden("session-required") }
  },
  "an ordinary user's token with the scope": {
    comes: ({ token }) => token({ scopes: ["latchkey:admin"] }),
    told: always(forbidden("admin-required"))
  },
  "an administrator in a user's place": {
    comes: ({ acting }) => acting(),
    told: always(forbidden("impersonation-forbidden"))
  },
  "an administrator in another's place": {
    comes: async (site) => site.acting((await otherAdmin(site)).id),
    told: always(forbidden("impersonation-forbidden"))
  },
  "an administrator": { comes: async ({ headers }) => headers, told: always("passes") }
}

const requestTo = ({ method, path }: Route, headers: Headers) => ({
  method,
  target: path.replace(/:\w+/g, NOBODY),
  headers,
  ...(method === "GET" || method === "DELETE" ? {} : { json: {} })
})

describe.each(Object.entries(callers))("%s", (_, { comes, told }) => {
  test("ADM-01 ADM-05 ENU-08 IMP-04 is told the same at every route of a kind, and changes nothing by what is refused", async () => {
    const site = await openAdminSite({ impersonation: { ofSuperusers: true } })
    const headers = await comes(site)
    const before = await site.contents()
    for (const row of rows) {
      const expected = toldAt(told, rights[nameOf(row)] ?? "admin")
      const answer = await site.ask(requestTo(row, headers))
      if (expected === "passes") expect([401, 403], nameOf(row)).not.toContain(answer.status)
      else expect([answer.status, bodyOf(answer).code], nameOf(row)).toEqual(expected)
    }
    expect(await site.contents()).toEqual(before)
  })
})

test("ADM-01 what is below the prefix and no route is nobody's: 404 for all, and another method 405", async () => {
  const { ask, headers, program } = await openAdminSite()
  for (const each of [{}, await program(), headers]) {
    for (const target of ["/admin", "/admin/", "/admin/x", `/admin/users/${NOBODY}/x`, `/users/${NOBODY}/x`])
      expect((await ask({ target, headers: each })).status, target).toBe(404)
    expect((await ask({ method: "POST", target: `/users/${NOBODY}`, json: {}, headers: each })).status).toBe(405)
  }
})

/** What ends an impersonation, or shows it. No other route lets one in (IMP-04). */
const open = [
  "GET /users/me",
  "GET /logout",
  "POST /logout",
  "POST /auth/jwt/logout",
  "GET /admin/impersonation/stop",
  "POST /admin/impersonation/stop",
  "POST /admin/users/:id/impersonate" // a second click is answered as the first one, and none begins another
]

test("IMP-04 only what ends an impersonation, or shows it, lets one in", () => {
  expect(
    routeTable
      .filter(({ mayImpersonate }) => mayImpersonate)
      .map(nameOf)
      .sort()
  ).toEqual(open.toSorted())
})

test("IMP-04 every other route that asks who is calling refuses an administrator in a user's place, in a program and in a browser", async () => {
  const site = await openAdminSite()
  const actor = await site.auth.identify({ authorization: site.headers.authorization ?? "", sessionCookie: null })
  if (actor === null) throw new Error("nobody")
  const { secret } = await site.auth.admin.impersonate(actor, site.user.id, { kind: "browser" })
  const browser = { cookie: `latchkey_session=${reveal(secret)}`, "sec-fetch-site": "same-origin" }
  const program = await site.acting()
  const before = await site.contents()
  const asking = routeTable.filter(({ policy }) => policy !== null && policy.lets !== "everybody")
  expect(asking.filter(({ policy }) => policy?.judge(null, 0) === null).map(nameOf)).toEqual([]) // none lets nobody in
  for (const row of asking.filter((each) => !open.includes(nameOf(each)))) {
    for (const headers of [program, browser]) {
      const { status, body } = await site.ask(requestTo(row, headers))
      expect([status, /"code":"([a-z-]+)"/.exec(body)?.[1]], nameOf(row)).toEqual([403, "impersonation-forbidden"])
    }
  }
  const after = await site.contents()
  expect([after.users, after.tokens]).toEqual([before.users, before.tokens])
})
