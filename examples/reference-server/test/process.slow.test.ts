import { once } from "node:events"
import { request as httpRequest } from "node:http"
import { connect } from "node:net"
import { describe, expect, test, vi } from "vitest"
import {
  basic,
  bearer,
  cookieFor,
  goodPassword,
  jsonOf,
  makeToken,
  postForm,
  requestToken,
  revokeToken,
  sendJson,
  statusOfMe,
  tokenFor
} from "./client.ts"
import { newPlace } from "./combinations.ts"
import { startServer } from "./server.ts"

const seed = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }

/** A log's lines, each of which must be JSON. */
const linesOf = (log: string): ReadonlyArray<Readonly<Record<string, string>>> =>
  log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

/** Breaks what every name goes through, for one name, with words that must not get out. */
const sabotage = `
  const normalize = String.prototype.normalize
  String.prototype.normalize = function (form) {
    if (String(this) === "sabotage") throw new TypeError("the inside of the server")
    return normalize.call(this, form)
  }
`

/** Moves the server's clock by hours. */
const clockMovedBy = (hours: number) => `
  const now = Date.now
  Date.now = () => now() + ${hours} * 3_600_000
`

describe.concurrent("the process", () => {
  test("on SIGTERM a log-in in flight is answered, new connections are refused, and the exit code is 0", async () => {
    const server = await startServer({ env: { ...seed, LATCHKEY_PASSWORDS_ARGON2_PASSES: "8" } })
    const body = new URLSearchParams({ username: "root", password: goodPassword }).toString()
    const login = httpRequest(`${server.url}/auth/jwt/login`, {
      method: "POST",
      headers: {
        expect: "100-continue",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": body.length
      }
    })
    login.flushHeaders()
    await once(login, "continue")
    server.send("SIGTERM")
    await server.logged('"stopping"')

    const late = connect(server.port, "127.0.0.1")
    const [refusal] = await once(late, "error")
    expect(refusal.code).toBe("ECONNREFUSED")
    login.end(body)
    const [answer] = await once(login, "response")
    expect(answer.statusCode).toBe(200)
    answer.resume()

    const { code, log } = await server.ended
    expect(code).toBe(0)
    const lines = linesOf(log)
    expect(lines.map(({ message }) => message)).toEqual(["stopping", "request", "stopped"])
    expect(lines[1]).toMatchObject({ level: "info", method: "POST", path: "/auth/jwt/login", status: 200 })
    for (const { time = "" } of lines) expect(new Date(time).toISOString()).toBe(time)
  })

  test("SIGINT stops it as well, and kept-alive connections do not hold it up", async () => {
    const server = await startServer({ env: seed })
    await tokenFor(server, "root")
    server.send("SIGINT")
    server.send("SIGINT")
    const { code, signal } = await server.ended
    expect({ code, signal }).toEqual({ code: 0, signal: null })
  })

  test("ERR-02 a defect is answered 500 without a word of it, told to the log as JSON, and survived", async () => {
    const server = await startServer({ env: seed, before: sabotage })
    const broken = await requestToken(server, "sabotage", goodPassword)
    expect(broken.status).toBe(500)
    expect(broken.headers.get("content-type")).toContain("application/problem+json")
    const { instance, ...problem } = await jsonOf<{ instance: string }>(broken)
    expect(problem).toEqual({
      type: "https://latchkey.dev/problems/internal",
      title: "Internal Server Error",
      status: 500,
      detail: "Internal Server Error",
      code: "internal"
    })
    const page = await postForm(server, "/login", { username: "sabotage", password: goodPassword })
    expect(page.status).toBe(500)
    expect(await page.text()).not.toContain("inside")

    expect((await fetch(`${server.url}/login`)).status).toBe(200)
    const { code, log } = await server.stop()
    expect(code).toBe(0)
    const lines = linesOf(log)
    const told = lines.filter(({ level }) => level === "error")
    expect(told).toHaveLength(2)
    expect(told[0]).toMatchObject({ message: "a request failed unexpectedly", path: "/auth/jwt/login" })
    expect(instance).toBe(`urn:uuid:${told[0]?.request}`)
    expect(log).not.toContain(goodPassword)
  })

  test("SES-13 a store that fails while running is 503, nobody is taken for logged out, and the server survives", async () => {
    const server = await startServer({ env: seed })
    const cookie = await cookieFor(server, "root")
    const repair = await server.place.breakSessions()
    const down = await fetch(`${server.url}/users/me`, { headers: { cookie } })
    expect(down.status).toBe(503)
    expect(down.headers.get("retry-after")).toMatch(/^[1-9]\d*$/)
    expect(down.headers.getSetCookie()).toEqual([])
    expect(await down.text()).not.toMatch(/sqlite|hidden|latchkey_|table|redis|WRONGTYPE/i)
    expect((await fetch(`${server.url}/demo/optional`, { headers: { cookie } })).status).toBe(503)
    await repair()
    expect(await statusOfMe(server, { cookie })).toBe(200)
  })

  test("TIM-03 a clock that goes forward only logs out, and one that goes back revives nothing that was removed", async () => {
    const place = newPlace()
    const present = await startServer({ place, env: seed })
    const token = await tokenFor(present, "root")
    expect(await statusOfMe(present, bearer(token))).toBe(200)
    await present.stop()

    const future = await startServer({ place, env: seed, before: clockMovedBy(13) })
    expect(await statusOfMe(future, bearer(token))).toBe(401)
    const later = await tokenFor(future, "root")
    // The sweep at start removes what has ended.
    await vi.waitUntil(async () => (await place.count("sessions")) === 1, { timeout: 30_000, interval: 200 })
    await future.stop()

    const back = await startServer({ place, env: seed })
    expect(await statusOfMe(back, bearer(token))).toBe(401)
    expect(await statusOfMe(back, bearer(later))).toBe(401)
    await back.stop()

    const farFuture = await startServer({ place, env: seed, before: clockMovedBy(26) })
    expect(await statusOfMe(farFuture, bearer(later))).toBe(401)
    expect((await requestToken(farFuture, "root", goodPassword)).status).toBe(200)
  })

  test("PAT-07 PAT-09 a token that one server revokes is dead on another with the next request, and so are all after a new password", async () => {
    const place = newPlace()
    const one = await startServer({ place, env: { ...seed, LATCHKEY_ADAPTER: "hono" } })
    const other = await startServer({ place, env: { ...seed, LATCHKEY_ADAPTER: "express" } })
    const session = await tokenFor(one, "root")
    const [gone, kept] = [await makeToken(one, session), await makeToken(other, session)]
    const statuses = async ({ token }: typeof gone) => [
      await statusOfMe(one, bearer(token)),
      await statusOfMe(other, basic("__token__", token))
    ]
    expect([await statuses(gone), await statuses(kept)]).toEqual([
      [200, 200],
      [200, 200]
    ])
    await revokeToken(other, session, gone)
    expect([await statuses(gone), await statuses(kept)]).toEqual([
      [401, 401],
      [200, 200]
    ])

    const change = { password: "four other words it is", current_password: goodPassword }
    expect((await sendJson(other, "PATCH", "/users/me", change, session)).status).toBe(200)
    expect(await statuses(kept)).toEqual([401, 401])
  })
})
