import { once } from "node:events"
import { readdirSync } from "node:fs"
import { createServer } from "node:net"
import { describe, expect, test } from "vitest"
import { bearer, goodPassword, jsonOf, postForm, register, requestToken, sendJson, setUp, tokenFor } from "./client.ts"
import { adapter, newPlace } from "./combinations.ts"
import { type Server, startInVain, startServer } from "./server.ts"

const seed = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }

/** Whether the user of a token is a superuser; null when the token opens nothing. */
const isSuperuser = async (server: Server, token: string): Promise<boolean | null> => {
  const response = await fetch(`${server.url}/users/me`, { headers: bearer(token) })
  return response.status === 200 ? (await jsonOf<{ is_superuser: boolean }>(response)).is_superuser : null
}

describe.concurrent("the start", () => {
  test("LATCHKEY_ADMIN_* makes an administrator who can log in at once, and starting again changes nothing", async () => {
    const place = newPlace()
    const first = await startServer({ place, env: seed })
    expect(first.output()).not.toContain("/setup/")
    const token = await tokenFor(first, "root")
    expect(await isSuperuser(first, token)).toBe(true)
    await first.stop()

    const again = await startServer({ place, env: { ...seed, LATCHKEY_ADMIN_PASSWORD: "another four word secret" } })
    expect(await isSuperuser(again, token)).toBe(true)
    expect((await requestToken(again, "root", "another four word secret")).status).toBe(400)
    expect((await requestToken(again, "root", goodPassword)).status).toBe(200)
  })

  test("SET-07 SET-12 an account that was registered before is not promoted, unless that is asked for, and a warning says so", async () => {
    const place = newPlace()
    const first = await startServer({ place, env: seed })
    await register(first, "later", "the password of a stranger")
    const stranger = await tokenFor(first, "later", "the password of a stranger")
    await first.stop()

    const env = { LATCHKEY_ADMIN_USERNAME: "later", LATCHKEY_ADMIN_PASSWORD: "the password of the owner" }
    const warned = await startServer({ place, env })
    expect(await isSuperuser(warned, stranger)).toBe(false)
    await warned.stop()
    expect(warned.log()).toMatch(/exists and is not a superuser.* set `admin\.promoteExisting`/)

    const promoting = await startServer({ place, env: { ...env, LATCHKEY_ADMIN_PROMOTE_EXISTING: "true" } })
    expect(await isSuperuser(promoting, stranger)).toBe(null)
    expect((await requestToken(promoting, "later", "the password of a stranger")).status).toBe(400)
    expect(await isSuperuser(promoting, await tokenFor(promoting, "later", "the password of the owner"))).toBe(true)
  })

  test("SET-10 the administrator of the environment must choose another password, unless a variable says otherwise", async () => {
    const server = await startServer({ env: { ...seed, LATCHKEY_ADMIN_MUST_CHANGE_PASSWORD: "true" } })
    const token = await tokenFor(server, "root")
    const change = (fields: object) => sendJson(server, "PATCH", "/users/me", fields, token)
    const refused = await fetch(`${server.url}/demo/signed-in`, { headers: bearer(token) })
    expect([refused.status, await jsonOf(refused)]).toMatchObject([403, { code: "password-change-required" }])
    expect((await change({ password: goodPassword })).status).toBe(400)
    expect((await change({ password: "another password of four words" })).status).toBe(200)
    expect(await isSuperuser(server, token)).toBe(true)
  })

  test("SET-07 eight servers that start together on one new store make one administrator, and none has anything to say of it", async () => {
    const place = newPlace()
    const servers = await Promise.all(Array.from({ length: 8 }, () => startServer({ place, env: seed })))
    const tokens = await Promise.all(servers.map((server) => tokenFor(server, "root")))
    const last = tokens.at(-1) ?? ""
    for (const server of servers) {
      expect(await isSuperuser(server, last)).toBe(true)
      expect(server.log()).not.toMatch(/"level":"(?!info)/)
      const made = await fetch(`${server.url}/admin/audit?type=setup.completed`, { headers: bearer(last) })
      expect(await jsonOf(made)).toMatchObject([{ details: { by: "seed" } }])
    }
    expect(await place.count("users")).toBe(1)
  })

  test("SET-01 SET-11 setup takes the printed token alone, and a restart ends the one before", async () => {
    const place = newPlace()
    const first = await startServer({ place })
    await first.stop()
    const server = await startServer({ place })
    const old = { ...server, setupLink: first.setupLink }
    await expect(setUp(old)).rejects.toThrow("setup was answered 403")
    await expect(setUp({ ...server, setupLink: `${server.url}/setup/` })).rejects.toThrow("setup was answered 403")
    await setUp(server)
    await setUp(server) // the same form again ends where the first one did (SET-13)
    expect(await server.place.count("users")).toBe(1)
    await server.stop()
    const restarted = await startServer({ place })
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
    expect(server.output()).toContain(`Create the first one at ${server.url}/setup/\n`)
    const wrong = { ...server, setupLink: `${server.url}/setup/?token=Qm4xT7vB2nK9wR5y` }
    await expect(setUp(wrong)).rejects.toThrow("setup was answered 403")
    await setUp({ ...server, setupLink: `${server.url}/setup/?token=${token}` })
    expect(server.output() + server.log()).not.toContain(token)
  })

  test("LATCHKEY_STORE=memory keeps nothing: no file, and a new start is a first start", async () => {
    const place = newPlace()
    const server = await startServer({ place, env: { LATCHKEY_STORE: "memory" } })
    expect(server.output()).toContain(`(${adapter}, memory)`)
    await setUp(server)
    await tokenFor(server, "root")
    await server.stop()
    expect(readdirSync(place.folder)).toEqual([])
    const again = await startServer({ place, env: { LATCHKEY_STORE: "memory" } })
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
})
