import { afterEach, expect, it, vi } from "vitest"
import { startFakeServer } from "../../test/fake-server.ts"
import { exchange, formOf, type Link } from "./exchange.ts"

const link: Link = { fetch: globalThis.fetch, signal: null, timeout: 30_000 }

/** Never answers, but gives up when it is told to, as `fetch` does. */
const deafFetch: typeof fetch = (_, init) =>
  new Promise((_, fail) => init?.signal?.addEventListener("abort", () => fail(init.signal?.reason)))

afterEach(() => void vi.useRealTimers())

it("a small JSON object is read, with its status and how long to wait", async () => {
  await using server = await startFakeServer()
  server.on("/a", () => ({ status: 429, headers: { "retry-after": "7" }, body: { error: "slow_down" } }))
  expect(await exchange(link, `${server.url}/a`)).toEqual({
    kind: "json",
    status: 429,
    retryAfter: 7,
    body: { error: "slow_down" }
  })
})

it("a form is sent as a form, without the fields that have no value", async () => {
  await using server = await startFakeServer()
  await exchange(link, `${server.url}/a`, formOf({ client_id: "a & b", scope: undefined }))
  expect(server.received).toMatchObject([{ method: "POST", form: { client_id: "a & b" } }])
  expect(server.received[0]?.headers["content-type"]).toMatch("application/x-www-form-urlencoded")
})

it("no redirect is followed: nothing reaches where it points", async () => {
  await using elsewhere = await startFakeServer()
  await using server = await startFakeServer()
  server.on("/a", () => ({ status: 307, headers: { location: `${elsewhere.url}/users/me` } }))
  expect(await exchange(link, `${server.url}/a`, formOf({ token: "secret" }))).toMatchObject({
    kind: "other",
    status: 307
  })
  expect(elsewhere.received).toEqual([])
})

it("an answer that is too long is not read to its end", async () => {
  await using server = await startFakeServer()
  server.on("/a", () => ({ body: { a: "b".repeat(70_000) } }))
  expect(await exchange(link, `${server.url}/a`)).toMatchObject({
    kind: "other",
    reason: expect.stringContaining("65536")
  })
})

it("what is no JSON object is no answer", async () => {
  await using server = await startFakeServer()
  server.on("/html", () => ({ body: "<p>Hello</p>" }))
  server.on("/list", () => ({ body: [] }))
  server.on("/null", () => ({ body: "null" }))
  expect(await exchange(link, `${server.url}/html`)).toMatchObject({ kind: "other", status: 200 })
  expect(await exchange(link, `${server.url}/list`)).toMatchObject({ kind: "other", status: 200 })
  expect(await exchange(link, `${server.url}/null`)).toMatchObject({ kind: "other", status: 200 })
})

it("an answer that takes too long is a timeout", async () => {
  vi.useFakeTimers()
  const answer = exchange({ ...link, fetch: deafFetch, timeout: 5000 }, "http://localhost")
  await vi.advanceTimersByTimeAsync(4999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(await answer).toEqual({ kind: "failed", reason: "timeout" })
  expect(vi.getTimerCount()).toBe(0)
})

it("the time counts until the answer is whole", async () => {
  const dripping: typeof fetch = async (_, init) =>
    new Response(
      new ReadableStream({
        start: (stream) => {
          stream.enqueue(new TextEncoder().encode("{"))
          init?.signal?.addEventListener("abort", () => stream.error(init.signal?.reason))
        }
      })
    )
  vi.useFakeTimers()
  const answer = exchange({ ...link, fetch: dripping, timeout: 5000 }, "http://localhost")
  await vi.advanceTimersByTimeAsync(5000)
  expect(await answer).toEqual({ kind: "failed", reason: "timeout" })
})

it("a failure has the name of its cause, and never its message", async () => {
  await using server = await startFakeServer()
  server.on("/a", () => null)
  expect(await exchange(link, `${server.url}/a`)).toEqual({
    kind: "failed",
    reason: expect.stringMatching(/^(?:UND_ERR_SOCKET|ECONNRESET)$/)
  })
  const quoting = () => Promise.reject(new TypeError("Bearer secret is an invalid header value"))
  expect(await exchange({ ...link, fetch: quoting }, server.url)).toEqual({ kind: "failed", reason: "network failure" })
})

it("the caller's signal ends it with Aborted, before it begins or meanwhile", async () => {
  const caller = new AbortController()
  const answer = exchange({ ...link, fetch: deafFetch, signal: caller.signal }, "http://localhost")
  caller.abort()
  await expect(answer).rejects.toMatchObject({ _tag: "Aborted" })
  await expect(exchange({ ...link, signal: caller.signal }, "http://localhost")).rejects.toMatchObject({
    _tag: "Aborted"
  })
})

it("a time to wait counts in seconds, and no more than an hour", async () => {
  await using server = await startFakeServer()
  const waitOf = async (value: string) => {
    server.on("/a", () => ({ status: 503, headers: { "retry-after": value }, body: {} }))
    return exchange(link, `${server.url}/a`)
  }
  expect(await waitOf("999999999")).toMatchObject({ retryAfter: 3600 })
  expect(await waitOf("Mon, 30 Nov 2026 12:00:00 GMT")).toMatchObject({ retryAfter: null })
  expect(await waitOf("-1")).toMatchObject({ retryAfter: null })
})
