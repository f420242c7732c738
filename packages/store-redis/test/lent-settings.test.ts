import { redisFacts, redisStore } from "@latchkey/store-redis"
import { Cluster, Redis } from "ioredis"
import { createClient, createCluster, createSentinel } from "redis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { person, plenty, session, userId } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"

const keyPrefix = "shop:"
const node = { host: "127.0.0.1", port: 6379 }

const withKeyPrefix = {
  "ioredis' Redis": new Redis({ keyPrefix, lazyConnect: true }),
  "ioredis' Cluster": new Cluster([node], { keyPrefix, lazyConnect: true }),
  "ioredis' Cluster, for its nodes": new Cluster([node], { redisOptions: { keyPrefix }, lazyConnect: true }),
  createClient: createClient({ keyPrefix }),
  createCluster: createCluster({ rootNodes: [{ url: "redis://127.0.0.1" }], keyPrefix }),
  createSentinel: createSentinel({ name: "main", sentinelRootNodes: [node], keyPrefix })
}

describe.each(Object.entries(withKeyPrefix))("RDS-01 a client of %s with a keyPrefix", (_, client) => {
  test("is refused at once, with the option to give: the store does not use it", () => {
    expect(() => redisStore(client)).toThrow(/keyPrefix "shop:".*redisStore\(client, \{ prefix: "shop" \}\)/)
  })

  test("is taken with a prefix of the store's own", () => {
    expect(() => redisStore(client, { prefix: "shop" })).not.toThrow()
  })
})

test.each([
  [undefined, "not undefined"],
  [null, "not null"],
  ["", "not an empty text"],
  [" ", "not blanks"],
  [Promise.resolve({}), "await it first"]
])("a target that is none is told at once: %j", (target, words) => {
  expect(() => redisStore(target as string)).toThrow(words)
})

test.each<[string, unknown, string]>([
  ["a url that is parsed already", new URL("redis://app:s3cretpw@localhost"), "an object that is neither"],
  ["the options of a client", { url: "redis://app:s3cretpw@localhost" }, "an object that is neither"],
  ["an empty object", {}, "an object that is neither"],
  ["a list of urls", ["redis://app:s3cretpw@localhost"], "a list"],
  ["a maker that was not called", createClient, "the function createClient, which was not called"]
])("%s is told at once what to give: the text of a url, or a client", async (_, target, words) => {
  const told =
    'redisStore needs the text of a url, such as "redis://localhost:6379", or a client, such as createClient({ url }) of redis ' +
    `or new Redis(url) of ioredis, not ${words}`
  expect(() => redisStore(target as string)).toThrow(new Error(told))
  await expect(redisFacts(target as string)).rejects.toEqual(new Error(told))
})

test.each<[unknown, string]>([
  [{ keyPrefix: "shop:" }, "cannot have keyPrefix: the options are prefix, waitForReplicas, unsafeNoPersistence"],
  [{ prefx: "shop" }, "cannot have prefx: did you mean prefix?"],
  [{ waitForReplica: 1 }, "cannot have waitForReplica: did you mean waitForReplicas?"],
  ["shop", "must be an object of options, not string"],
  [null, "must be an object of options, not null"],
  [Promise.resolve({ prefix: "shop" }), "must be an object of options, not a promise, of which `await` is missing"]
])("OPS-03 options that would have no effect are refused at once: %j", (options, problem) => {
  expect(() => redisStore("redis://localhost", options as never)).toThrow(
    new Error(`the second argument of redisStore ${problem}`)
  )
})

test.each<[object, string]>([
  [{ prefix: null }, 'prefix of redisStore must be a text, such as "shop"'],
  [{ prefix: 7 }, 'prefix of redisStore must be a text, such as "shop"'],
  [{ waitForReplicas: -1 }, "waitForReplicas of redisStore must be a whole number of replicas, such as 1"],
  [{ waitForReplicas: 1.5 }, "waitForReplicas of redisStore must be a whole number of replicas, such as 1"],
  [{ waitForReplicas: "1" }, "waitForReplicas of redisStore must be a whole number of replicas, such as 1"],
  [{ waitForReplicas: null }, "waitForReplicas of redisStore must be a whole number of replicas, such as 1"],
  [{ unsafeNoPersistence: "false" }, "unsafeNoPersistence of redisStore must be true or false"]
])("OPS-03 an option of a wrong kind is refused at once, with the right one: %j", (options, problem) => {
  expect(() => redisStore("redis://localhost", options)).toThrow(new Error(`the option ${problem}`))
})

test("options that are undefined are those that were not given", () => {
  const options = { prefix: undefined, waitForReplicas: undefined, unsafeNoPersistence: undefined }
  expect(() => redisStore("redis://localhost", options as never)).not.toThrow()
})

describe.runIf(hasRedis)("settings that a client lends and the store cannot use", () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis({ appendonly: true })
  })
  afterAll(() => server.close())

  const aborted = AbortSignal.abort()
  const lending = {
    "ioredis' readOnly": () => new Redis(server.url, { lazyConnect: true, readOnly: true }),
    "ioredis' enableAutoPipelining": () => new Redis(server.url, { lazyConnect: true, enableAutoPipelining: true }),
    "ioredis' stringNumbers, replyMapping and protocol": () =>
      new Redis(server.url, { lazyConnect: true, stringNumbers: true, replyMapping: "resp3", protocol: 3 }),
    "ioredis' protocol 2": () => new Redis(server.url, { lazyConnect: true, protocol: 2 }),
    "ioredis' queues, retries and ready check": () =>
      new Redis(server.url, {
        lazyConnect: true,
        enableOfflineQueue: false,
        enableReadyCheck: false,
        maxRetriesPerRequest: null,
        commandTimeout: 1,
        retryStrategy: null
      }),
    "node-redis' readonly": () => createClient({ url: server.url, readonly: true }),
    "node-redis' commandOptions": () =>
      createClient({
        url: server.url,
        commandOptions: { asap: true, abortSignal: aborted, typeMapping: { 36: Buffer } }
      }),
    "node-redis' short queue": () => createClient({ url: server.url, commandsQueueMaxLength: 1 }),
    "node-redis' cache": () => createClient({ url: server.url, RESP: 3, clientSideCache: { ttl: 0, maxEntries: 0 } }),
    "node-redis' emitInvalidate": () => createClient({ url: server.url, emitInvalidate: true }),
    "node-redis' RESP 2": () => createClient({ url: server.url, RESP: 2 }),
    "node-redis' keyPrefix": () => createClient({ url: server.url, keyPrefix })
  }

  test.each(Object.entries(lending))("RDS-09 change nothing for the store: %s", async (_, client) => {
    const prefix = newPrefix()
    const [one, other] = [
      await build(redisStore(client(), { prefix })),
      await build(redisStore(server.url, { prefix }))
    ]
    const mine = session(1, userId(1))
    expect(await outcome(one.users.insert(person(1)))).toBe(undefined)
    expect(await outcome(one.sessions.insert(mine, plenty))).toEqual([])
    const found = { user: person(1).user, session: mine.session }
    const asked = Array.from({ length: 20 }, () => outcome(one.lookupSession(userId(1), mine.hash)))
    expect(await Promise.all(asked)).toEqual(asked.map(() => found))
    expect(await outcome(other.lookupSession(userId(1), mine.hash))).toEqual(found)
    expect(await outcome(other.sessions.closeAll(userId(1), null))).toBe(1)
    expect(await outcome(one.lookupSession(userId(1), mine.hash)), "ended elsewhere").toBe(null)
  })

  test("the database is kept: two applications in two databases share no users", async () => {
    const prefix = newPrefix()
    const inDatabase = {
      ioredis: new Redis(server.url, { lazyConnect: true, db: 3 }),
      createClient: createClient({ url: server.url, database: 4 })
    }
    const ioredis = await build(redisStore(inDatabase.ioredis, { prefix }))
    const nodeRedis = await build(redisStore(inDatabase.createClient, { prefix }))
    await outcome(ioredis.users.insert(person(1)))
    expect(await outcome(nodeRedis.users.find(userId(1)))).toBe(null)
    expect(await outcome(nodeRedis.users.insert(person(1)))).toBe(undefined)
  })

  test("RDS-09 a command that failed is not sent again, whatever reconnectOnError says", async () => {
    const prefix = newPrefix()
    let asked = 0
    const reconnectOnError = () => {
      asked++
      return 2 as const
    }
    const store = await build(redisStore(new Redis(server.url, { lazyConnect: true, reconnectOnError }), { prefix }))
    await server.command("CONFIG", "SET", "min-replicas-to-write", "1")
    try {
      expect(await outcome(store.users.insert(person(1)))).toBe("StoreError")
      await expect.poll(() => outcome(store.users.find(userId(1)))).toBe(null)
    } finally {
      await server.command("CONFIG", "SET", "min-replicas-to-write", "0")
    }
    expect(asked, "times of the host").toBe(1)
    expect(await outcome(store.users.find(userId(1)))).toBe(null)
  })
})
