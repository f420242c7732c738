import { redisStore } from "@latchkey/store-redis"
import { Cluster, Redis } from "ioredis"
import { createCluster, createSentinel } from "redis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type RedisCluster, startCluster } from "./clusters.ts"
import { inMemory, lawsHold } from "./laws.ts"
import { type RedisSentinels, startSentinel } from "./sentinels.ts"
import { build, hasRedis } from "./stores.ts"

describe.runIf(hasRedis)("STO-01 the laws hold on a cluster of three", () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.close())

  describe("with node-redis", () =>
    lawsHold(() => createCluster({ rootNodes: cluster.urls.map((url) => ({ url })) }), inMemory))
  describe("with ioredis", () => lawsHold(() => new Cluster([...cluster.urls], { lazyConnect: true }), inMemory))

  test("RDS-06 ioredis cannot wait for the replicas of a key's node, and to ask for it is refused at start", async () => {
    const client = new Cluster([...cluster.urls], { lazyConnect: true })
    const opened = build(redisStore(client, { ...inMemory, waitForReplicas: 1 }))
    await expect(opened).rejects.toMatchObject({ cause: { message: expect.stringContaining("waitForReplicas") } })
  })
})

describe.runIf(hasRedis)("STO-01 the laws hold on a primary with a Sentinel, waiting for the replica", () => {
  let group: RedisSentinels
  beforeAll(async () => {
    group = await startSentinel()
  })
  afterAll(() => group.close())

  const options = { ...inMemory, waitForReplicas: 1 }
  const client = () => new Redis({ name: group.name, sentinels: [...group.nodes], lazyConnect: true })
  const slowClient = () => createSentinel({ name: group.name, sentinelRootNodes: [...group.nodes] })

  describe("with ioredis", () => lawsHold(client, options))
  // It takes a third of a second to reach a Sentinel, so here are the laws that stand for the rest.
  describe("with node-redis", () => lawsHold(slowClient, options, { parts: ["lookup"] }))
})
