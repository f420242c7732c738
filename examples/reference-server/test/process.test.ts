import { once } from "node:events"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { request as httpRequest } from "node:http"
import { connect, createServer } from "node:net"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, test, vi } from "vitest"
import {
  bearer,
  cookieFor,
  goodPassword,
  jsonOf,
  postForm,
  register,
  requestToken,
  setUp,
  statusOfMe,
  tokenFor
} from "./client.ts"
import { newFolder, type Server, startInVain, startServer } from "./server.ts"

const seed = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }

/** Whether the user of a token is a superuser; null when the token opens nothing. */
const isSuperuser = async (server: Server, token: string): Promise<boolean | null> => {
  const response = await fetch(`${server.url}/users/me`, { headers: bearer(token) })
  return response.status === 200 ? (await jsonOf<{ is_superuser: boolean }>(response)).is_superuser : null
}

/** A log's lines, each of which must be JSON. */
const linesOf = (log: string): ReadonlyArray<Readonly<Record<string, string>>> =>
  log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

/** A new database that SQLite opens for reading only, whoever asks: its header names a version of the future for writing. */
const writeReadOnly = (path: string): void => {
  const database = new DatabaseSync(path)
  database.exec("CREATE TABLE host (id INTEGER PRIMARY KEY) STRICT")
  database.close()
  const bytes = readFileSync(path)
  bytes[18] = 3
  writeFileSync(path, bytes)
}

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
  test("LATCHKEY_ADMIN_* makes an administrator who can log in at once, and starting again changes nothing", async () => {
    const folder = newFolder()
    const first = await startServer({ folder, env: seed })
    expect(first.output()).not.toContain("/setup/")
    const token = await tokenFor(first, "root")
    expect(await isSuperuser(first, token)).toBe(true)
    await first.stop()

    const again = await startServer({ folder, env: { ...seed, LATCHKEY_ADMIN_PASSWORD: "another four word secret" } })
    expect(await isSuperuser(again, token)).toBe(true)
    expect((await requestToken(again, "root", "another four word secret")).status).toBe(400)
    expect((await requestToken(again, "root", goodPassword)).status).toBe(200)
  })

  test("SET-07 an account that was registered before is not promoted, unless that is asked for", async () => {
    const folder = newFolder()
    const first = await startServer({ folder, env: seed })
    await register(first, "later", "the password of a stranger")
    const stranger = await tokenFor(first, "later", "the password of a stranger")
    await first.stop()

    const env = { LATCHKEY_ADMIN_USERNAME: "later", LATCHKEY_ADMIN_PASSWORD: "the password of the owner" }
    const refused = await startInVain({ folder, env })
    expect(refused.code).toBe(1)
    expect(refused.output).toBe("")
    expect(refused.log).toMatch(/exists and is no superuser.* set `admin\.promoteExisting`/)

    const promoting = await startServer({ folder, env: { ...env, LATCHKEY_ADMIN_PROMOTE_EXISTING: "true" } })
    expect(await isSuperuser(promoting, stranger)).toBe(null)
    expect((await requestToken(promoting, "later", "the password of a stranger")).status).toBe(400)
    expect(await isSuperuser(promoting, await tokenFor(promoting, "later", "the password of the owner"))).toBe(true)
  })

  test("SET-07 three servers that start together on one new file make one administrator", async ({
    onTestFinished
  }) => {
    const folder = newFolder()
    const servers = await Promise.all([1, 2, 3].map(() => startServer({ folder, env: seed })))
    const tokens = await Promise.all(servers.map((server) => tokenFor(server, "root")))
    const [one, two, three] = servers
    const [, , last = ""] = tokens
    for (const server of [one, two, three]) expect(server && (await isSuperuser(server, last))).toBe(true)
    const database = new DatabaseSync(join(folder, "latchkey.db"))
    onTestFinished(() => database.close())
    expect(database.prepare("SELECT count(*) AS users FROM latchkey_users").get()).toEqual({ users: 1 })
  })

  test("SET-01 SET-11 setup takes the printed token alone, and a restart ends the one before", async () => {
    const folder = newFolder()
    const first = await startServer({ folder })
    await first.stop()
    const server = await startServer({ folder })
    const old = { ...server, setupLink: first.setupLink }
    await expect(setUp(old)).rejects.toThrow("setup was answered 403")
    await expect(setUp({ ...server, setupLink: `${server.url}/setup/` })).rejects.toThrow("setup was answered 403")
    await setUp(server)
    await expect(setUp(server)).rejects.toThrow("setup was answered 404")
    await server.stop()
    const restarted = await startServer({ folder })
    expect(restarted.setupLink).toBe(null)
    expect(restarted.output()).not.toContain("setup")
  })

  test("SET-02 of fifty setups at once over HTTP one wins", async () => {
    const server = await startServer({ env: { LATCHKEY_PASSWORDS_DEADLINE: "1 minute" } })
    const token = new URL(server.setupLink ?? "").searchParams.get("token") ?? ""
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const fields = { username: `root${n}`, password: goodPassword, password_confirm: goodPassword, token }
        return (await postForm(server, "/setup/", fields)).status
      })
    )
    expect(outcomes.filter((status) => status === 303)).toHaveLength(1)
    expect(outcomes.filter((status) => status === 404)).toHaveLength(49)
  })

  test("a setup token of one's own is taken, and never printed", async () => {
    const token = "Qm4xT7vB2nK9wR5z"
    const server = await startServer({ env: { LATCHKEY_SETUP_TOKEN: token } })
    expect(server.output()).toContain(`Make the first one at ${server.url}/setup/\n`)
    const wrong = { ...server, setupLink: `${server.url}/setup/?token=Qm4xT7vB2nK9wR5y` }
    await expect(setUp(wrong)).rejects.toThrow("setup was answered 403")
    await setUp({ ...server, setupLink: `${server.url}/setup/?token=${token}` })
    expect(server.output() + server.log()).not.toContain(token)
  })

  test("LATCHKEY_STORE=memory keeps nothing: no file, and a new start is a first start", async () => {
    const folder = newFolder()
    const server = await startServer({ folder, env: { LATCHKEY_STORE: "memory" } })
    expect(server.output()).toContain("(hono, memory)")
    await setUp(server)
    await tokenFor(server, "root")
    await server.stop()
    expect(readdirSync(folder)).toEqual([])
    const again = await startServer({ folder, env: { LATCHKEY_STORE: "memory" } })
    expect(again.setupLink).not.toBe(null)
  })

  test("a port that is taken is named", async ({ onTestFinished }) => {
    const other = createServer().listen(0, "127.0.0.1")
    onTestFinished(() => void other.close())
    await once(other, "listening")
    const address = other.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const { code, log } = await startInVain({ port })
    expect(code).toBe(1)
    expect(log).toBe(`listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`)
  })

  test.each([
    ["is no database", (path: string) => writeFileSync(path, "not a database".repeat(500)), "file is not a database"],
    ["cannot be written", writeReadOnly, "attempt to write a readonly database"]
  ])("a file that %s is told in one line", async (_, spoil, reason) => {
    const folder = newFolder()
    spoil(join(folder, "latchkey.db"))
    const { code, output, log } = await startInVain({ folder })
    expect({ code, output }).toEqual({ code: 1, output: "" })
    expect(log).toContain(reason)
    expect(log.trim().split("\n")).toHaveLength(1)
  })

  test("a database in a folder that does not exist is told in one line", async () => {
    const { code, log } = await startInVain({ env: { LATCHKEY_STORE: "sqlite:missing/latchkey.db" } })
    expect(code).toBe(1)
    expect(log).toMatch(/^the store failed at open: .*missing\/latchkey\.db.*\n$/)
  })

  test("a database of a newer version is left alone", async () => {
    const folder = newFolder()
    const server = await startServer({ folder })
    await server.stop()
    const database = new DatabaseSync(server.database)
    database.exec("INSERT INTO latchkey_migrations (version, applied_at) VALUES (999, 0)")
    database.close()
    const { code, log } = await startInVain({ folder })
    expect(code).toBe(1)
    expect(log).toMatch(/has version 999 of Latchkey's schema.*run a version .* at least as new/)
  })

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
    expect(instance).toBe(`urn:uuid:${told[0]?.id}`)
    expect(log).not.toContain(goodPassword)
  })

  test("SES-13 a store that fails while running is 503, nobody is taken for logged out, and the server survives", async ({
    onTestFinished
  }) => {
    const server = await startServer({ env: seed })
    const cookie = await cookieFor(server, "root")
    const database = new DatabaseSync(server.database)
    onTestFinished(() => database.close())
    database.exec("PRAGMA busy_timeout = 5000")
    database.exec("ALTER TABLE latchkey_sessions RENAME TO hidden")
    const down = await fetch(`${server.url}/users/me`, { headers: { cookie } })
    expect(down.status).toBe(503)
    expect(down.headers.get("retry-after")).toMatch(/^[1-9]\d*$/)
    expect(down.headers.getSetCookie()).toEqual([])
    expect(await down.text()).not.toMatch(/sqlite|hidden|latchkey_|table/i)
    expect((await fetch(`${server.url}/demo/optional`, { headers: { cookie } })).status).toBe(503)
    database.exec("ALTER TABLE hidden RENAME TO latchkey_sessions")
    expect(await statusOfMe(server, { cookie })).toBe(200)
  })

  test("TIM-03 a clock that goes forward only logs out, and one that goes back revives nothing that was removed", async () => {
    const folder = newFolder()
    const present = await startServer({ folder, env: seed })
    const token = await tokenFor(present, "root")
    expect(await statusOfMe(present, bearer(token))).toBe(200)
    await present.stop()

    const future = await startServer({ folder, env: seed, before: clockMovedBy(13) })
    expect(await statusOfMe(future, bearer(token))).toBe(401)
    const later = await tokenFor(future, "root")
    const database = new DatabaseSync(future.database)
    const count = database.prepare("SELECT count(*) AS sessions FROM latchkey_sessions")
    // The sweep at start removes what has ended.
    await vi.waitUntil(() => count.get()?.sessions === 1, { timeout: 30_000 })
    database.close()
    await future.stop()

    const back = await startServer({ folder, env: seed })
    expect(await statusOfMe(back, bearer(token))).toBe(401)
    expect(await statusOfMe(back, bearer(later))).toBe(401)
    await back.stop()

    const farFuture = await startServer({ folder, env: seed, before: clockMovedBy(26) })
    expect(await statusOfMe(farFuture, bearer(later))).toBe(401)
    expect((await requestToken(farFuture, "root", goodPassword)).status).toBe(200)
  })
})
