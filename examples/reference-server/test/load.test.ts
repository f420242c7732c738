import { once } from "node:events"
import { type ClientRequest, request } from "node:http"
import { expect, test, vi } from "vitest"
import { cookieFor, goodPassword, requestToken, statusOfMe, tokenFor } from "./client.ts"
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
