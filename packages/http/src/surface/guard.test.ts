import type { WireRequest } from "@latchkey/conformance/adapter"
import { ada, answerOf, checkEveryAnswer, navigation, webRequest } from "@latchkey/conformance/adapter"
import {
  admin,
  all,
  anyone,
  either,
  type Identity,
  type Policy,
  recently,
  scope,
  signedIn,
  verified,
  viaSession
} from "@latchkey/core"
import type { Guard, Head, Verdict } from "@latchkey/http"
import { expect, expectTypeOf, test } from "vitest"
import { openSite, type Site } from "../../test/site.ts"
import { ruledStore } from "../../test/stores.ts"
import { headOf } from "./head.ts"

const head = (headers: Readonly<Record<string, string>> = {}, request: Partial<WireRequest> = {}): Head =>
  headOf(webRequest({ target: "/reports?year=2026", headers, ...request }), "192.0.2.7")

const withAda = async (): Promise<Site> => {
  const site = await openSite()
  await site.auth.users.create(ada)
  return site
}

/** Who passes, or the status and code of the answer. */
const outcome = async ({ surface }: Site, policy: Policy<Identity | null>, from: Head): Promise<unknown> => {
  const verdict = await surface.guard(policy)(from)
  if (verdict.isAllowed) return verdict.identity?.user.username ?? "nobody"
  const answer = await answerOf(verdict.response)
  checkEveryAnswer(answer)
  return [answer.status, JSON.parse(answer.body).code]
}

test("SES-14 a verdict is a tagged union: only one that allows has an identity, and it is of the policy's type", () => {
  expectTypeOf<Extract<Verdict<Identity>, { isAllowed: false }>>().not.toHaveProperty("identity")
  expectTypeOf<Extract<Verdict<Identity>, { isAllowed: true }>["identity"]>().toEqualTypeOf<Identity>()
  type AllowedBy<P> = P extends Policy<infer Allowed> ? Allowed : never
  expectTypeOf<AllowedBy<typeof anyone>>().toEqualTypeOf<Identity | null>()
  for (const policy of [signedIn, verified, admin, viaSession, scope("a"), recently("1 hour")]) {
    expectTypeOf(policy).toEqualTypeOf<Policy<Identity>>()
  }
  expectTypeOf(all(anyone, signedIn)).toEqualTypeOf<Policy<Identity>>()
  expectTypeOf(either(anyone, signedIn)).toEqualTypeOf<Policy<Identity | null>>()
  expectTypeOf<ReturnType<Guard>>().toBeFunction()
})

test("a guard decides at once where the store answers at once, and else in time", async () => {
  const site = await withAda()
  const from = head(await site.browser())
  expect(site.surface.guard(signedIn)(from)).toMatchObject({ isAllowed: true, identity: { user: { username: "ada" } } })
  expect(site.surface.guard(signedIn)(head())).toMatchObject({ isAllowed: false })
  const ruled = ruledStore()
  const late = await openSite({ store: ruled.store })
  await late.auth.users.create(ada)
  const credentials = await late.browser()
  ruled.rule = () => Promise.resolve()
  const verdict = late.surface.guard(signedIn)(head(credentials))
  expect(verdict).toBeInstanceOf(Promise)
  expect(await verdict).toMatchObject({ isAllowed: true, identity: { user: { username: "ada" } } })
})

test("each policy lets pass whom it names, and answers the others 401 or 403", async () => {
  const site = await withAda()
  await site.auth.users.create({
    username: "grace",
    email: "grace@example.org",
    password: ada.password,
    isVerified: true
  })
  const callers = {
    nobody: head(),
    ada: head(await site.browser()),
    grace: head(await site.program({ ...ada, username: "grace" })),
    root: head(await site.program({ username: "root", password: "a quiet lantern over grey water" }))
  }
  const [unknown, ordinary, unverified] = [
    [401, "unauthorized"],
    [403, "admin-required"],
    [403, "email-not-verified"]
  ]
  const expected = [
    [anyone, "nobody", "ada", "grace", "root"],
    [signedIn, unknown, "ada", "grace", "root"],
    [verified, unknown, unverified, "grace", "root"],
    [admin, unknown, ordinary, ordinary, "root"],
    [viaSession, unknown, "ada", "grace", "root"],
    [scope("reports:read"), unknown, "ada", "grace", "root"],
    [all(signedIn, verified), unknown, unverified, "grace", "root"],
    [either(admin, verified), unknown, unverified, "grace", "root"],
    [either(anyone, admin), "nobody", "ada", "grace", "root"]
  ] as const
  for (const [policy, ...outcomes] of expected) {
    const found = await Promise.all(Object.values(callers).map((from) => outcome(site, policy, from)))
    expect(found, policy.name).toEqual(outcomes)
  }
})

test("SES-12 `recently` wants a log-in of the last minutes: a program is refused, a person is led to log in once more", async () => {
  const site = await withAda()
  const credentials = await site.browser()
  const policy = recently("10 minutes")
  await site.clock.advance(10 * 60_000 - 1)
  expect(await outcome(site, policy, head(credentials))).toBe("ada")
  await site.clock.advance(1)
  expect(await outcome(site, policy, head(credentials))).toEqual([403, "reauthentication-required"])
  const verdict = await site.surface.guard(policy)(head({ ...credentials, ...navigation }))
  const next = new URLSearchParams({ next: "/reports?year=2026", done: "fresh" })
  expect(verdict.isAllowed ? null : verdict.response.headers.get("location")).toBe(`/login?${next}`)
  const page = await site.ask({ target: `/login?${next}`, headers: { ...credentials, ...navigation } })
  expect([page.status, page.body.includes("Log in again to continue")]).toEqual([200, true])
  const form = { username: ada.username, password: ada.password, next: "/reports?year=2026" }
  const again = await site.ask({ target: "/login", form, headers: credentials })
  const cookie = `latchkey_session=${/latchkey_session=([^;]+)/.exec(String(again.headers))?.[1]}`
  expect(await outcome(site, policy, head({ cookie }))).toBe("ada")
})

test("AUD-01 who may not is on record with the policy and the path, without the query", async () => {
  const site = await withAda()
  await outcome(site, admin, head(await site.browser()))
  await site.clock.advance("1 minute")
  const [record] = await site.auth.audit.list({ type: "access.denied" })
  expect(record?.event).toMatchObject({ details: { policy: "admin", path: "/reports" } })
  expect(record?.event.actor).toBe((await site.auth.users.list({ query: "ada" })).items[0]?.id)
})

test("CSR-01 a guard judges where a request comes from before who sends it", async () => {
  const site = await withAda()
  const credentials = { cookie: (await site.browser()).cookie ?? "" }
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
    const foreign = head({ ...credentials, "sec-fetch-site": "cross-site" }, { method })
    for (const policy of [anyone, signedIn, admin]) {
      expect(await outcome(site, policy, foreign), method).toEqual([403, "forged-request"])
    }
    const own = head({ ...credentials, "sec-fetch-site": "same-origin" }, { method })
    expect(await outcome(site, signedIn, own), method).toBe("ada")
  }
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    const foreign = head({ ...credentials, "sec-fetch-site": "cross-site" }, { method })
    expect(await outcome(site, signedIn, foreign), method).toBe("ada")
  }
})

test("SET-08 in development mode every answer says so, the guard's too", async () => {
  const site = await openSite({ unsafeDevMode: true })
  const verdict = await site.surface.guard(admin)(head())
  expect(verdict.isAllowed ? null : verdict.response.headers.get("x-latchkey-unsafe")).toBe("dev")
  for (const target of ["/login", "/users/me", "/openapi.json", "/setup/"]) {
    expect((await site.ask({ target })).headers).toContainEqual(["x-latchkey-unsafe", "dev"])
  }
})

test("a surface without a public address is refused at start, with what to do", async () => {
  const { createTestAuth } = await import("@latchkey/core/testing")
  const { makeSurface } = await import("@latchkey/http")
  const { auth } = await createTestAuth()
  expect(() => makeSurface({ ...auth, settings: { ...auth.settings, publicUrl: null } })).toThrow(
    /need the option `publicUrl`/
  )
})
