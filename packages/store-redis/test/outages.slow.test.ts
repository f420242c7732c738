import { type RedisTarget, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { Cluster, Redis } from "ioredis"
import { createCluster } from "redis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCluster } from "./clusters.ts"
import { expectAllToFail, untilItAnswers, watch } from "./outages.ts"
import { keyOf, session, token, tokenKeyOf, userId } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix } from "./stores.ts"
import { allVerbs, prepare } from "./verbs.ts"

interface Deployment {
  readonly servers: ReadonlyArray<RedisServer>
  readonly open: (prefix: string) => ReturnType<typeof redisStore>
  /** Waits until all servers work together. */
  readonly isComplete: () => Promise<void>
  readonly close: () => Promise<void>
}

const oneServer = async (target: (url: string) => RedisTarget): Promise<Deployment> => {
  const server = await startRedis({ appendonly: true })
  return {
    servers: [server],
    open: (prefix) => redisStore(target(server.url), { prefix }),
    isComplete: async () => {},
    close: server.close
  }
}

const threeNodes = async (client: (urls: ReadonlyArray<string>) => RedisTarget): Promise<Deployment> => {
  const { nodes, urls, isComplete, close } = await startCluster({ appendonly: true })
  return {
    servers: nodes,
    open: (prefix: string) => redisStore(client(urls), { prefix }),
    isComplete,
    close
  }
}

describe.runIf(hasRedis).each<[string, () => Promise<Deployment>]>([
  ["a server by its url", () => oneServer((url) => url)],
  ["a server with ioredis", () => oneServer((url) => new Redis(url, { lazyConnect: true }))],
  ["a cluster with node-redis", () => threeNodes((urls) => createCluster({ rootNodes: urls.map((url) => ({ url })) }))],
  ["a cluster with ioredis", () => threeNodes((urls) => new Cluster([...urls], { lazyConnect: true }))]
])("%s", (_, start) => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await start()
  })
  afterAll(() => deployment.close())

  const prepared = async () => {
    const store = await build(deployment.open(newPrefix()))
    await Effect.runPromise(prepare(store))
    return store
  }
  const onAll = (what: (server: RedisServer) => Promise<void> | void) => Promise.all(deployment.servers.map(what))
  const contents = () => Promise.all(deployment.servers.map((server) => server.contents()))

  test("ERR-04 X03 killed: every verb fails in time, nothing is lost or written, and all goes on by itself", async () => {
    const store = await prepared()
    const before = await contents()
    await onAll((server) => server.kill())
    await expectAllToFail(store, allVerbs)
    await onAll((server) => server.restart())
    await deployment.isComplete()
    await untilItAnswers(store)
    expect(await contents()).toEqual(before)
  })

  test("ERR-04 X04 hung: every verb fails in time, again and again, and all goes on by itself", async () => {
    const store = await prepared()
    await onAll((server) => server.pause())
    await expectAllToFail(store, allVerbs)
    await expectAllToFail(store, allVerbs)
    await onAll((server) => server.resume())
    await deployment.isComplete()
    await untilItAnswers(store)
  })

  test("ERR-03 X03 a live credential is never taken for none, and a dead one opens nothing, whatever the server does", async () => {
    const store = await prepared()
    await Effect.runPromise(store.sessions.close(keyOf(session(2, userId(2)))))
    await Effect.runPromise(store.tokens.revoke(tokenKeyOf(token(2, userId(2)))))
    await Effect.runPromise(store.users.remove(userId(3), null))
    const watches = [1, 2, 3].map((n) => watch(store, n))
    await onAll((server) => server.kill())
    await onAll((server) => server.restart())
    await deployment.isComplete()
    await untilItAnswers(store)
    await onAll((server) => server.pause())
    await new Promise((resolve) => setTimeout(resolve, 500))
    await onAll((server) => server.resume())
    await deployment.isComplete()
    await untilItAnswers(store)
    const [live = new Set(), ...dead] = await Promise.all(watches.map(({ stop }) => stop()))
    expect(live).toEqual(new Set([userId(1), "StoreError"]))
    for (const seen of dead) expect(seen).toEqual(new Set(["nobody", "StoreError"]))
  })
})
