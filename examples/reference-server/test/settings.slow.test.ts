import { beforeAll, describe, expect, test } from "vitest"
import { goodPassword, jsonOf, sendJson, tokenFor } from "./client.ts"
import { newPlace } from "./combinations.ts"
import { type Server, startServer } from "./server.ts"

const env = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_ADMIN_MUST_CHANGE_PASSWORD: "false",
  LATCHKEY_TOKENS_PER_USER: "7",
  LATCHKEY_THROTTLE_REGISTRATIONS: "1000000"
}

/** Two processes on one store, one on each framework, and how to start another. */
let both: readonly [Server, Server]
let start: (adapter: string) => Promise<Server>
let root: string
beforeAll(async () => {
  const place = newPlace()
  start = (adapter) => startServer({ place, env: { ...env, LATCHKEY_ADAPTER: adapter } })
  both = [await start("hono"), await start("express")]
  root = await tokenFor(both[0], "root")
})

interface Settings {
  readonly version: number
  readonly settings: ReadonlyArray<{ readonly name: string; readonly value: unknown; readonly locked: boolean }>
}

const read = async ({ url }: Server): Promise<Settings> =>
  jsonOf(await fetch(`${url}/admin/settings/`, { headers: { authorization: `Bearer ${root}` } }))

const change = async (server: Server, version: number, values: object) =>
  (await sendJson(server, "PATCH", "/admin/settings/", { version, values }, root)).status

let people = 0
const register = async (server: Server) => {
  people += 1
  const body = { username: `person-${people}`, email: `person-${people}@example.org`, password: goodPassword }
  return (await sendJson(server, "POST", "/auth/register", body)).status
}

describe("two processes on one store", () => {
  test("SET-18 what an administrator changes at one, the other follows, and back", { timeout: 60_000 }, async () => {
    const [one, other] = both
    expect([await register(one), await register(other)]).toEqual([201, 201])
    for (const [server, follower] of [both, [other, one]] as const) {
      expect(await change(server, (await read(server)).version, { registration: "closed" })).toBe(200)
      expect(await register(server)).toBe(403)
      await expect.poll(() => register(follower), { timeout: 5_000, interval: 250 }).toBe(403)
      expect(await change(follower, (await read(follower)).version, { registration: null })).toBe(200)
      await expect.poll(() => register(server), { timeout: 5_000, interval: 250 }).toBe(201)
    }
  })

  test("SET-16 of sixteen changes at both at once one is done, and the others are told", async () => {
    for (let round = 0; round < 10; round++) {
      const { version } = await read(both[0])
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          change(both[n % 2] ?? both[0], version, { "throttle.mails": 1 + 16 * round + n })
        )
      )
      expect(answers.toSorted()).toEqual([200, ...Array.from({ length: 15 }, () => 409)])
      expect((await read(both[1])).version).toBe(version + 1)
    }
  })

  test("SET-15 what the environment says is locked at both", async () => {
    for (const server of both) {
      const { version, settings } = await read(server)
      expect(settings.find(({ name }) => name === "tokens.perUser")).toMatchObject({ value: 7, locked: true })
      expect(await change(server, version, { "tokens.perUser": 8 })).toBe(422)
    }
  })

  test("SET-18 what was set is there after a start, also what waited for it", { timeout: 60_000 }, async () => {
    const { version } = await read(both[0])
    expect(await change(both[0], version, { name: "Quiet Harbour", mode: "basic" })).toBe(200)
    const third = await start("hono")
    const page = await fetch(`${third.url}/login`, { redirect: "manual", headers: { accept: "text/html" } })
    expect(page.status).toBe(404)
    const { settings } = await read(third)
    const valueIn = (wanted: string) => settings.find(({ name }) => name === wanted)?.value
    expect([valueIn("name"), valueIn("mode")]).toEqual(["Quiet Harbour", "basic"])
  })
})
