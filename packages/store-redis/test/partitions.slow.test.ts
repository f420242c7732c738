import { type RedisTarget, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { Cluster, Redis } from "ioredis"
import { createCluster, createSentinel } from "redis"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type RedisCluster, startCluster } from "./clusters.ts"
import { untilItAnswers, watch } from "./outages.ts"
import { startProxy, type TcpProxy } from "./proxies.ts"
import { userId } from "./samples.ts"
import { type RedisSentinels, startSentinel } from "./sentinels.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix } from "./stores.ts"
import { prepare } from "./verbs.ts"

/** Proxies in front of servers, and what they are called: `127.0.0.1:<port of the server>` to the proxy's address. */
const proxied = async (servers: ReadonlyArray<RedisServer>) => {
  const proxies = await Promise.all(servers.map(startProxy))
  onTestFinished(async () => void (await Promise.all(proxies.map((proxy) => proxy.close()))))
  const names = servers.map(({ port }, index) => [
    `127.0.0.1:${port}`,
    { host: "127.0.0.1", port: proxies[index]?.port ?? 0 }
  ])
  return { proxies, addresses: Object.fromEntries(names) as Record<string, { host: string; port: number }> }
}

/** Under steady use, connections go silent: the store must notice, and go on over new ones. */
const leavesSilentConnections = async (target: RedisTarget, proxies: ReadonlyArray<TcpProxy>) => {
  const store = await build(redisStore(target, { prefix: newPrefix(), unsafeNoPersistence: true }))
  await Effect.runPromise(prepare(store))
  const watches = [1, 2, 3].map((n) => watch(store, n))
  for (const proxy of proxies) proxy.freeze()
  await untilItAnswers(store, 8_000)
  for (const [index, { stop }] of watches.entries()) {
    expect(await stop()).toEqual(new Set([userId(index + 1), "StoreError"]))
  }
}

describe.runIf(hasRedis)("a server", () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.close())

  test("X04 a silent connection is left for a new one, under steady use, by its url", async () => {
    const { proxies } = await proxied([server])
    await leavesSilentConnections(proxies[0]?.url ?? "", proxies)
  })

  test("X04 the same with ioredis", async () => {
    const { proxies } = await proxied([server])
    await leavesSilentConnections(new Redis(proxies[0]?.url ?? "", { lazyConnect: true }), proxies)
  })
})

describe.runIf(hasRedis)("a cluster", () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.close())

  test("X04 the same with node-redis", async () => {
    const { proxies, addresses } = await proxied(cluster.nodes)
    const target = createCluster({ rootNodes: cluster.urls.map((url) => ({ url })), nodeAddressMap: addresses })
    await leavesSilentConnections(target, proxies)
  })

  test("X04 the same with ioredis", async () => {
    const { proxies, addresses } = await proxied(cluster.nodes)
    await leavesSilentConnections(new Cluster([...cluster.urls], { natMap: addresses, lazyConnect: true }), proxies)
  })
})

describe.runIf(hasRedis)("a primary with a Sentinel", () => {
  let group: RedisSentinels
  beforeAll(async () => {
    group = await startSentinel()
  })
  afterAll(() => group.close())

  test("X04 the same with node-redis", async () => {
    const { proxies, addresses } = await proxied([group.master, group.replica])
    const target = createSentinel({
      name: group.name,
      sentinelRootNodes: [...group.nodes],
      nodeAddressMap: addresses
    })
    await leavesSilentConnections(target, proxies)
  })

  test("X04 the same with ioredis", async () => {
    const { proxies, addresses } = await proxied([group.master, group.replica])
    const target = new Redis({
      name: group.name,
      sentinels: [...group.nodes],
      natMap: addresses,
      lazyConnect: true
    })
    await leavesSilentConnections(target, proxies)
  })
})
