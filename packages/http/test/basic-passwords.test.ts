import type { WireRequest } from "@latchkey/conformance/adapter"
import { headerOf, navigation, tokenOf, valuesOf, webRequest } from "@latchkey/conformance/adapter"
import { anyone, signedIn } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { headOf } from "../src/surface/head.ts"
import { adas, as, GUARDED, me, openBasic, rightPassword } from "./basic-site.ts"
import { bodyOf, problemIn, type TokenSite } from "./token-site.ts"

// Mode `basic`: what passwords cost, how often they may be tried, and how long one is believed.

const NEW_PASSWORD = "nine slow otters by the weir"

test("BAS-07 CSR-04 what a page of another site makes a browser send is refused before the password is looked at", async () => {
  const site = await openBasic()
  const { token } = await tokenOf(site.auth)
  const requests: ReadonlyArray<WireRequest> = [
    { target: "/tokens/", form: { name: "a" } },
    { method: "DELETE", target: `/tokens/${token.id}` },
    { method: "PATCH", target: "/users/me", json: { username: "eve" } },
    { target: "/profile/details", form: { username: "eve", email: "" } },
    {
      target: "/profile/password",
      form: { current_password: rightPassword, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
    }
  ]
  const before = await site.contents()
  for (const request of requests) {
    for (const foreign of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" }
    ]) {
      for (const more of [{}, navigation]) {
        const answer = await site.ask({ ...request, headers: { ...adas, ...foreign, ...more } })
        expect(answer.status, request.target).toBe(403)
      }
    }
  }
  expect([await site.contents(), site.verifications()]).toEqual([before, 0])
  const own = await site.ask({
    target: "/tokens/",
    form: { name: "a" },
    headers: { ...adas, origin: "http://localhost:3000" }
  })
  const program = await site.ask({ target: "/tokens/", form: { name: "a" }, headers: adas })
  expect([own.status, program.status]).toEqual([201, 201])
})

/** Sites on which ada's password opens nothing, each for another reason. */
const reasons: Readonly<Record<string, (site: TokenSite) => Promise<readonly [user: string, password: string]>>> = {
  "unknown user": async () => ["nobody", rightPassword],
  "no such name": async () => ["a b\u202e", rightPassword],
  "wrong password": async () => ["ada", "wrong password"],
  inactive: async ({ auth, user }) => {
    await auth.users.change(user.id, { isActive: false })
    return ["ada", rightPassword]
  },
  "no password": async ({ auth }) => {
    await auth.users.create({ username: "grace" })
    return ["grace", rightPassword]
  },
  "unreadable hash": async ({ auth, user }) => {
    await auth.run(
      Effect.gen(function* () {
        const { users } = yield* Store
        const password = { hash: "$argon2id$v=19$broken", mustChangePassword: false, keep: null }
        yield* users.changeWithProof(user.id, { password }, { epoch: 1, revocations: null }, 0)
      })
    )
    return ["ada", rightPassword]
  }
}

test("BAS-07 ENU-01 ENU-02 every reason that a password opens nothing is answered byte by byte alike, and costs one hash", async () => {
  const seen = []
  for (const [name, prepare] of Object.entries(reasons)) {
    const site = await openBasic()
    const [user, password] = await prepare(site)
    const answers = []
    for (const headers of [{}, navigation]) {
      for (const target of ["/users/me", "/profile/"]) {
        answers.push(await site.ask({ target, headers: { ...headers, ...as(user, password) } }))
      }
    }
    expect(
      answers.map(({ status }) => status),
      name
    ).toEqual([401, 401, 401, 401])
    seen.push({ answers, verifications: site.verifications() })
  }
  for (const each of seen) expect(each).toEqual(seen[0])
  expect(seen[0]?.verifications).toBe(4)
})

test("BAS-07 SES-25 only a verified user gets in where that is asked for; the right password alone learns why", async () => {
  const site = await openBasic({ sessions: { requireVerified: true } })
  expect(problemIn(await me(site, adas))).toEqual([403, "email-not-verified"])
  const wrong = await me(site, as("ada", "wrong"))
  expect(wrong).toEqual(await me(site, as("nobody", "x")))
  await site.auth.users.change(site.user.id, { email: "ada@example.org", isVerified: true })
  expect((await me(site, adas)).status).toBe(200)
})

test("BAS-07 RAT-06 ENU-06 wrong passwords are counted as at a log-in: then 429 for programs, people and guards, known or not", async () => {
  for (const user of ["ada", "nobody"]) {
    const site = await openBasic({ throttle: { perAccountAndNetwork: 3 } })
    const statuses = []
    for (let at = 0; at < 5; at++) statuses.push((await me(site, as(user, `wrong ${at}`))).status)
    expect(statuses, user).toEqual([401, 401, 401, 429, 429])
    const program = await me(site, as(user, rightPassword))
    expect([...problemIn(program), headerOf(program, "retry-after")]).toEqual([429, "too-many-attempts", "1"])
    const page = await site.ask({ target: "/profile/", headers: { ...navigation, ...as(user, rightPassword) } })
    expect([page.status, valuesOf(page, "www-authenticate")]).toEqual([429, []])
    const head = headOf(webRequest({ target: "/", headers: as(user, rightPassword) }), "192.0.2.7")
    for (const policy of [signedIn, anyone]) {
      const verdict = await site.surface.guard(policy)(head)
      expect(verdict.isAllowed ? "allowed" : verdict.response.status).toBe(429)
    }
    expect(site.verifications()).toBe(3)
    await site.clock.advance("1 second")
    expect((await me(site, as(user, rightPassword))).status).toBe(user === "ada" ? 200 : 401)
  }
})

test("BAS-07 RAT-03 guesses from elsewhere do not stop whoever is at work", async () => {
  const site = await openBasic({ throttle: { perAccountAndNetwork: 3, perAccount: 4 } })
  expect((await me(site, adas)).status).toBe(200)
  const from = (peer: string, password: string) => site.ask({ target: "/users/me", headers: as("ada", password) }, peer)
  for (let at = 0; at < 6; at++) await from(`198.51.100.${at}`, `wrong ${at}`)
  expect((await from("198.51.100.9", "wrong")).status).toBe(429)
  expect((await me(site, adas)).status).toBe(200)
})

test("BAS-08 two hundred requests of one minute cost one hash, one after the other or at once", async () => {
  const site = await openBasic()
  for (let at = 0; at < 100; at++) expect((await me(site, adas)).status).toBe(200)
  expect(site.verifications()).toBe(1)
  const other = await openBasic()
  const answers = await Promise.all(Array.from({ length: 200 }, () => me(other, adas)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  for (let at = 0; at < 100; at++) expect((await me(site, { ...adas, ...(at % 2 ? navigation : {}) })).status).toBe(200)
  expect([site.verifications(), other.verifications()]).toEqual([1, 1])
  await site.clock.advance(59_999)
  expect([(await me(site, adas)).status, site.verifications()]).toEqual([200, 1])
  await site.clock.advance(1)
  expect([(await me(site, adas)).status, site.verifications()]).toEqual([200, 2])
})

test("BAS-08 a wrong password is never remembered, neither as right nor as wrong", async () => {
  const site = await openBasic()
  await me(site, adas)
  for (let at = 0; at < 3; at++) expect((await me(site, as("ada", "wrong"))).status).toBe(401)
  expect((await me(site, as("root", rightPassword))).status).toBe(401)
  expect(site.verifications()).toBe(5)
  await site.auth.users.create({ username: "grace", password: NEW_PASSWORD })
  expect((await me(site, as("grace", rightPassword))).status).toBe(401)
  expect((await me(site, as("grace", NEW_PASSWORD))).status).toBe(200)
})

test("BAS-08 a new password, deactivation, a lost rank and removal count from the next request on", async () => {
  const ends: Readonly<Record<string, (site: TokenSite) => Promise<unknown>>> = {
    "a new password": ({ ask }) =>
      ask({ method: "PATCH", target: "/users/me", json: { password: NEW_PASSWORD }, headers: adas }),
    "a password set by another": ({ auth, user }) => auth.passwords.set({ user, next: NEW_PASSWORD }),
    deactivation: ({ auth, user }) => auth.users.change(user.id, { isActive: false }),
    removal: ({ auth, user }) => auth.users.remove(user.id)
  }
  for (const [name, end] of Object.entries(ends)) {
    const site = await openBasic()
    expect((await me(site, adas)).status, name).toBe(200)
    await end(site)
    expect([(await me(site, adas)).status, (await me(site, adas)).status], name).toEqual([401, 401])
  }
  const site = await openBasic()
  await site.auth.users.change(site.user.id, { isVerified: true, isSuperuser: true })
  expect(bodyOf(await me(site, adas)).is_superuser).toBe(true)
  await site.auth.users.change(site.user.id, { isSuperuser: false })
  expect(bodyOf(await me(site, adas)).is_superuser).toBe(false)
})

test("BAS-09 a request without credentials is a 401 that costs nothing and that nobody keeps", async () => {
  const site = await openBasic()
  site.ruled.calls.length = 0
  for (const headers of [{}, navigation, { accept: "text/html; q=0.01, */*" }, { cookie: "latchkey_session=x" }]) {
    for (const target of GUARDED) {
      const answer = await site.ask({ target, headers })
      expect([answer.status, headerOf(answer, "cache-control"), headerOf(answer, "vary")]).toEqual([
        401,
        "no-store",
        "Authorization, Cookie"
      ])
    }
  }
  expect([site.ruled.calls, site.verifications()]).toEqual([[], 0])
})

test("SES-13 with the store away a password is neither right nor wrong: 503 on every route, also for whom it just knew", async () => {
  const site = await openBasic()
  await me(site, adas)
  site.ruled.rule = () => "fail"
  for (const headers of [adas, as("ada", "wrong"), as("nobody", "x")]) {
    for (const target of GUARDED) {
      expect((await site.ask({ target, headers })).status).toBe(503)
      expect((await site.ask({ target, headers: { ...headers, ...navigation } })).status).toBe(503)
    }
  }
})

test("ERR-03 whichever call of the store fails, a right password opens or is 503, and a wrong one is 401 or 503", async () => {
  for (const [headers, allowed] of [
    [adas, 200],
    [as("ada", "wrong"), 401],
    [as("nobody", "x"), 401]
  ] as const) {
    const healthy = await openBasic()
    healthy.ruled.calls.length = 0
    expect((await me(healthy, headers)).status).toBe(allowed)
    for (const operation of new Set(healthy.ruled.calls)) {
      const site = await openBasic()
      site.ruled.rule = (each) => (each === operation ? "fail" : "pass")
      expect([allowed, 503], operation).toContain((await me(site, headers)).status)
      site.ruled.rule = () => "pass"
      expect((await me(site, headers)).status, `after ${operation}`).toBe(allowed)
    }
  }
})
