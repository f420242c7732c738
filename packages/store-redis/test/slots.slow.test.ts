import { type RedisTarget, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { Cluster } from "ioredis"
import { createClient, createCluster } from "redis"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type RedisCluster, startCluster } from "./clusters.ts"
import { until } from "./commands.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { firstAdmin, prepare, reading, removing, writing } from "./verbs.ts"

let cluster: RedisCluster
beforeAll(async () => {
  if (hasRedis) cluster = await startCluster()
})
afterAll(() => cluster?.close())

/** One command that a node ran: of a client, or of a script, which names itself `lua`. */
interface Ran {
  readonly byScript: boolean
  readonly words: ReadonlyArray<string>
}

/** Writes down all that the nodes run; a function that gives what they ran so far. */
const monitored = async (): Promise<() => Promise<ReadonlyArray<ReadonlyArray<Ran>>>> => {
  const logs = await Promise.all(
    cluster.urls.map(async (url) => {
      const client = createClient({ url })
      client.on("error", () => {})
      await client.connect()
      onTestFinished(() => client.destroy())
      const ran: Array<Ran> = []
      await client.monitor((reply) => ran.push(read(String(reply))))
      return ran
    })
  )
  return async () => {
    // The log of a node is complete once it has a last command of ours.
    const end = crypto.randomUUID()
    await Promise.all(cluster.nodes.map(({ command }) => command("ECHO", end)))
    await until(async () => logs.every((log) => log.some(({ words }) => words.includes(end))))
    return logs
  }
}

/** `1700000000.123456 [0 127.0.0.1:5000] "GET" "key"`, or `[0 lua]`. */
const read = (line: string): Ran => ({
  byScript: /^\S+ \[\d+ lua\]/.test(line),
  words: Array.from(line.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, word = ""]) => word)
})

/** A key's hash tag: two keys are in one slot, whatever the cluster, if they have the same. */
const tagOf = (key: string): string => /^\{([^}]+)\}/.exec(key)?.[1] ?? `none: ${key}`

/** The keys of a command; those of scripts and streams stand elsewhere than first. */
const keysOf = ([name = "", ...words]: ReadonlyArray<string>): ReadonlyArray<string> =>
  /^evalsha$|^eval$/i.test(name) ? words.slice(2, 2 + Number(words[1])) : words.slice(0, 1)

/** What takes longer the more a server holds, or is not about keys. */
const slow = /^(?:keys|scan|sscan|zscan|flushall|flushdb|sort|smembers|randomkey|dbsize)$/i

const ours = (prefix: string, { words }: Ran): boolean => words.some((word) => word.includes(prefix))

describe.runIf(hasRedis).each<[string, (urls: ReadonlyArray<string>) => RedisTarget]>([
  ["node-redis", (urls) => createCluster({ rootNodes: urls.map((url) => ({ url })) })],
  ["ioredis", (urls) => new Cluster([...urls], { lazyConnect: true })]
])("on a cluster, with %s", (_, target) => {
  test("RDS-08 each script keeps to the slot of the keys it is given, and no command walks over all keys", async () => {
    const prefix = newPrefix()
    const store = await build(redisStore(target(cluster.urls), { prefix, unsafeNoPersistence: true }))
    const log = await monitored()
    for (const verb of Object.values(firstAdmin)) expect(await outcome(verb(store))).toBe(true)
    await Effect.runPromise(prepare(store))
    for (const [name, verb] of Object.entries({ ...reading, ...writing, ...removing })) {
      expect(await outcome(verb(store)), name).not.toBe("StoreError")
    }
    for (const node of await log()) {
      let tag = ""
      for (const ran of node.filter((each) => ours(prefix, each))) {
        const keys = keysOf(ran.words)
        if (!ran.byScript) tag = tagOf(keys[0] ?? "")
        expect(keys.map(tagOf), ran.words.join(" ")).toEqual(keys.map(() => tag))
        expect(ran.words[0]).not.toMatch(slow)
      }
    }
  })
})
