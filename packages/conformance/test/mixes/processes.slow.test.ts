import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { storeLaws } from "@latchkey/conformance/store"
import { AttemptRoom, Store } from "@latchkey/core/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, beforeAll, describe, test } from "vitest"
import { type RedisCluster, startCluster } from "../../../store-redis/test/clusters.ts"
import { PLACE, type RedisServer, startRedis } from "../../../store-redis/test/servers.ts"
import { hasRedis } from "../../../store-redis/test/stores.ts"
import { closeLent, type Described, storeOf } from "./described-stores.ts"
import { type RemoteProcess, remoteProcess } from "./remote-store.ts"

/*
 * The races of the contract between two processes: one connection lives here, the other in a process of its own, and half
 * of the racers with it.
 */

const races = storeLaws.filter(({ isRace }) => isRace)

let other: RemoteProcess
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(PLACE, "latchkey-processes-"))
  other = remoteProcess()
})
afterAll(() => {
  other.end()
  rmSync(folder, { recursive: true, force: true })
})

const racesHold = (describeStore: (unique: string) => Described) => {
  test.each(races)("STO-02 $part: $states", ({ check, room }) => {
    const described = describeStore(`test-${crypto.randomUUID()}`)
    const checked = Effect.gen(function* () {
      const here = yield* Layer.build(storeOf(described))
      const there = yield* Layer.build(other.store(described))
      yield* check(Context.get(here, Store), Context.get(there, Store))
    }).pipe(Effect.provideService(AttemptRoom, room))
    return Effect.runPromise(Effect.scoped(checked))
  })
}

describe("in two processes on one SQLite file", () =>
  racesHold((unique) => ({ kind: "sqlite", path: join(folder, `${unique}.db`) })))

describe.runIf(hasRedis)("in two processes on one Redis server", () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.close())

  racesHold((prefix) => ({ kind: "redis", url: server.url, prefix }))

  describe("with users in SQLite", () =>
    racesHold((prefix) => ({ kind: "mixed", path: join(folder, `${prefix}.db`), url: server.url, prefix })))
})

describe.runIf(hasRedis)("in two processes on one Redis cluster", () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(async () => {
    await closeLent()
    await cluster.close()
  })

  racesHold((prefix) => ({ kind: "cluster", urls: cluster.urls, prefix }))
})
