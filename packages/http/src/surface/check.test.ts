import { ada, answerOf, checkEveryAnswer, navigation, webRequest } from "@latchkey/conformance/adapter"
import {
  admin,
  anyone,
  type Identity,
  type Policy,
  type SessionIdentity,
  StoreError,
  signedIn,
  Users,
  viaSession
} from "@latchkey/core"
import type { Check, Checked, Guard, Head, Verdict } from "@latchkey/http"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { expect, expectTypeOf, test } from "vitest"
import { openSite, type Site } from "../../test/site.ts"
import { headOf } from "./head.ts"

const head = (headers: Readonly<Record<string, string>> = {}): Head =>
  headOf(webRequest({ target: "/reports/7", headers }), "192.0.2.7")

const withAda = async (...options: Parameters<typeof openSite>): Promise<Site> => {
  const site = await openSite(...options)
  await site.auth.users.register(ada)
  return site
}

/** Who passes, or the status and code of the answer. */
const outcomeOf = async (verdict: Verdict<Identity | null> | Promise<Verdict<Identity | null>>): Promise<unknown> => {
  const given = await verdict
  if (given.isAllowed) return given.identity?.user.username ?? "nobody"
  const answer = await answerOf(given.response)
  checkEveryAnswer(answer)
  return [answer.status, JSON.parse(answer.body).code]
}

const refusal = { code: "editor-required" }
const away = new StoreError({ operation: "users.find", cause: "unplugged" })

test("ADM-09 a check allows and refuses, at once, with a promise or as an Effect; its code is the problem's", async () => {
  const site = await withAda()
  const from = head(await site.browser())
  const answers: ReadonlyArray<readonly [Checked, unknown]> = [
    [true, "ada"],
    [false, [403, "forbidden"]],
    [refusal, [403, "editor-required"]],
    [{ code: "insufficient-scope", scope: "reports:write" }, [403, "insufficient-scope"]]
  ]
  for (const [answer, expected] of answers) {
    const checks: ReadonlyArray<Check<Identity, Head>> = [
      () => answer,
      async () => answer,
      () => Effect.succeed(answer),
      () => Effect.as(Effect.sleep(0), answer)
    ]
    for (const check of checks) expect(await outcomeOf(site.surface.guard(signedIn, check)(from))).toEqual(expected)
  }
})

test("ADM-09 nobody is asked to log in, where a check lets others pass", async () => {
  const site = await withAda()
  const guard = site.surface.guard(anyone, (identity) => identity !== null)
  expect(await outcomeOf(guard(head(await site.browser())))).toBe("ada")
  expect(await outcomeOf(guard(head()))).toEqual([401, "unauthorized"])
  const verdict = await guard(head(navigation))
  expect(verdict.isAllowed ? null : verdict.response.headers.get("location")).toBe("/login?next=%2Freports%2F7")
})

test("HDR-08 somebody who is logged in is never told that they are not, nor sent to the login page, which would send them back", async () => {
  const site = await withAda()
  const unauthorized = { code: "unauthorized" }
  const policy: Policy<Identity | null> = { name: "nobody", judge: () => unauthorized }
  for (const guard of [site.surface.guard(anyone, () => unauthorized), site.surface.guard(policy)]) {
    expect(await outcomeOf(guard(head()))).toEqual([401, "unauthorized"])
    expect(await outcomeOf(guard(head(await site.browser())))).toEqual([403, "forbidden"])
    const verdict = await guard(head({ ...(await site.browser()), ...navigation }))
    expect(verdict.isAllowed ? 200 : verdict.response.status).toBe(403)
  }
})

test("ADM-09 a check is asked about whom the policy allows, with their request, and about nobody else", async () => {
  const site = await withAda()
  const asked: Array<unknown> = []
  const check = (identity: Identity, { target }: Head) => asked.push([identity.user.username, target]) > 0
  expect(await outcomeOf(site.surface.guard(admin, check)(head(await site.browser())))).toEqual([403, "admin-required"])
  expect(await outcomeOf(site.surface.guard(signedIn, check)(head()))).toEqual([401, "unauthorized"])
  expect(asked).toEqual([])
  await outcomeOf(site.surface.guard(signedIn, check)(head(await site.browser())))
  expect(asked).toEqual([["ada", "/reports/7"]])
})

test("a verdict is synchronous if the check answers at once", async () => {
  const site = await withAda()
  const from = head(await site.browser())
  expect(site.surface.guard(signedIn, () => true)(from)).toMatchObject({ isAllowed: true })
  expect(site.surface.guard(signedIn, () => false)(from)).toMatchObject({ isAllowed: false })
  expect(site.surface.guard(signedIn, () => Effect.succeed(true))(from)).toMatchObject({ isAllowed: true })
  expect(site.surface.guard(signedIn, async () => true)(from)).toBeInstanceOf(Promise)
})

test("ERR-03 a check that fails lets nobody pass: 503 if our store is away, and else 500 with a line in the log", async () => {
  const lines: Array<unknown> = []
  const ambient = Logger.layer([Logger.make(({ message }) => void lines.push(message))])
  const site = await withAda({ ambient })
  const from = head(await site.browser())
  const outages: ReadonlyArray<Check<Identity, Head>> = [() => Promise.reject(away), () => Effect.fail(away)]
  for (const check of outages) {
    expect(await outcomeOf(site.surface.guard(signedIn, check)(from))).toEqual([503, "unavailable"])
  }
  const mistakes: ReadonlyArray<Check<Identity, Head>> = [
    () => {
      throw new RangeError("zq-canary")
    },
    () => Promise.reject(new RangeError("zq-canary")),
    () => Effect.fail("zq-canary"),
    () => Effect.die(new RangeError("zq-canary"))
  ]
  lines.length = 0
  for (const check of mistakes) {
    expect(await outcomeOf(site.surface.guard(signedIn, check)(from))).toEqual([500, "internal"])
  }
  const logged = lines.filter((line) => JSON.stringify(line).includes("a request failed unexpectedly"))
  expect(logged).toHaveLength(mistakes.length)
  expect(JSON.stringify(lines)).not.toContain("zq-canary")
})

test("ERR-03 a check that forgets to answer, or answers with a row, lets nobody pass, and the log says what to change", async () => {
  const lines: Array<unknown> = []
  const ambient = Logger.layer([Logger.make(({ message }) => void lines.push(message))])
  const site = await withAda({ ambient })
  const from = head(await site.browser())
  for (const answer of [undefined, null, 1, "yes", { role: "editor" }]) {
    const check = () => answer as never // as JavaScript would
    expect(await outcomeOf(site.surface.guard(signedIn, check)(from))).toEqual([500, "internal"])
  }
  expect(JSON.stringify(lines)).toContain("neither true nor false nor { code }")
})

test("ADM-09 a row that happens to have a code is no refusal, and nobody is told the code", async () => {
  const site = await withAda()
  const from = head({ ...(await site.browser()), ...navigation })
  const invitation = { id: 7, code: "zq-canary" }
  for (const check of [() => invitation, async () => invitation, () => Effect.succeed(invitation)]) {
    const verdict = await site.surface.guard(signedIn, check)(from)
    const { response } = verdict as Extract<typeof verdict, { readonly isAllowed: false }>
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("zq-canary")])
  }
})

test("AUD-01 whom a check refuses is on record, with the policy, the code and the path", async () => {
  const site = await withAda()
  await outcomeOf(site.surface.guard(signedIn, () => refusal)(head(await site.browser())))
  await site.clock.advance("1 minute")
  const [record] = await site.auth.audit.list({ type: "access.denied" })
  expect(record?.event.details).toMatchObject({ policy: "all(signedIn, check(editor-required))", path: "/reports/7" })
})

test("a check may use the services of core, and its identity has the policy's type", async () => {
  const site = await withAda()
  const guard = site.surface.guard(viaSession, (identity) => {
    expectTypeOf(identity).toEqualTypeOf<SessionIdentity>()
    return Effect.gen(function* () {
      const { items } = yield* (yield* Users).list({ query: ada.username })
      return items.some(({ id }) => id === identity.user.id)
    })
  })
  expect(await outcomeOf(guard(head(await site.browser())))).toBe("ada")

  expectTypeOf<ReturnType<typeof guard>>().toEqualTypeOf<Verdict<SessionIdentity> | Promise<Verdict<SessionIdentity>>>()
  class Reports extends Context.Service<Reports, { readonly count: number }>()("Reports") {}
  const needs = (make: Guard) =>
    // @ts-expect-error An Effect that needs a service of the host's must be given it first.
    make(signedIn, () => Effect.map(Reports, ({ count }) => count > 0))
  expectTypeOf(needs).toBeFunction()
})
