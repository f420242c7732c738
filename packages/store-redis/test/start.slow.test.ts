import { inspect } from "node:util"
import { mixStores, type StoreLayer, type StoreProblem } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import { type RedisStoreOptions, type RedisTarget, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { Cluster, Redis } from "ioredis"
import { createClient, createCluster } from "redis"
import { describe, expect, onTestFinished, test } from "vitest"
import { checkServers, type Demands } from "../src/check-server.ts"
import { startCluster } from "./clusters.ts"
import { freePort } from "./launched.ts"
import { askAll } from "./outages.ts"
import { admin, plenty, session, userId, wholeList } from "./samples.ts"
import { type RedisOptions, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { prepare, reading } from "./verbs.ts"

const startServer = async (options: RedisOptions = {}) => {
  const server = await startRedis(options)
  onTestFinished(server.close)
  return server
}

/** Starts a store and closes it; gives what it warned of, or why it did not start. */
const started = (
  layer: StoreLayer
): Promise<{ readonly warnings: ReadonlyArray<string> } | { readonly why: string }> => {
  const warnings: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    if (logLevel === "Warn") warnings.push(String(message))
  })
  return Effect.runPromise(
    Effect.scoped(Layer.build(layer)).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.match({
        onSuccess: () => ({ warnings }),
        onFailure: ({ operation, cause }) => ({
          why: `${operation}: ${cause instanceof Error ? cause.message : cause}`
        })
      })
    )
  )
}

const storeOn = (target: RedisTarget, options: RedisStoreOptions = {}) =>
  redisStore(target, { prefix: newPrefix(), ...options })

const inMemory = { unsafeNoPersistence: true }

describe.runIf(hasRedis)("a home for users", () => {
  test("RDS-05 a server with a log that evicts nothing is one", async () => {
    const server = await startServer({ appendonly: true })
    expect(await started(storeOn(server.url))).toEqual({ warnings: [] })
  })

  test("RDS-05 a server without a log is none, unless that is said to be fine", async () => {
    const server = await startServer()
    expect(await started(storeOn(server.url))).toEqual({ why: expect.stringMatching(/^open: .*appendonly/) })
    expect(await started(storeOn(server.url, inMemory))).toEqual({ warnings: [] })
  })

  test.each(["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl", "volatile-random"])(
    "RDS-05 X06 a server that evicts by %s is none, whatever is said of persistence",
    async (policy) => {
      const server = await startServer({ appendonly: true, policy })
      const why = expect.stringMatching(new RegExp(`^open: .*${policy}.*noeviction`))
      expect(await started(storeOn(server.url))).toEqual({ why })
      expect(await started(storeOn(server.url, inMemory))).toEqual({ why })
    }
  )

  test("RDS-05 one node of a cluster that forgets makes the cluster none", async () => {
    const cluster = await startCluster({ appendonly: true })
    onTestFinished(cluster.close)
    const target = () => new Cluster([...cluster.urls], { lazyConnect: true })
    expect(await started(storeOn(target()))).toEqual({ warnings: [] })
    await cluster.nodes[2]?.command("CONFIG", "SET", "appendonly", "no")
    expect(await started(storeOn(target()))).toEqual({ why: expect.stringContaining("appendonly") })
    // A client of one server would be sent away by the others.
    expect(await started(storeOn(cluster.urls[0] ?? "", inMemory))).toEqual({
      why: expect.stringContaining("createCluster")
    })
  })
})

describe.runIf(hasRedis)("a home for sessions, challenges and attempts alone", () => {
  test("RDS-05 a server without a log is one", async () => {
    const server = await startServer()
    const sessions = storeOn(server.url)
    const parts = { sessions, challenges: sessions, attempts: sessions }
    expect(await started(mixStores(memoryStore(), parts))).toEqual({ warnings: [] })
  })

  test("RDS-05 a server that evicts is one, with a warning", async () => {
    const server = await startServer({ policy: "allkeys-lru" })
    const sessions = storeOn(server.url)
    const warnings = [expect.stringMatching(/CLI logins.*allkeys-lru.*noeviction/)]
    expect(await started(mixStores(memoryStore(), { sessions, challenges: sessions }))).toEqual({ warnings })
  })

  test.each([
    ["users", "users live"],
    ["tokens", "tokens live"],
    ["codes", "one-time codes live"],
    ["audit", "the audit log lives"],
    ["settings", "settings live"]
  ] as const)("RDS-05 but for %s it is none", async (part, said) => {
    const server = await startServer({ policy: "allkeys-lru" })
    const why = expect.stringMatching(new RegExp(`^open: ${said} here.*noeviction`))
    expect(await started(mixStores(memoryStore(), { [part]: storeOn(server.url, inMemory) }))).toEqual({ why })
  })

  test("SES-08 sessions here and users elsewhere work together", async () => {
    const server = await startServer()
    const store = await build(mixStores(memoryStore(), { sessions: storeOn(server.url) }))
    await Effect.runPromise(prepare(store))
    const one = session(1, userId(1))
    expect(await outcome(store.lookupSession(userId(1), one.hash))).toEqual({
      user: admin(1).user,
      session: one.session
    })
    await Effect.runPromise(store.users.remove(userId(2), null))
    expect(await outcome(store.sessions.list(userId(2), one.session.createdAt, wholeList))).toEqual([])
    const keys = Object.keys(await server.contents())
    expect(keys.filter((key) => !/\}:(?:sessions:|session-ends$|layout$)/.test(key))).toEqual([])
  })
})

describe("the version of a server", () => {
  const judged = (info: string, demands: Demands = { lasting: "users live", unsafeNoPersistence: false }) =>
    checkServers(
      {
        isCluster: false,
        send: async () => null,
        wait: null,
        renew: () => {},
        primaries: async () => [async () => info],
        close: () => {}
      },
      demands
    )
  const infoOf = (version: string) =>
    [
      "# Server",
      `redis_version:${version}`,
      "redis_mode:standalone",
      "aof_enabled:1",
      "maxmemory_policy:noeviction",
      ""
    ].join("\r\n")

  test.each(["2.8.24", "5.0.14", "6.0.16", "6.1.9", "0.0", ""])("%s is refused", async (version) => {
    await expect(judged(infoOf(version))).rejects.toThrow("6.2")
  })
  test.each(["6.2.0", "6.2.14", "7.0.15", "7.4.0", "8.0.1", "10.0.0", "255.255.255"])(
    "%s is accepted",
    async (version) => {
      expect(await judged(infoOf(version))).toEqual([])
    }
  )
})

describe("a server that is not there", () => {
  test("fails the start within its time, and says what to look at", async () => {
    const start = performance.now()
    const answer = await started(storeOn(`redis://127.0.0.1:${await freePort()}`))
    expect(answer).toEqual({ why: expect.stringMatching(/^open: .*(?:running|address)/) })
    expect(performance.now() - start, "milliseconds").toBeLessThan(6_000)
  })

  test("AUD-02 and its password is in no error", async () => {
    const url = `redis://ada:the-password@127.0.0.1:${await freePort()}`
    const targets = [url, new Redis(url, { lazyConnect: true })]
    const refused = targets.map((target) => Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(storeOn(target))))))
    for (const error of await Promise.all(refused)) {
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("the-password")
    }
  })
})

describe.runIf(hasRedis)("a server that cannot be used as it was asked for", () => {
  const reasonFor = async (target: RedisTarget): Promise<string> => {
    const answer = await started(storeOn(target, inMemory))
    return "why" in answer ? answer.why : "it started"
  }
  const clients = {
    "a url": (url: string) => url,
    "node-redis": (url: string) => createClient({ url }),
    ioredis: (url: string) => new Redis(url, { lazyConnect: true })
  }

  test.each(Object.entries(clients))(
    "a database that it does not have is told, and no other is used: %s",
    async (_, client) => {
      const server = await startServer()
      expect(await reasonFor(client(`${server.url}/99`))).toMatch(
        /\(ERR DB index is out of range\): it has no database with the number/
      )
      expect(await server.contents()).toEqual({})
    }
  )

  test.each(Object.entries(clients))("a url for TLS to a server without is told: %s", async (_, client) => {
    const server = await startServer()
    const url = server.url.replace("redis:", "rediss:")
    expect(await reasonFor(client(url))).toMatch(
      /whether it speaks TLS: then the url begins with rediss, else with redis$/
    )
  })

  test("a server with too many clients is told", async () => {
    const server = await startServer()
    const other = await createClient({ url: server.url }).connect()
    onTestFinished(() => other.destroy())
    await other.sendCommand(["CONFIG", "SET", "maxclients", "1"])
    expect(await reasonFor(server.url)).toMatch(
      /it serves as many clients as it may: close some, or raise its setting maxclients$/
    )
  })
})

describe("the cause of a start that failed", () => {
  const causeOf = async (target: RedisTarget): Promise<unknown> => {
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(storeOn(target)))))
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("the-password")
    return (error.cause as StoreProblem).cause
  }

  test("is what the system said", async () => {
    const port = await freePort()
    const cause = await causeOf(`redis://ada:the-password@127.0.0.1:${port}`)
    expect(cause).toMatchObject({ code: "ECONNREFUSED", message: `connect ECONNREFUSED 127.0.0.1:${port}` })
  })

  test.runIf(hasRedis)("AUD-02 is nothing that a server said, which may repeat the password", async () => {
    const server = await startServer()
    expect(await causeOf(server.url.replace("redis://", "redis://ada:the-password@"))).toBeUndefined()
  })

  test("AUD-02 is no url that a client attached", async () => {
    expect(await causeOf(createCluster({ rootNodes: [{ url: "redis://:the-password@x:99999" }] }))).toBeUndefined()
  })
})

describe.runIf(hasRedis)("a host's own client", () => {
  test("node-redis: goes on as it was when the store is closed, connected or not", async () => {
    const server = await startServer()
    const client = createClient({ url: server.url })
    client.on("error", () => {})
    expect(await started(storeOn(client, inMemory))).toEqual({ warnings: [] })
    expect(client.isOpen).toBe(false)
    await client.connect()
    onTestFinished(() => client.destroy())
    expect(await started(storeOn(client, inMemory))).toEqual({ warnings: [] })
    expect(await client.ping()).toBe("PONG")
  })

  test("ioredis: goes on as it was when the store is closed, connected or not", async () => {
    const server = await startServer()
    const client = new Redis(server.url, { lazyConnect: true })
    onTestFinished(() => client.disconnect())
    expect(await started(storeOn(client, inMemory))).toEqual({ warnings: [] })
    expect(client.status).toBe("wait")
    await client.connect()
    expect(await started(storeOn(client, inMemory))).toEqual({ warnings: [] })
    expect(await client.ping()).toBe("PONG")
  })

  test("settings that change what a host's commands say do not reach the store", async () => {
    const server = await startServer()
    const asBytes = createClient({ url: server.url, RESP: 2, commandOptions: { typeMapping: { 36: Buffer } } })
    const asText = new Redis(server.url, {
      lazyConnect: true,
      stringNumbers: true,
      replyMapping: "resp3",
      keyPrefix: "host:"
    })
    const prefix = newPrefix()
    const store = await build(redisStore(server.url, { prefix, ...inMemory }))
    await Effect.runPromise(prepare(store))
    const expected = await askAll(store, reading)
    expect(Object.values(expected)).not.toContain("StoreError")
    for (const target of [asBytes, asText]) {
      expect(await askAll(await build(redisStore(target, { prefix, ...inMemory })), reading)).toEqual(expected)
    }
  })

  test("AUD-02 an error holds no command, and so no hash", async () => {
    const server = await startServer()
    const store = await build(storeOn(new Redis(server.url, { lazyConnect: true }), inMemory))
    await server.command("CONFIG", "SET", "maxmemory", "1")
    const error = await Effect.runPromise(Effect.flip(store.sessions.insert(session(7, userId(1)), plenty)))
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(session(7, userId(1)).hash)
  })

  test("closing the store closes what it opened", async () => {
    const server = await startServer()
    const connections = async () =>
      String(await server.command("CLIENT", "LIST"))
        .trim()
        .split("\n").length
    const before = await connections()
    for (const target of [
      server.url,
      createClient({ url: server.url }),
      new Redis(server.url, { lazyConnect: true })
    ]) {
      await started(storeOn(target, inMemory))
    }
    await expect.poll(connections).toBe(before)
  })
})

test.each([
  "redis://app:hunter2@",
  "http://app:hunter2@localhost",
  "redis://app:hunter2@localhost:x",
  "redis://a:hunter2@h/db"
])("ERR-03 the url %s is refused in words that do not repeat it", async (url) => {
  const opened = Effect.scoped(Layer.build(redisStore(url)))
  const failure = await Effect.runPromise(Effect.flip(opened))
  expect(inspect(failure, { depth: 9 })).toContain("redis://user:password@host")
  expect(inspect(failure, { depth: 9 })).not.toContain("hunter2")
})
