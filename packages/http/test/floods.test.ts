import { ada, navigation } from "@latchkey/conformance/adapter"
import { anyone, HasherError, PasswordHasher, signedIn } from "@latchkey/core"
import { plainHasher } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { describe, expect, test } from "vitest"
import { headOf } from "../src/surface/head.ts"
import { openSite, type Site } from "./site.ts"
import { ruledStore } from "./stores.ts"

const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }

interface Line {
  readonly text: unknown
  readonly fields: Readonly<Record<string, unknown>>
}

/** A site with ada on a store whose calls go by a rule, and the errors it logs. */
const openLogged = async (options: Parameters<typeof openSite>[0] = {}) => {
  const lines: Array<Line> = []
  const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
    const [text, fields] = Array.isArray(message) ? message : [message]
    if (logLevel === "Error") lines.push({ text, fields })
  })
  const ruled = ruledStore()
  const site = await openSite({ store: ruled.store, ambient: Logger.layer([logger]), ...options })
  await site.auth.users.create(ada)
  return { ...site, ruled, lines }
}

const instanceOf = (body: string): string | null => JSON.parse(body).instance?.slice("urn:uuid:".length) ?? null

/** The same thing many times, one after the other. */
const times = async <A>(count: number, ask: () => A | Promise<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for (let n = 0; n < count; n++) all.push(await ask())
  return all
}

describe("a flood of forged posts", () => {
  const post = { method: "POST", target: "/login", headers: foreign }

  test("AUD-07 asks the store nothing, and leaves one row with its number", async () => {
    const { ask, ruled, auth, clock } = await openLogged({ sessions: { collectIp: true } })
    ruled.calls.length = 0
    const answers = await times(1_000, () => ask(post))
    expect(answers.every(({ status }) => status === 403)).toBe(true)
    expect(ruled.calls.filter((call) => !call.endsWith(".removeExpired"))).toEqual([])
    await clock.advance("1 minute")
    expect((await auth.audit.list({ type: "request.forged" })).map(({ event }) => event)).toMatchObject([
      { ip: "192.0.2.7", details: { method: "POST", path: "/login", site: "cross-site", count: 1_000 } }
    ])
  })

  test("AUD-07 is judged by a guard without a promise, and without the store", async () => {
    const { surface, ruled } = await openLogged()
    ruled.calls.length = 0
    const request = new Request("http://localhost:3000/host", { method: "POST", headers: foreign })
    const verdicts = await times(100, () => surface.guard(anyone)(headOf(request, "192.0.2.7")))
    expect(verdicts.map((verdict) => !(verdict instanceof Promise) && !verdict.isAllowed)).toEqual(
      Array(100).fill(true)
    )
    expect(ruled.calls.filter((call) => !call.endsWith(".removeExpired"))).toEqual([])
  })
})

describe("a flood of requests that fail", () => {
  const idsIn = (lines: ReadonlyArray<Line>) => lines.map(({ fields }) => fields.request)

  const failing = async (): Promise<Awaited<ReturnType<typeof openLogged>> & { readonly fail: Site["ask"] }> => {
    const site = await openLogged()
    const headers = await site.browser()
    site.ruled.rule = () => "throw"
    return { ...site, fail: (request) => site.ask({ ...request, headers: { ...request.headers, ...headers } }) }
  }

  test("ERR-05 ERR-02 logs ten lines a minute, and no answer has an id that the log has not", async () => {
    const { fail, lines, clock } = await failing()
    const answers = await times(100, () => fail({ target: "/users/me" }))
    expect(answers.every(({ status }) => status === 500)).toBe(true)
    const told = answers.map(({ body }) => instanceOf(body))
    expect(told.slice(10)).toEqual(Array(90).fill(null))
    expect(idsIn(lines)).toEqual(told.slice(0, 10))
    await clock.advance("1 minute")
    const next = await fail({ target: "/users/me" })
    expect(lines.at(-1)).toMatchObject({ fields: { request: instanceOf(next.body), leftOut: 90, path: "/users/me" } })
  })

  test("ERR-05 people get the same page as ever", async () => {
    const { fail, lines } = await failing()
    const pages = await times(20, () => fail({ target: "/users/me", headers: navigation }))
    expect(new Set(pages.map(({ status, body }) => `${status} ${body}`)).size).toBe(1)
    expect(lines).toHaveLength(10)
  })

  test("ERR-05 logs ten lines a minute for each call of the store that is away", async () => {
    const { ask, browser, ruled, lines } = await openLogged()
    const headers = await browser()
    ruled.rule = (operation) => (operation.startsWith("lookup") || operation === "users.findByName" ? "fail" : "pass")
    const answers = await times(100, () => ask({ target: "/users/me", headers }))
    expect(answers.every(({ status }) => status === 503)).toBe(true)
    expect(lines.map(({ text }) => text)).toEqual(Array(10).fill("the store failed"))
    await ask({ target: "/auth/jwt/login", form: { username: "ada", password: ada.password } })
    expect(lines.slice(10)).toMatchObject([{ fields: { operation: "users.findByName" } }])
  })

  test("ERR-05 logs ten lines a minute while the hasher fails", async () => {
    const broken = { verify: () => new HasherError({ cause: new Error("out of memory") }) }
    const hasher = Layer.effect(
      PasswordHasher,
      Effect.map(PasswordHasher, (plain) => ({ ...plain, ...broken }))
    ).pipe(Layer.provide(plainHasher))
    const { ask, lines } = await openLogged({ hasher, throttle: { perAccountAndNetwork: 100 } })
    await times(20, () => ask({ target: "/auth/jwt/login", form: { username: "ada", password: "x" } }))
    expect(lines.map(({ text }) => text)).toEqual(Array(10).fill("the password hasher failed"))
  })

  test("AUD-03 logs a path and a method with everything written out that could forge or hide a line", async () => {
    const { surface, ruled, lines, browser } = await openLogged()
    const { cookie = "" } = await browser()
    ruled.rule = () => "fail"
    const target = `/a\u009b31m\u202e${"b".repeat(1_000)}?token=canary`
    const head = {
      method: "GET\u0085",
      target,
      peer: null,
      header: (name: string) => (name === "cookie" ? cookie : null)
    }
    expect(await surface.guard(signedIn)(head)).toMatchObject({ isAllowed: false })
    expect(lines).toMatchObject([
      { fields: { method: "GET\\u{85}", path: expect.stringMatching(/^\/a\\u\{9b\}31m\\u\{202e\}b{200,249}$/) } }
    ])
  })
})
