import { afterEach, beforeEach, describe, expect, test } from "vitest"
import {
  bearer,
  goodPassword,
  type MadeToken,
  makeToken,
  requestToken,
  revokeToken,
  sendJson,
  setUp,
  statusOfMe,
  tokenFor
} from "../client.ts"
import { redis } from "../redis-place.ts"
import { type Server, startServer } from "../server.ts"
import {
  expectAway,
  expectLoginsAway,
  expectSessionsAway,
  expectTokensAway,
  restartEmpty,
  untilBack,
  type Visitor,
  visit
} from "./outage.ts"

describe("Redis, while the server runs,", () => {
  let server: Server
  let root: Visitor
  let ended: string
  let revoked: MadeToken
  beforeEach(async () => {
    server = await startServer()
    await setUp(server)
    root = await visit(server)
    ended = await tokenFor(server, "root")
    await sendJson(server, "POST", "/auth/jwt/logout", undefined, ended)
    revoked = await makeToken(server, root.token)
    await revokeToken(server, root.token, revoked)
  })

  afterEach(() => redis().resume())

  /** All of it works again, and what was revoked before stays revoked. */
  const expectAsBefore = async () => {
    await untilBack(server, bearer(root.token))
    expect(await statusOfMe(server, { cookie: root.cookie })).toBe(200)
    expect(await statusOfMe(server, bearer(ended))).toBe(401)
    expect(await statusOfMe(server, bearer(root.access.token))).toBe(200)
    expect(await statusOfMe(server, bearer(revoked.token))).toBe(401)
    expect((await requestToken(server, "root", goodPassword)).status).toBe(200)
    expect((await server.stop()).code).toBe(0)
  }

  test("X03 ERR-03 PAT-07 is killed: 503 until it is back with its log, then sessions and tokens live and revoked ones stay revoked", async () => {
    await redis().kill()
    await expectSessionsAway(server, root)
    await expectLoginsAway(server, root)
    await expectTokensAway(server, root)
    await expectAway({
      "an ended session": () => fetch(`${server.url}/users/me`, { headers: bearer(ended) }),
      "a revoked token": () => fetch(`${server.url}/users/me`, { headers: bearer(revoked.token) }),
      "to revoke a token": () => sendJson(server, "DELETE", `/tokens/${root.access.id}`, undefined, root.token)
    })
    // What cannot be a token is known without asking.
    expect(await statusOfMe(server, bearer(`${root.access.token}x`))).toBe(401)
    expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200)
    await redis().restart()
    await expectAsBefore()
  })

  // Again, because a machine that is busy with other work adds to the time, and never takes from it.
  test("X04 ERR-04 hangs: 503 in time, also for the first to ask, and it goes on by itself", { retry: 2 }, async () => {
    redis().pause()
    await expectSessionsAway(server, root)
    await expectTokensAway(server, root)
    await expectLoginsAway(server, root)
    expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200)
    redis().resume()
    await expectAsBefore()
  })

  test("RDS-07 X03 SET-03 comes back empty: everybody is logged out, no token opens anything, and setup stays shut while the process lives", async () => {
    await restartEmpty()
    await untilBack(server, bearer(root.token), 401)
    expect(await statusOfMe(server, { cookie: root.cookie })).toBe(401)
    expect(await statusOfMe(server, bearer(root.access.token))).toBe(401)
    expect((await requestToken(server, "root", goodPassword)).status).toBe(400)
    await expect(setUp(server)).rejects.toThrow("setup was answered 503")
    const about = (path: string) => () => fetch(`${server.url}${path}`, { redirect: "manual" })
    const newcomer = { username: "new", password: goodPassword }
    await expectAway({
      "the setup page": about("/setup/"),
      "whether setup is needed": about("/setup/check"),
      "the login page": about("/login"),
      "a registration": () => sendJson(server, "POST", "/auth/register", newcomer)
    })
    expect((await server.stop()).code).toBe(0)

    const again = await startServer({ place: server.place })
    expect(again.setupLink).not.toBe(null)
    await expect(setUp({ ...again, setupLink: server.setupLink })).rejects.toThrow("setup was answered 403")
    await setUp(again)
  })

  test("X06 PAT-06 is full: what adds is 503, sessions and tokens go on and can be ended, and it recovers when there is room", async () => {
    const other = await tokenFor(server, "root")
    const unused = await makeToken(server, root.token)
    await redis().command("CONFIG", "SET", "maxmemory", "1")
    await expectLoginsAway(server, root)
    await expectAway({
      "a change": () => sendJson(server, "PATCH", "/users/me", { username: "other" }, root.token),
      "a new token": () => sendJson(server, "POST", "/tokens/", { name: "new" }, root.token),
      "a rotation": () => sendJson(server, "POST", `/tokens/${unused.id}/rotate`, {}, root.token)
    })
    expect(await statusOfMe(server, bearer(root.token))).toBe(200)
    expect(await statusOfMe(server, bearer(unused.token))).toBe(200)
    await server.logged("a token's use was not noted")
    await revokeToken(server, root.token, unused)
    expect(await statusOfMe(server, bearer(unused.token))).toBe(401)
    expect(await statusOfMe(server, bearer(ended))).toBe(401)
    expect((await sendJson(server, "POST", "/auth/jwt/logout", undefined, other)).status).toBe(204)
    expect(await statusOfMe(server, bearer(other))).toBe(401)
    await redis().command("CONFIG", "SET", "maxmemory", "0")
    await expectAsBefore()
  })
})
