import { answerOf, checkEveryAnswer, headerOf, navigation, tokenOf, webRequest } from "@latchkey/conformance/adapter"
import { anyone, either, type Identity, type Policy, permits, signedIn, viaSession } from "@latchkey/core"
import { expect, test } from "vitest"

import { routeTable } from "../src/features.ts"
import { headOf } from "../src/index.ts"
import { openSite, type Site } from "./site.ts"
import { problemIn } from "./token-site.ts"

const ada = { username: "ada", email: "ada@example.org", password: "seven quiet herons at dusk", isVerified: true }

/**
 * Ada at a service for verified users alone. She logged in in every way, and then took an address that she does not own.
 */
const openPending = async () => {
  const site = await openSite({ sessions: { requireVerified: true } })
  await site.auth.users.create(ada)
  const ways = {
    browser: await site.browser(ada),
    program: await site.program(ada),
    token: { authorization: `Bearer ${(await tokenOf(site.auth, {}, ada)).text}` }
  }
  const taken = { email: "victim@example.org", current_password: ada.password }
  const changed = await site.ask({ method: "PATCH", target: "/users/me", headers: ways.program, json: taken })
  expect([changed.status, JSON.parse(changed.body).is_verified]).toEqual([200, false])
  return { ...site, ways }
}

type Headers = Readonly<Record<string, string>>

const judged = async ({ surface }: Site, policy: Policy<Identity | null>, headers: Headers): Promise<unknown> => {
  const verdict = await surface.guard(policy)(headOf(webRequest({ target: "/reports", headers }), null))
  if (verdict.isAllowed) return verdict.identity?.user.email ?? "nobody"
  const answer = await answerOf(verdict.response)
  checkEveryAnswer(answer)
  return problemIn(answer)
}

const presentedBy = ({ authorization }: { readonly authorization?: string }) => ({
  authorization: authorization ?? null,
  sessionCookie: null
})

/** The routes that whoever is not verified may use. Each further one must be thought about here. */
const forPending = [
  "POST /login",
  "GET /logout",
  "POST /logout",
  "POST /auth/jwt/logout",
  "GET /admin/impersonation/stop", // an administrator who acts as them stops
  "POST /admin/impersonation/stop"
]

/** The pages of recovery, where they verify their address. All of them are open to everybody. */
const isRecovery = ({ group }: (typeof routeTable)[number]): boolean => group.name === "recovery"

test("SES-25 whoever is not verified passes no route but to log in and out, in whatever way they come", async () => {
  const { ask, auth, ways, contents, clock } = await openPending()
  const waiting = await auth.identify(presentedBy(ways.program))
  const allowed = routeTable.filter(({ policy }) => policy !== null && permits(policy, waiting, clock.now()))
  expect(allowed.filter((route) => !isRecovery(route)).map(({ method, path }) => `${method} ${path}`)).toEqual(
    forPending
  )
  const before = await contents()
  for (const route of routeTable.filter((each) => !allowed.includes(each))) {
    const { method, policy } = route
    if (policy === null || policy.lets === "everybody") continue
    for (const [way, headers] of Object.entries(ways)) {
      const answer = await ask({ method, target: route.path.replace(":id", "any"), headers })
      expect(problemIn(answer), `${method} ${route.path} by ${way}`).toEqual([403, "email-not-verified"])
    }
  }
  expect(await contents()).toEqual(before)
})

test("SES-25 a guard refuses them with 403, and an optional guard sees nobody, so that no handler believes the address", async () => {
  const site = await openPending()
  const hosts: Policy<Identity> = {
    name: "hosts",
    judge: (identity) => (identity?.user.email === "victim@example.org" ? null : { code: "other-address" })
  }
  for (const headers of Object.values(site.ways)) {
    for (const policy of [signedIn, hosts, either(signedIn, viaSession)]) {
      expect(await judged(site, policy, headers), policy.name).toEqual([403, "email-not-verified"])
    }
    for (const policy of [anyone, either(anyone, hosts), either(hosts, anyone)]) {
      expect(await judged(site, policy, headers), policy.name).toBe("nobody")
    }
  }
  await site.clock.advance("1 minute")
  const [record] = await site.auth.audit.list({ type: "access.denied" })
  expect(record?.event).toMatchObject({ details: { path: "/reports" } })
})

test("SES-25 they are somebody again as soon as the address is verified", async () => {
  const site = await openPending()
  const { items } = await site.auth.users.list({ query: "ada" })
  for (const { id } of items) await site.auth.users.change(id, { isVerified: true })
  expect(await judged(site, signedIn, site.ways.browser)).toBe("victim@example.org")
})

test("SES-25 a person gets a page that says why, and is led into no circle of redirects", async () => {
  const { ask, ways } = await openPending()
  const page = await ask({ target: "/profile/", headers: { ...ways.browser, ...navigation } })
  expect([page.status, page.body.includes("You need a verified e-mail address to do this.")]).toEqual([403, true])
  const login = await ask({ target: "/login", headers: { ...ways.browser, ...navigation } })
  expect([login.status, login.body.includes('action="/login"')]).toEqual([200, true])
})

test("SES-25 they can log out: with the page, from a program, and by logging in as somebody else", async () => {
  const site = await openPending()
  const { ask, ways, auth } = site
  const [user] = (await auth.users.list({ query: "ada" })).items
  const live = async () => (user === undefined ? [] : (await auth.sessions.list(user.id)).map(({ kind }) => kind))
  expect((await live()).toSorted()).toEqual(["bearer", "browser"])
  expect((await ask({ target: "/logout", headers: ways.browser })).body).toContain("Log out?")
  expect((await ask({ method: "POST", target: "/auth/jwt/logout", headers: ways.program })).status).toBe(204)
  expect(await live()).toEqual(["browser"])
  const root = { username: "root", password: "a quiet lantern over grey water" }
  const other = await ask({ target: "/login", form: root, headers: { ...ways.browser, ...navigation } })
  expect([other.status, headerOf(other, "location")]).toEqual([303, "/profile/"])
  expect(await live()).toEqual([])
  const again = await openPending()
  expect((await again.ask({ method: "POST", target: "/logout", headers: again.ways.browser })).status).toBe(204)
  expect((await again.ask({ target: "/users/me", headers: again.ways.browser })).status).toBe(401)
})

test("SES-25 the document says that every guarded route may refuse them", async () => {
  const { ask } = await openPending()
  const { paths } = JSON.parse((await ask({ target: "/openapi.json" })).body)
  expect(Object.keys(paths["/users/me"].get.responses)).toContain("403")
})

test("SES-26 the setup page asks for the address that the administrator needs, and says so if it is missing", async () => {
  const setup = { token: "a-setup-token-for-tests" }
  const { ask } = await openSite({ admin: null, setup, sessions: { requireVerified: true } })
  const shown = await ask({ target: "/setup/" })
  expect(shown.body).toMatch(/<input[^>]* name="email"[^>]* required/)
  expect(shown.body).not.toMatch(/<input[^>]* name="username"[^>]* required/)
  const password = "nine slow otters by the weir"
  const form = { username: "boss", password, password_confirm: password, ...setup }
  const nameless = await ask({ target: "/setup/", form, headers: navigation })
  expect([nameless.status, nameless.body.includes("Enter an e-mail address.")]).toEqual([422, true])
  const made = await ask({ target: "/setup/", form: { ...form, email: "boss@example.org" }, headers: navigation })
  expect([made.status, headerOf(made, "location")]).toEqual([303, "/login?done=setup"])
  const login = await ask({ target: "/login", form: { username: "boss", password }, headers: navigation })
  expect([login.status, headerOf(login, "location")]).toEqual([303, "/profile/"])
})
