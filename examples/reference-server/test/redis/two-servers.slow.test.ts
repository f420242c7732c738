import { beforeAll, describe, expect, test } from "vitest"
import {
  bearer,
  cookieFor,
  goodPassword,
  register,
  requestToken,
  sendJson,
  setUp,
  statusOfMe,
  tokenFor
} from "../client.ts"
import { newPlace } from "../combinations.ts"
import { redis } from "../redis-place.ts"
import { type Server, startServer } from "../server.ts"
import { expectAway, expectSessionsAway, untilBack, visit } from "./outage.ts"

/** Two servers on one Redis, one on each framework. */
const startBoth = async (env: Readonly<Record<string, string>>): Promise<readonly [Server, Server]> => {
  const place = newPlace()
  const start = (adapter: string) => startServer({ place, env: { ...env, LATCHKEY_ADAPTER: adapter } })
  return [await start("express"), await start("hono")]
}

describe.concurrent("two servers on one Redis", () => {
  let express: Server
  let hono: Server
  beforeAll(async () => {
    ;[express, hono] = await startBoth({ LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword })
  })

  test("SES-07 a session of one is good on the other, and over on both when either ends it", async () => {
    await register(express, "wanderer")
    for (const [here, there] of [
      [express, hono],
      [hono, express]
    ] as const) {
      const [token, cookie] = [await tokenFor(here, "wanderer"), await cookieFor(here, "wanderer")]
      expect(await statusOfMe(there, bearer(token))).toBe(200)
      expect(await statusOfMe(there, { cookie })).toBe(200)
      expect((await sendJson(there, "POST", "/auth/jwt/logout", undefined, token)).status).toBe(204)
      expect(await statusOfMe(here, bearer(token))).toBe(401)
      expect(await statusOfMe(here, { cookie })).toBe(200)
    }
  })

  test("SES-08 a new password on one ends the sessions of the other in the same moment", async () => {
    await register(express, "changer")
    const [mine, other] = [await tokenFor(express, "changer"), await tokenFor(hono, "changer")]
    const change = { password: "four other words it is", current_password: goodPassword }
    expect((await sendJson(express, "PATCH", "/users/me", change, mine)).status).toBe(200)
    expect(await statusOfMe(hono, bearer(other))).toBe(401)
    expect((await requestToken(hono, "changer", goodPassword)).status).toBe(400)
    expect((await requestToken(hono, "changer", change.password)).status).toBe(200)
  })

  test("a name that is taken on one is taken on the other, also for those who ask at once", async () => {
    const account = { username: "twice", password: goodPassword }
    const both = [express, hono, express, hono]
    const answers = await Promise.all(both.map((server) => sendJson(server, "POST", "/auth/register", account)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400])
  })
})

test("SET-02 RDS-07 of fifty setups at once on two servers one wins, and the other server is set up too", async () => {
  const token = "Qm4xT7vB2nK9wR5z"
  const both = await startBoth({ LATCHKEY_SETUP_TOKEN: token, LATCHKEY_PASSWORDS_DEADLINE: "1 minute" })
  const links = both.map((server) => ({ ...server, setupLink: `${server.url}/setup/?token=${token}` }))
  const tries = Array.from({ length: 50 }, (_, n) => {
    const server = links[n % 2]
    return server && setUp(server, `root${n}`)
  })
  const outcomes = await Promise.allSettled(tries)
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
  for (const { url } of both) expect((await fetch(`${url}/setup/`)).status).toBe(404)
})

test("RAT-01 attempts on one count on the other", async () => {
  const env = { LATCHKEY_THROTTLE_PER_ACCOUNT_AND_NETWORK: "3" }
  const both = await startBoth(env)
  await setUp(both[0])
  const statuses = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      requestToken(both[n % 2] ?? both[0], "root", "wrong").then(({ status }) => status)
    )
  )
  expect(statuses.filter((status) => status === 400)).toHaveLength(3)
  expect(statuses.filter((status) => status === 429)).toHaveLength(5)
})

test("ERR-03 while Redis is away both say so on every route, and both come back", async () => {
  const both = await startBoth({ LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword })
  const root = await visit(both[0])
  await redis().kill()
  for (const server of both) {
    await expectSessionsAway(server, root)
    await expectAway({ "the home page, for anybody": () => fetch(server.url) })
  }
  await redis().restart()
  for (const server of both) await untilBack(server, bearer(root.token))
})
