import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createAdaptorServer } from "@hono/node-server"
import { honoAuth } from "@latchkey/adapter-hono"
import { NO_ADDRESS } from "@latchkey/core"
import { createTestAuth, type TestAuthOptions } from "@latchkey/core/testing"
import * as Logger from "effect/Logger"
import { Hono } from "hono"
import { expect, onTestFinished, test } from "vitest"

const collecting = { collectIp: true }
const forwarded = { "x-forwarded-for": "203.0.113.9:51234" }
const wrong = {
  method: "POST",
  body: new URLSearchParams({ username: "nobody", password: "nothing" }),
  headers: forwarded
}

const openSite = async (options: TestAuthOptions = {}) => {
  const log: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void log.push(JSON.stringify([logLevel, message])))
  const { auth } = await createTestAuth({ ambient: Logger.layer([logger]), ...options })
  onTestFinished(() => auth.close())
  const app = new Hono().route("/", honoAuth(auth).routes)
  const recorded = async () => (await auth.audit.list({ type: "login.refused", limit: 1 }))[0]?.event.ip
  return { auth, app, log, recorded }
}

/** What runtimes bind as `env` when they call an app's `fetch`, as their types and real servers have it. */
const bun = (address: string | null) => ({
  port: 3000,
  requestIP: (asked: Request) =>
    asked instanceof Request && address !== null ? { address, family: "IPv4", port: 51_234 } : null
})
const deno = (remoteAddr: object) => ({ remoteAddr, completed: Promise.resolve() })

const runtimes: Readonly<Record<string, (address: string) => object>> = {
  "node:http": (remoteAddress) => ({ incoming: { socket: { remoteAddress, destroyed: false } }, outgoing: {} }),
  Bun: bun,
  "Bun, its server passed on": (address) => ({ server: bun(address) }),
  Deno: (hostname) => deno({ transport: "tcp", hostname, port: 51_234 })
}

test.each(Object.entries(runtimes))("on %s the address of the peer is the connection's (PRX-08)", async (_, env) => {
  const plain = await openSite({ sessions: collecting })
  await plain.app.request("/auth/jwt/login", wrong, env("192.0.2.1"))
  expect(await plain.recorded()).toBe("192.0.2.1")
  const behindProxy = await openSite({ sessions: { ...collecting, trustedProxies: ["10.0.0.0/8", NO_ADDRESS] } })
  await behindProxy.app.request("/auth/jwt/login", wrong, env("192.0.2.1"))
  expect(await behindProxy.recorded()).toBe("192.0.2.1")
  await behindProxy.app.request("/auth/jwt/login", wrong, env("10.0.0.1"))
  expect(await behindProxy.recorded()).toBe("203.0.113.9")
})

const withoutAddress: Readonly<Record<string, object | undefined>> = {
  "a Unix socket of node:http": { incoming: { socket: { destroyed: false } }, outgoing: {} },
  "a Unix socket of Bun": bun(null),
  "a Unix socket of Deno": deno({ transport: "unix", path: "/run/app.sock" }),
  "another runtime": { DATABASE: "a binding of the host's" },
  "no runtime": undefined
}

test.each(Object.entries(withoutAddress))(
  "on %s a peer has no address, and is a proxy if the host says so (PRX-07)",
  async (_, env) => {
    const plain = await openSite({ sessions: collecting })
    await plain.app.request("/auth/jwt/login", wrong, env)
    expect(await plain.recorded()).toBe(null)
    const trusting = await openSite({ sessions: { ...collecting, trustedProxies: [NO_ADDRESS] } })
    await trusting.app.request("/auth/jwt/login", wrong, env)
    expect(await trusting.recorded()).toBe("203.0.113.9")
  }
)

test("a peer on TCP that has gone before it was asked for is no proxy without an address (PRX-07)", async () => {
  const { app, recorded } = await openSite({ sessions: { ...collecting, trustedProxies: [NO_ADDRESS] } })
  await app.request("/auth/jwt/login", wrong, { incoming: { socket: { destroyed: true } } })
  expect(await recorded()).toBe(null)
})

test("the log says once that clients without an address share their limits, and what to change (PRX-07)", async () => {
  const site = { publicUrl: "https://app.example.org" }
  const { app, log } = await openSite(site)
  for (const _ of [1, 2, 3]) await app.request("/auth/jwt/login", wrong)
  const warnings = log.filter((line) => line.includes("share one limit"))
  expect(warnings).toEqual([expect.stringMatching(/^\["Warn",.*add \\"no-address\\" to sessions\.trustedProxies/)])
  const known = await openSite(site)
  await known.app.request("/auth/jwt/login", wrong, bun("192.0.2.1"))
  const atHome = await openSite()
  await atHome.app.request("/auth/jwt/login", wrong)
  expect([...known.log, ...atHome.log].filter((line) => line.includes("share one limit"))).toEqual([])
})

test("two clients behind a proxy on a real Unix socket have two limits (PRX-07, RAT-12)", async () => {
  const attempts = async (trustedProxies: ReadonlyArray<string>) => {
    const { app } = await openSite({ sessions: { trustedProxies }, throttle: { perNetwork: 5 } })
    const socketPath = join(tmpdir(), `latchkey-${crypto.randomUUID()}.sock`)
    const server = createAdaptorServer({ fetch: app.fetch, hostname: "localhost" })
    await new Promise<void>((resolve) => void server.listen(socketPath, resolve))
    onTestFinished(() => void server.close())
    const guess = (client: string, at: number) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { "x-forwarded-for": client, "content-type": "application/x-www-form-urlencoded" }
        const asked = request({ socketPath, method: "POST", path: "/auth/jwt/login", headers }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
        asked.on("error", reject).end(`username=nobody${at}&password=nothing`)
      })
    const statuses: Array<number | undefined> = []
    for (let at = 1; at <= 6; at++) statuses.push(await guess("203.0.113.9", at))
    return [...statuses, await guess("198.51.100.1", 7)]
  }
  expect(await attempts([])).toEqual([400, 400, 400, 400, 400, 429, 429])
  expect(await attempts([NO_ADDRESS])).toEqual([400, 400, 400, 400, 400, 429, 400])
})
