import { ada, navigation, webRequest } from "@latchkey/conformance/adapter"
import { anyone, signedIn } from "@latchkey/core"
import { makeSurface } from "@latchkey/http"
import * as Logger from "effect/Logger"
import { afterEach, describe, expect, it, test, vi } from "vitest"
import { headOf } from "../src/surface/head.ts"
import { instanceOf } from "../src/surface/request-ids.ts"
import { openSite } from "./site.ts"
import { ruledStore } from "./stores.ts"

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** A site with ada, on a store whose calls go by a rule, and what it logs, with what every line of a request has. */
const openLogged = async (
  options: Parameters<typeof openSite>[0] = {},
  surfaceOptions: Parameters<typeof openSite>[1] = {}
) => {
  const lines: Array<{ readonly text: unknown; readonly request: unknown }> = []
  const logger = Logger.make<unknown, void>((entry) => {
    const [text, fields = {}] = Array.isArray(entry.message) ? entry.message : [entry.message]
    const { annotations } = Logger.formatStructured.log(entry)
    lines.push({ text, request: fields.request ?? annotations.request })
  })
  const ruled = ruledStore()
  const site = await openSite({ ...options, store: ruled.store, ambient: Logger.layer([logger]) }, surfaceOptions)
  await site.auth.users.create(ada)
  return { ...site, ruled, lines }
}

const logIn = (password: string = ada.password) => ({
  method: "POST",
  target: "/login",
  headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
  body: JSON.stringify({ username: ada.username, password })
})

const requestsOf = async ({ auth }: Awaited<ReturnType<typeof openLogged>>) =>
  (await auth.audit.list({ limit: 500 })).map(({ event }) => event.request)

afterEach(() => vi.restoreAllMocks())

describe("the id of a request", () => {
  test("AUD-11 is in all events of the request and in no other, and they are found by it", async () => {
    const site = await openLogged()
    const before = (await requestsOf(site)).length
    await site.ask(logIn())
    await site.ask(logIn("a wrong guess"))
    const events = (await site.auth.audit.list()).slice(0, -before || undefined)
    const ids = events.map(({ event }) => event.request ?? "")
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) {
      expect(id).toMatch(UUID)
      const found = await site.auth.audit.list({ request: id })
      expect(found).toEqual(events.filter(({ event }) => event.request === id))
    }
  })

  test("AUD-11 is the instance of a 500, and in the log's line of it", async () => {
    const { ask, browser, ruled, lines } = await openLogged()
    const headers = await browser()
    ruled.rule = () => "throw"
    const { instance } = JSON.parse((await ask({ target: "/users/me", headers })).body)
    expect(instance).toMatch(/^urn:uuid:/)
    expect(lines.at(-1)).toEqual({ text: "a request failed unexpectedly", request: instance.slice("urn:uuid:".length) })
  })

  test("AUD-11 is in what core logs while it answers, as about a use that was not noted", async () => {
    const { ask, browser, clock, ruled, lines } = await openLogged()
    const headers = await browser()
    await clock.advance("10 minutes")
    ruled.rule = (operation) => (operation === "sessions.touch" ? "fail" : "pass")
    expect((await ask({ target: "/users/me", headers })).status).toBe(200)
    expect(lines.at(-1)).toEqual({ text: "a session's use was not noted", request: expect.stringMatching(UUID) })
  })

  test("AUD-11 is in the line about an event that was lost, also outside of our own routes", async () => {
    const { auth, ruled, lines } = await openLogged()
    ruled.rule = (operation) => (operation === "audit.append" ? "fail" : "pass")
    await auth.sessions.logIn(ada, { client: { ip: null, userAgent: null, request: "r1" } })
    expect(lines).toContainEqual({ text: "an audit event was lost", request: "r1" })
  })

  test("AUD-11 is the same for every head of one request of the framework", async () => {
    const { surface } = await openLogged()
    const request = webRequest({ target: "/reports" })
    const framework = {}
    const first = surface.clientOf(headOf(request, null, framework)).request
    expect(first).toMatch(UUID)
    expect(surface.clientOf(headOf(request, "192.0.2.7", framework)).request).toBe(first)
    expect(surface.clientOf(headOf(request, null, {})).request).not.toBe(first)
  })

  test("AUD-11 is not made for a request that leaves no event and no line", async () => {
    const { ask, browser, surface } = await openLogged()
    const headers = await browser()
    const made = vi.spyOn(globalThis.crypto, "randomUUID")
    await ask({ target: "/users/me", headers })
    await ask({ target: "/profile", headers: { ...headers, ...navigation } })
    await ask({ target: "/users/me" })
    const guard = surface.guard(signedIn)
    await guard(headOf(webRequest({ target: "/reports", headers }), null))
    await guard(headOf(webRequest({ target: "/reports" }), null))
    expect(made).not.toHaveBeenCalled()
    await surface.guard(anyone)(
      headOf(webRequest({ method: "POST", target: "/x", headers: { "sec-fetch-site": "cross-site" } }), null)
    )
    expect(made).toHaveBeenCalledTimes(1)
  })
})

describe("a host's own ids", () => {
  const requestId = (head: { header: (name: string) => string | null }) => head.header("x-request-id")

  const idFor = async (sent: string | undefined, option: typeof requestId | undefined = requestId) => {
    const site = await openLogged({}, option === undefined ? {} : { requestId: option })
    const { headers, ...request } = logIn()
    await site.ask({ ...request, headers: sent === undefined ? headers : { ...headers, "x-request-id": sent } })
    return (await requestsOf(site))[0]
  }

  test("AUD-11 are taken as they are", async () => {
    expect(await idFor("Root=1-67891233-abcdef012345678912345678")).toBe("Root=1-67891233-abcdef012345678912345678")
  })

  it.each(["", "a b", "a:b", "<b>", "//evil.example", "ä", "x".repeat(65)])(
    "AUD-11 give way to ours if they are no short safe text: %j",
    async (sent) =>
      expect(await idFor(encodeURIComponent(sent) === sent ? sent : sent.replace("ä", "%E4"))).toMatch(UUID)
  )

  test("AUD-11 are ours where the host knows none, or does not trust the header", async () => {
    expect(await idFor(undefined)).toMatch(UUID)
    const site = await openLogged()
    const { headers, ...request } = logIn()
    await site.ask({ ...request, headers: { ...headers, "x-request-id": "theirs" } })
    expect((await requestsOf(site))[0]).toMatch(UUID)
  })

  test("AUD-11 that cannot be had lose no event, and are told once", async () => {
    const requestId = () => {
      throw new Error("canary")
    }
    const site = await openLogged({}, { requestId })
    await site.ask(logIn())
    await site.ask(logIn())
    expect((await requestsOf(site)).slice(0, 2)).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)])
    const told = site.lines.filter(({ text }) => String(text).includes("requestId threw"))
    expect(told).toHaveLength(1)
    expect(JSON.stringify(site.lines)).not.toContain("canary")
  })

  test("are a part of the problem's address, unless they are UUIDs", () => {
    expect(instanceOf("019b76da-a800-7451-a8ef-b2f4bb9392c1")).toBe("urn:uuid:019b76da-a800-7451-a8ef-b2f4bb9392c1")
    expect(instanceOf("Root=1-a.b")).toBe("#Root=1-a.b")
  })

  test("must come from a function", async () => {
    const { auth } = await openSite()
    expect(() => makeSurface(auth, { requestId: "x-request-id" as never })).toThrow("requestId must be a function")
  })
})
