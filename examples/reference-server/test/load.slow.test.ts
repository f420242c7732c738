import { once } from "node:events"
import { type ClientRequest, request } from "node:http"
import { expect, test, vi } from "vitest"
import { basic, bearer, cookieFor, goodPassword, makeToken, requestToken, statusOfMe, tokenFor } from "./client.ts"
import { type Server, startServer } from "./server.ts"

const seed = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_THROTTLE_PER_ACCOUNT_AND_NETWORK: "10000",
  LATCHKEY_THROTTLE_PER_ACCOUNT: "100000",
  LATCHKEY_THROTTLE_PER_NETWORK: "1000000"
}

const many = <A>(count: number, make: (n: number) => Promise<A>): Promise<ReadonlyArray<A>> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)))

const body = new URLSearchParams({ username: "root", password: goodPassword }).toString()

/** The head of a log-in that the server has read: it said that it waits for the body. */
const beginLogin = async (server: Server): Promise<ClientRequest> => {
  const login = request(`${server.url}/auth/jwt/login`, {
    method: "POST",
    agent: false,
    headers: {
      expect: "100-continue",
      "content-type": "application/x-www-form-urlencoded",
      "content-length": body.length
    }
  })
  login.on("error", () => {})
  login.flushHeaders()
  await once(login, "continue")
  return login
}

/** Goes away after the head, in the middle of the body, or when all of it is sent and the answer is being made. */
const abortLogin = async (server: Server, n: number): Promise<void> => {
  const login = await beginLogin(server)
  if (n % 3 === 1) await new Promise((sent) => login.write(body.slice(0, 8), sent))
  if (n % 3 === 2) await new Promise<void>((sent) => login.end(body, sent))
  login.destroy()
}

test("X13 after a thousand aborted log-ins every turn at the hasher is free again", async () => {
  // One turn and eight places: a single one that was lost would show.
  const queue = { LATCHKEY_PASSWORDS_CONCURRENCY: "1", LATCHKEY_PASSWORDS_WAITING: "8" }
  const server = await startServer({ env: { ...seed, ...queue, LATCHKEY_PASSWORDS_DEADLINE: "1 minute" } })
  for (let hundreds = 0; hundreds < 10; hundreds++) await many(100, (n) => abortLogin(server, n))
  const handled = () => server.log().split('"path":"/auth/jwt/login"').length - 1
  await vi.waitUntil(() => handled() === 1_000, { timeout: 30_000 })

  // What clients went away from is still being worked on for a moment.
  const allServed = async () => {
    const answers = await many(9, () => requestToken(server, "root", goodPassword))
    return answers.every(({ status }) => status === 200)
  }
  await vi.waitUntil(allServed, { timeout: 30_000, interval: 500 })
  const { code, log } = await server.stop()
  expect(code).toBe(0)
  expect(log).not.toMatch(/"level":"error"/)
})

test("L1 PWD-11 a flood of log-ins is answered or told to come back, and sessions go on working", async () => {
  const server = await startServer({ env: { ...seed, LATCHKEY_PASSWORDS_WAITING: "24" } })
  const headers = { cookie: await cookieFor(server, "root") }
  let isFlooding = true
  const checks: Array<number> = []
  const checkOn = async () => {
    while (isFlooding) checks.push(await statusOfMe(server, headers))
  }
  const checkers = many(2, checkOn)
  const rounds: Array<number> = []
  for (let round = 0; round < 2; round++) {
    const answers = await many(64, () => requestToken(server, "root", goodPassword))
    for (const { status, headers } of answers) {
      rounds.push(status)
      if (status !== 200)
        expect({ status, retryAfter: headers.get("retry-after") }).toEqual({ status: 503, retryAfter: "5" })
    }
  }
  isFlooding = false
  await checkers
  expect(rounds).toContain(200)
  expect(new Set(checks)).toEqual(new Set([200]))
  await tokenFor(server, "root")
})

/** Moves the server's clock a minute on at each SIGUSR2, and says so. */
const clockByMinutes = `
  const now = Date.now
  let minutes = 0
  Date.now = () => now() + minutes * 60_000
  process.on("SIGUSR2", () => process.stderr.write("minute " + ++minutes + "\\n"))
`

/** What so many requests with this credential are answered, a hundred at a time. */
const statusesOf = async (server: Server, count: number, headers: Readonly<Record<string, string>>) => {
  const statuses = new Set<number>()
  for (let sent = 0; sent < count; sent += 100) {
    for (const status of await many(100, () => statusOfMe(server, headers))) statuses.add(status)
  }
  return [...statuses]
}

test("L3 PAT-06 two thousand uses of a token within a minute are one write of its last use, and a minute later one more", async () => {
  const server = await startServer({ env: seed, before: clockByMinutes })
  const session = await tokenFor(server, "root")
  const [one, other] = [await makeToken(server, session), await makeToken(server, session)]
  const uses = await server.place.countUses()
  const settled = (count: number) => vi.waitUntil(async () => (await uses()) >= count, { timeout: 30_000 })
  expect(await statusesOf(server, 2_000, bearer(one.token))).toEqual([200])
  await settled(1)
  expect(await uses()).toBe(1)
  expect(await statusesOf(server, 100, basic("__token__", other.token))).toEqual([200])
  await settled(2)
  expect(await uses()).toBe(2)

  server.send("SIGUSR2")
  await server.logged("minute 1")
  expect(await statusesOf(server, 2_000, bearer(one.token))).toEqual([200])
  await settled(3)
  expect(await uses()).toBe(3)
})

test("L4 BAS-08 in mode basic two hundred requests with one password are one log-in and one hash, and a minute later one more", async () => {
  const server = await startServer({ env: { ...seed, LATCHKEY_MODE: "basic" }, before: clockByMinutes })
  const root = basic("root", goodPassword)
  expect(await statusesOf(server, 200, root)).toEqual([200])
  expect(await statusesOf(server, 100, basic("root", `${goodPassword}, or not`))).not.toContain(200)
  expect(await server.place.count("log-ins")).toBe(1)

  server.send("SIGUSR2")
  await server.logged("minute 1")
  expect(await statusesOf(server, 200, root)).toEqual([200])
  expect(await server.place.count("log-ins")).toBe(2)
})
