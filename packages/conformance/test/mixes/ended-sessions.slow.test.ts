import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { answerOf, webRequest } from "@latchkey/conformance/adapter"
import { type Auth, PasswordHasher, reveal } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { createTestAuth, plainHasher } from "@latchkey/core/testing"
import { makeSurface } from "@latchkey/http"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type RedisCluster, startCluster } from "../../../store-redis/test/clusters.ts"
import { PLACE, type RedisServer, startRedis } from "../../../store-redis/test/servers.ts"
import { hasRedis } from "../../../store-redis/test/stores.ts"
import { closeLent, type Described, storeOf } from "./described-stores.ts"

/*
 * A thief's request races the owner's, over HTTP and on stores that take their time. Whatever the order: once the owner is
 * answered that the thief's session has ended, the account stays as it is.
 */

let server: RedisServer
let cluster: RedisCluster
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(PLACE, "latchkey-conformance-"))
  if (hasRedis) [server, cluster] = await Promise.all([startRedis(), startCluster()])
})
afterAll(async () => {
  await closeLent()
  await Promise.all([server?.close(), cluster?.close()])
  rmSync(folder, { recursive: true, force: true })
})

const unique = (): string => `test-${crypto.randomUUID()}`

/** A hash takes some turns of the loop, so that requests meet in it. */
const slowHasher = Layer.effect(
  PasswordHasher,
  Effect.map(PasswordHasher, (plain) => ({
    ...plain,
    hash: (password: string) => Effect.andThen(turns(20), plain.hash(password))
  }))
).pipe(Layer.provide(plainHasher))

const turns = (count: number) =>
  Effect.promise(async () => {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
  })

const ROUNDS = 60

const ada = { username: "ada", password: "seven wet umbrellas" }
const changes = [
  { password: "the password of a thief" },
  { username: "mallory" },
  { username: "mallory", email: "mallory@example.org", password: "the password of a thief" }
]

/** No change takes more turns than this of the event loop. */
const MOST_TURNS = 2_000

const race = async (described: Described): Promise<{ readonly late: number; readonly won: number }> => {
  const { auth } = await createTestAuth({ store: storeOf(described), hasher: slowHasher })
  onTestFinished(() => auth.close())
  const surface = makeSurface(auth)
  let [late, won] = [0, 0]
  // How long a change takes differs from store to store and with the load, so the head start moves to where either may win.
  let headStart = 16
  for (let round = 0; round < ROUNDS; round++) {
    const { id } = await auth.users.create({ ...ada, username: `ada${round}` })
    const [stolen, mine] = [await open(auth, round), await open(auth, round)]
    const json = changes[round % changes.length] ?? {}
    const named = "username" in json ? { ...json, username: `mallory${round}` } : json
    const unique = "email" in named ? { ...named, email: `mallory${round}@example.org` } : named
    const request = { method: "PATCH", target: "/users/me", json: unique, headers: stolen.headers }
    const thief = surface.handle(webRequest(request), "192.0.2.7").then(answerOf)
    await Effect.runPromise(turns(Math.floor((headStart * (round % 31)) / 15)))
    await end(auth, surface, round, { id, stolen, mine })
    const answered = await rowOf(auth, id)
    const { status } = await thief
    if (status === 200) won += 1
    headStart = Math.min(MOST_TURNS, Math.max(4, headStart * (status === 200 ? 0.87 : 1.15)))
    if ((await rowOf(auth, id)) !== answered) late += 1
  }
  return { late, won }
}

const open = async (auth: Auth, round: number) => {
  const { secret, session } = await auth.sessions.logIn({ ...ada, username: `ada${round}` })
  return { session, headers: { authorization: `Bearer ${reveal(secret)}` } }
}

type Opened = Awaited<ReturnType<typeof open>>

/** By turns over HTTP, by secret, and with all credentials. Each is awaited: the owner has the answer. */
const end = async (
  auth: Auth,
  surface: ReturnType<typeof makeSurface>,
  round: number,
  { id, stolen, mine }: { readonly id: Opened["session"]["userId"]; readonly stolen: Opened; readonly mine: Opened }
): Promise<void> => {
  if (round % 4 === 3) {
    await auth.users.endCredentials(id)
    return
  }
  const target = round % 4 === 0 ? "/sessions" : `/sessions/${stolen.session.id}`
  const answer = await surface.handle(webRequest({ method: "DELETE", target, headers: mine.headers }), "192.0.2.7")
  // A thief's password that came first has ended the owner's session: then nothing has ended by this.
  if (answer.status !== 204) await auth.sessions.close({ owner: id, id: stolen.session.id })
}

const rowOf = (auth: Auth, id: Opened["session"]["userId"]): Promise<string> =>
  auth.run(
    Effect.gen(function* () {
      const { users } = yield* Store
      const found = yield* users.findWithPassword(id)
      return JSON.stringify([found?.user.username, found?.user.email, found?.passwordHash])
    })
  )

describe("PWD-23 SES-20 once it is answered that a session has ended, its changes are made no more", () => {
  const check = async (described: Described) => {
    const { late, won } = await race(described)
    expect(late).toBe(0)
    // Some were in time, and some were not: the race was one.
    expect(won).toBeGreaterThan(0)
    expect(won).toBeLessThan(ROUNDS)
  }

  test("in SQLite", () => check({ kind: "sqlite", path: join(folder, `${unique()}.db`) }))

  describe.runIf(hasRedis)("in Redis", () => {
    test("on one server", () => check({ kind: "redis", url: server.url, prefix: unique() }))
    test("in a cluster", () => check({ kind: "cluster", urls: cluster.urls, prefix: unique() }))
    test("with users in SQLite, and sessions and tokens in Redis", () => {
      const prefix = unique()
      return check({ kind: "mixed", path: join(folder, `${prefix}.db`), url: server.url, prefix })
    })
  })
})
