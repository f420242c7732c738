import type { WireRequest } from "@latchkey/conformance/adapter"
import {
  ada,
  answerOf,
  checkEveryAnswer,
  headerOf,
  navigation,
  root,
  tokenOf,
  valuesOf,
  webRequest
} from "@latchkey/conformance/adapter"
import { admin, ownScopes, recently, type Scopes, scope, signedIn, viaSession } from "@latchkey/core"
import { memoryStore } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { openSite } from "../../test/site.ts"
import { bodyOf, fieldsIn, openTokenSite, problemIn, secretsIn, type TokenSite, textOf } from "../../test/token-site.ts"
import { headOf } from "../surface/head.ts"

const NEW_PASSWORD = "nine slow otters by the weir"

/** What manages tokens, and so wants a session or the scope for it. */
const tokenRequests = (id: string): ReadonlyArray<WireRequest> => [
  { target: "/tokens/" },
  { target: "/tokens/", json: { name: "another" } },
  { target: `/tokens/${id}/rotate`, json: {} },
  { method: "POST", target: `/tokens/${id}/revoke` },
  { method: "DELETE", target: `/tokens/${id}` }
]

/** What changes how someone gets in, or shows where they are. */
const credentialRequests = (id: string): ReadonlyArray<WireRequest> => [
  { target: "/sessions" },
  { method: "PATCH", target: "/users/me", json: { username: "ada.l" } },
  { method: "PATCH", target: "/users/me", json: { email: "new@example.org", current_password: ada.password } },
  { method: "PATCH", target: "/users/me", json: { password: NEW_PASSWORD, current_password: ada.password } },
  { target: "/profile/details", form: { username: "ada.l", email: "ada@example.org" } },
  {
    target: "/profile/password",
    form: { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  },
  { method: "POST", target: `/sessions/${id}/revoke` },
  { method: "DELETE", target: `/sessions/${id}` }
]

/** What only means something to a session. */
const sessionRequests: ReadonlyArray<WireRequest> = [
  { method: "DELETE", target: "/sessions" },
  { method: "POST", target: "/sessions/revoke-others" },
  { method: "POST", target: "/auth/jwt/logout" }
]

/** A site on which ada has a session and a token, with their ids. */
const openRights = async () => {
  const site = await openTokenSite()
  const cookie = await site.browser()
  const { token } = await tokenOf(site.auth, { name: "another program's" })
  const [session] = await site.auth.sessions.list(site.user.id)
  return { ...site, cookie, tokenId: token.id, sessionId: session?.id ?? "" }
}

const statusOf = async ({ ask }: TokenSite, headers: Readonly<Record<string, string>>, target = "/users/me") =>
  (await ask({ target, headers })).status

/** Why a token that lacks what a request needs is refused. */
const refusalOf = (request: WireRequest): string =>
  sessionRequests.includes(request) ? "session-required" : "insufficient-scope"

test("PAT-04 a token without scopes only says who its user is: all else of the surface is 403, and nothing changes", async () => {
  const site = await openRights()
  const headers = await site.token({ scopes: ["packages:read", "packages:write"] })
  const before = await site.contents()
  for (const request of [...tokenRequests(site.tokenId), ...credentialRequests(site.sessionId), ...sessionRequests]) {
    const answer = await site.ask({ ...request, headers })
    expect(problemIn(answer), `${request.method} ${request.target}`).toEqual([403, refusalOf(request)])
    expect([valuesOf(answer, "www-authenticate").length, valuesOf(answer, "set-cookie")]).toEqual([
      refusalOf(request) === "insufficient-scope" ? 1 : 0,
      []
    ])
  }
  expect(await site.contents()).toEqual(before)
  expect(bodyOf(await site.ask({ target: "/users/me", headers })).username).toBe("ada")
  expect(bodyOf(await site.ask({ target: "/profile/", headers })).username).toBe("ada")
  expect(await statusOf(site, site.cookie)).toBe(200)
})

test("PAT-04 the scope for tokens lets a token manage tokens, without a password, and nothing else", async () => {
  const site = await openRights()
  const headers = await site.token({ scopes: [ownScopes.tokens] })
  const found = []
  for (const request of tokenRequests(site.tokenId)) found.push((await site.ask({ ...request, headers })).status)
  expect(found).toEqual([200, 201, 201, 303, 404])
  const before = await site.contents()
  for (const request of [...credentialRequests(site.sessionId), ...sessionRequests]) {
    expect(problemIn(await site.ask({ ...request, headers })), request.target).toEqual([403, refusalOf(request)])
  }
  expect(await site.contents()).toEqual(before)
})

test("PAT-04 the scope for credentials lets a token change its user and end sessions, but make no tokens and end no `others`", async () => {
  for (const [at, expected] of [200, 200, 200, 200, 303, 303, 303, 204].entries()) {
    const site = await openRights()
    const headers = await site.token({ scopes: [ownScopes.credentials] })
    const request = credentialRequests(site.sessionId)[at] as WireRequest
    const answer = await site.ask({ ...request, headers })
    expect([answer.status, valuesOf(answer, "set-cookie")], request.target).toEqual([expected, []])
  }
  const site = await openRights()
  const headers = await site.token({ scopes: [ownScopes.credentials] })
  for (const request of [...tokenRequests(site.tokenId), ...sessionRequests]) {
    expect(problemIn(await site.ask({ ...request, headers })), request.target).toEqual([403, refusalOf(request)])
  }
})

test("PAT-04 PWD-17 a token is never fresh: with the scope for credentials it still needs the current password", async () => {
  const site = await openRights()
  const headers = await site.token({ scopes: [ownScopes.credentials] })
  for (const change of [{ password: NEW_PASSWORD }, { email: "new@example.org" }]) {
    for (const proof of [{}, { current_password: "wrong" }]) {
      const answer = await site.ask({ method: "PATCH", target: "/users/me", json: { ...change, ...proof }, headers })
      const code = "current_password" in proof ? "current-password-wrong" : "reauthentication-required"
      expect(problemIn(answer)).toEqual([403, code])
    }
  }
  const json = { password: NEW_PASSWORD, current_password: ada.password }
  expect((await site.ask({ method: "PATCH", target: "/users/me", json, headers })).status).toBe(200)
  expect([await statusOf(site, headers), await statusOf(site, site.cookie)]).toEqual([401, 401])
})

test("PAT-04 a token gives no token more than it has itself, and its page offers no more", async () => {
  const site = await openTokenSite()
  const headers = await site.token({ scopes: [ownScopes.tokens, "packages:read"] })
  const make = (scopes: unknown) => site.ask({ target: "/tokens/", json: { name: "a", scopes }, headers })
  for (const scopes of [["packages:write"], ["packages:read", ownScopes.admin], ownScopes.credentials]) {
    expect(fieldsIn(await make(scopes))).toEqual([422, ["body.scopes"]])
  }
  expect(bodyOf(await make(["packages:read"])).scopes).toEqual(["packages:read"])
  const { token } = await tokenOf(site.auth, { scopes: ["packages:read", "packages:write", ownScopes.admin] })
  const rotated = await site.ask({ target: `/tokens/${token.id}/rotate`, json: {}, headers })
  expect(bodyOf(rotated).scopes).toEqual(["packages:read"])
  const page = await site.ask({ target: "/tokens/", headers: { ...headers, ...navigation } })
  expect(Array.from(page.body.matchAll(/name="scope:([^"]+)"/g), ([, name]) => name)).toEqual([
    "packages:read",
    ownScopes.tokens
  ])
})

test("PAT-04 PWD-17 whoever logged in ten minutes ago needs their password to make or rotate a token", async () => {
  const site = await openTokenSite()
  const [headers, cookie] = [await site.program(), await site.browser()]
  const { token, text } = await tokenOf(site.auth)
  await site.clock.advance("10 minutes")
  const before = await site.contents()
  for (const target of ["/tokens/", `/tokens/${token.id}/rotate`]) {
    for (const proof of [{}, { current_password: "" }, { current_password: "wrong" }, { current_password: null }]) {
      const program = await site.ask({ target, json: { name: "Laptop", ...proof }, headers })
      const isGiven = proof.current_password === "wrong"
      const code = isGiven ? "current-password-wrong" : "reauthentication-required"
      expect(problemIn(program), target).toEqual([403, code])
      const form = { name: "Laptop", current_password: proof.current_password ?? "" }
      const page = await site.ask({ target, form, headers: { ...cookie, ...navigation } })
      expect([page.status, secretsIn(page)], target).toEqual([422, []])
      expect(page.body).toContain('name="current_password"')
      expect(page.body).toContain(
        isGiven ? "This is not your current password. Try again." : "Enter your current password."
      )
      expect(page.body).not.toContain("wrong")
      if (target === "/tokens/") expect(page.body).toMatch(/name="name"[^>]*value="Laptop"/)
    }
  }
  expect(await site.contents()).toEqual(before)
  const json = { name: "Laptop", current_password: ada.password }
  expect((await site.ask({ target: "/tokens/", json, headers })).status).toBe(201)
  const shown = await site.ask({ target: "/tokens/", form: json, headers: { ...cookie, ...navigation } })
  expect([shown.status, shown.body.includes(ada.password)]).toEqual([201, false])
  expect((await site.ask({ target: `/tokens/${token.id}/rotate`, json, headers })).status).toBe(201)
  expect(await statusOf(site, { authorization: `Bearer ${text}` })).toBe(200)
})

test("PAT-04 a fresh log-in needs no password, but one that is given must be right; the page asks only who must", async () => {
  const site = await openTokenSite()
  const [headers, cookie] = [await site.program(), await site.browser()]
  const wrong = { name: "Laptop", current_password: "wrong" }
  await site.clock.advance(10 * 60_000 - 1)
  expect(problemIn(await site.ask({ target: "/tokens/", json: wrong, headers }))).toEqual([
    403,
    "current-password-wrong"
  ])
  expect((await site.ask({ target: "/tokens/", json: { name: "Laptop" }, headers })).status).toBe(201)
  const page = () => site.ask({ target: "/tokens/", headers: { ...cookie, ...navigation } })
  expect((await page()).body).not.toContain("current_password")
  await site.clock.advance(1)
  expect((await page()).body).toContain("current_password")
  const lenient = await openTokenSite({ profile: { requireCurrentPassword: false } })
  const old = await lenient.program()
  await lenient.clock.advance("59 minutes")
  expect((await lenient.ask({ target: "/tokens/", json: { name: "Laptop" }, headers: old })).status).toBe(201)
})

test("PAT-04 RAT-06 wrong current passwords at the tokens are counted and on record; then the right one waits too", async () => {
  const site = await openTokenSite({ throttle: { perAccountAndNetwork: 3 } })
  const headers = await site.program()
  const { token } = await tokenOf(site.auth)
  const wrong = { name: "Laptop", current_password: "wrong" }
  const statuses = []
  for (const target of ["/tokens/", `/tokens/${token.id}/rotate`, "/tokens/", "/tokens/"]) {
    statuses.push((await site.ask({ target, json: wrong, headers })).status)
  }
  expect(statuses).toEqual([403, 403, 403, 429])
  const right = await site.ask({ target: "/tokens/", json: { ...wrong, current_password: ada.password }, headers })
  expect([...problemIn(right), headerOf(right, "retry-after")]).toEqual([429, "too-many-attempts", "1"])
  expect(await site.auth.audit.list({ type: "session.confirm-refused" })).toHaveLength(3)
  await site.clock.advance("1 second")
  const later = await site.ask({ target: "/tokens/", json: { ...wrong, current_password: ada.password }, headers })
  expect(later.status).toBe(201)
})

test("PAT-08 with tokens turned off, those from before open nothing, none is made, and no page speaks of them", async () => {
  const shared = Layer.effectContext(Effect.succeed(await Effect.runPromise(Effect.scoped(Layer.build(memoryStore())))))
  const before = await openTokenSite({ store: shared })
  const tokens = [await before.token(), await before.token({ scopes: [ownScopes.tokens] })]
  expect(await statusOf(before, tokens[0] ?? {})).toBe(200)
  const menu = await before.ask({ target: "/profile/", headers: { ...(await before.browser()), ...navigation } })
  expect(menu.body).toContain('href="/tokens/"')
  const site = await openSite({ store: shared, tokens: { enabled: false } })
  const [headers, cookie] = [await site.program(), await site.browser()]
  for (const token of tokens) {
    for (const target of ["/users/me", "/tokens/", "/profile/"]) {
      expect((await site.ask({ target, headers: token })).status, target).toBe(401)
    }
  }
  const [{ id } = { id: "" }] = await before.auth.tokens.list(before.user.id)
  for (const request of tokenRequests(id).slice(0, 3)) {
    expect(problemIn(await site.ask({ ...request, headers })), request.target).toEqual([403, "tokens-disabled"])
    const page = await site.ask({ ...request, headers: { ...cookie, ...navigation } })
    expect([page.status, secretsIn(page)]).toEqual([403, []])
  }
  await site.clock.advance("11 minutes")
  const old = await site.ask({ target: `/tokens/${id}/rotate`, json: {}, headers })
  expect(problemIn(old), "also where a password would be asked for").toEqual([403, "tokens-disabled"])
  const profile = await site.ask({ target: "/profile/", headers: { ...cookie, ...navigation } })
  expect([profile.status, profile.body.includes("/tokens/")]).toEqual([200, false])
  expect((await site.ask({ method: "DELETE", target: `/tokens/${id}`, headers })).status).toBe(204)
})

test("PAT-09 a token dies with its user's password, activity, rank and account, at once; a new name keeps it", async () => {
  const ends: Readonly<Record<string, (site: TokenSite) => Promise<unknown>>> = {
    "a new password": async (site) => {
      const json = { password: NEW_PASSWORD, current_password: ada.password }
      return site.ask({ method: "PATCH", target: "/users/me", json, headers: await site.program() })
    },
    "a new password from the page": async (site) => {
      const form = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
      return site.ask({ target: "/profile/password", form, headers: await site.browser() })
    },
    deactivation: ({ auth, user }) => auth.users.change(user.id, { isActive: false }),
    "deactivation and activation": async ({ auth, user }) => {
      await auth.users.change(user.id, { isActive: false })
      return auth.users.change(user.id, { isActive: true })
    },
    removal: ({ auth, user }) => auth.users.remove(user.id)
  }
  for (const [name, end] of Object.entries(ends)) {
    const site = await openTokenSite()
    const [token, roots] = [await site.token(), await site.token({}, root)]
    expect(await statusOf(site, token), name).toBe(200)
    await end(site)
    expect([await statusOf(site, token), await statusOf(site, roots)], name).toEqual([401, 200])
  }
  const site = await openTokenSite()
  const token = await site.token()
  const json = { username: "ada.l" }
  await site.ask({ method: "PATCH", target: "/users/me", json, headers: await site.program() })
  expect(bodyOf(await site.ask({ target: "/users/me", headers: token })).username).toBe("ada.l")
})

/** What a guard of the host's says to a request. */
const judged = async (
  { surface }: TokenSite,
  policy: Parameters<TokenSite["surface"]["guard"]>[0],
  headers: Readonly<Record<string, string>>
): Promise<unknown> => {
  const verdict = await surface.guard(policy)(headOf(webRequest({ target: "/packages", headers }), null))
  if (verdict.isAllowed) return verdict.identity?.via ?? "nobody"
  const answer = await answerOf(verdict.response)
  checkEveryAnswer(answer)
  return problemIn(answer)
}

test("PAT-10 a guard with a scope is 401 to nobody and to a token that opens nothing, 403 to one without the scope", async () => {
  const site = await openTokenSite()
  const policy = scope("packages:read")
  const gone = await tokenOf(site.auth, { scopes: ["packages:read"] })
  await site.auth.tokens.revoke({ owner: site.user.id, id: gone.token.id })
  const [unknown, forbidden] = [
    [401, "unauthorized"],
    [403, "insufficient-scope"]
  ]
  expect(await judged(site, policy, {})).toEqual(unknown)
  expect(await judged(site, policy, { authorization: `Bearer ${gone.text}` })).toEqual(unknown)
  expect(await judged(site, policy, { authorization: "Bearer lk_pat_junk" })).toEqual(unknown)
  for (const scopes of [[], ["packages:write"], Object.values(ownScopes)]) {
    expect(await judged(site, policy, await site.token({ scopes })), `${scopes}`).toEqual(forbidden)
  }
  expect(await judged(site, policy, await site.token({ scopes: ["packages:write", "packages:read"] }))).toBe("token")
  expect(await judged(site, policy, await site.browser())).toBe("session")
  expect(await judged(site, policy, await site.program())).toBe("bearer")
  await site.clock.advance("1 minute")
  const [record] = await site.auth.audit.list({ type: "access.denied" })
  expect(record?.event).toMatchObject({ details: { policy: "scope(packages:read)", path: "/packages" } })
  expect(record?.event.credential).toMatch(/^token:/)
})

test("PAT-10 a token has no right that its user has not, and of an administrator's only what its scopes say", async () => {
  const site = await openTokenSite()
  const of = async (scopes: Exclude<Scopes, "all">, person = ada) => site.token({ scopes }, person)
  const everything = Object.values(ownScopes)
  const forbidden = [403, "insufficient-scope"]
  expect(await judged(site, admin, await of(everything))).toEqual([403, "admin-required"])
  expect(await judged(site, admin, await of([], root))).toEqual(forbidden)
  expect(await judged(site, admin, await of([ownScopes.tokens, ownScopes.credentials], root))).toEqual(forbidden)
  const asAdmin = await of([ownScopes.admin], root)
  expect(await judged(site, admin, asAdmin)).toBe("token")
  for (const person of [ada, root]) {
    expect(await judged(site, viaSession, await of(everything, person))).toEqual([403, "session-required"])
    expect(await judged(site, recently("1 hour"), await of(everything, person))).toEqual([
      403,
      "reauthentication-required"
    ])
    expect(await judged(site, signedIn, await of([], person))).toBe("token")
  }
  await site.auth.users.create({ username: "chief", password: NEW_PASSWORD, isSuperuser: true })
  const [first] = (await site.auth.users.list({ query: "root" })).items
  if (first !== undefined) await site.auth.users.change(first.id, { isSuperuser: false })
  expect(await judged(site, admin, asAdmin)).toEqual([401, "unauthorized"])
})

/** A body that nobody has looked at yet, and whether anybody has. */
const upload = () => {
  const watched = { isRead: false }
  const body = new ReadableStream(
    {
      pull: (controller) => {
        watched.isRead = true
        controller.enqueue(new TextEncoder().encode('{"name":"Laptop"}'))
        controller.close()
      }
    },
    { highWaterMark: 0 }
  )
  return { watched, body }
}

test("a token is judged before the body behind it is read: 401 and 403 leave an upload alone", async () => {
  const site = await openTokenSite()
  const gone = { authorization: "Bearer lk_pat_junk" }
  const allowed = await site.token({ scopes: [ownScopes.tokens] })
  const post = async (headers: Readonly<Record<string, string>>) => {
    const { watched, body } = upload()
    const request = new Request("http://localhost:3000/tokens/", {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      duplex: "half"
    })
    const { status } = await site.surface.handle(request, null)
    return [status, watched.isRead]
  }
  const basic = { authorization: `Basic ${btoa("__token__:lk_pat_junk")}` }
  for (const headers of [{}, gone, basic]) expect(await post(headers)).toEqual([401, false])
  expect(await post(await site.token())).toEqual([403, false])
  expect(await post({ ...(await site.browser()), "sec-fetch-site": "cross-site" })).toEqual([403, false])
  expect(await post(allowed)).toEqual([201, true])
})

test("SES-10 a token that is revoked while its body is on the way makes nothing", async () => {
  const site = await openTokenSite()
  const { token, text } = await tokenOf(site.auth, { scopes: [ownScopes.tokens] })
  const body = new ReadableStream({
    pull: async (controller) => {
      await site.auth.tokens.revoke({ owner: token.userId, id: token.id })
      controller.enqueue(new TextEncoder().encode('{"name":"Laptop"}'))
      controller.close()
    }
  })
  const headers = { authorization: `Bearer ${text}`, "content-type": "application/json" }
  const request = new Request("http://localhost:3000/tokens/", { method: "POST", headers, body, duplex: "half" })
  expect((await site.surface.handle(request, null)).status).toBe(401)
  expect(await site.auth.tokens.list(token.userId)).toEqual([])
})

test("CSR-01 CSR-04 what a page of another site sends makes, rotates and revokes no token, unless it brings a bearer token", async () => {
  const site = await openTokenSite()
  const { token } = await tokenOf(site.auth)
  const { text } = await tokenOf(site.auth, { scopes: [ownScopes.tokens] })
  const cookie = { cookie: (await site.browser()).cookie ?? "" }
  const basic = { authorization: `Basic ${btoa(`__token__:${text}`)}` }
  const before = await site.contents()
  const foreign = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example" },
    { origin: "null" }
  ]
  for (const request of tokenRequests(token.id).slice(1)) {
    for (const headers of foreign) {
      for (const credential of [cookie, basic, {}]) {
        const answer = await site.ask({ ...request, headers: { ...credential, ...headers } })
        expect(problemIn(answer), request.target).toEqual([403, "forged-request"])
      }
    }
  }
  const bare = await site.ask({ target: "/tokens/", form: { name: "a" }, headers: cookie })
  expect(problemIn(bare)).toEqual([403, "forged-request"])
  expect(await site.contents()).toEqual(before)
  const own = { ...cookie, origin: "http://localhost:3000" }
  expect((await site.ask({ target: "/tokens/", form: { name: "a" }, headers: own })).status).toBe(201)
  const bearer = { authorization: `Bearer ${text}`, "sec-fetch-site": "cross-site" }
  expect((await site.ask({ target: "/tokens/", form: { name: "a" }, headers: bearer })).status).toBe(201)
  expect((await site.ask({ target: "/tokens/", form: { name: "a" }, headers: basic })).status).toBe(201)
})

test("a person's page says that a token may not do this; a group that is left out is not there, and not in the menu", async () => {
  const site = await openTokenSite()
  const page = await site.ask({ target: "/tokens/", headers: { ...(await site.token()), ...navigation } })
  expect([page.status, textOf(page).includes("You do not have permission to do this.")]).toEqual([403, true])
  const without = await openTokenSite({}, { routes: { tokens: false } })
  expect(
    (await without.ask({ target: "/profile/", headers: { ...(await without.browser()), ...navigation } })).body
  ).not.toContain("/tokens/")
  expect(without.surface.owns("http://localhost:3000/tokens/")).toBe(false)
})
