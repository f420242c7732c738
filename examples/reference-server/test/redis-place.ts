import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import { ask, type Command, contents } from "../../../packages/store-redis/test/commands.ts"
import { type RedisServer, startRedis } from "../../../packages/store-redis/test/servers.ts"
import { newFolder } from "./folders.ts"
import type { Place } from "./place.ts"

let started: RedisServer | undefined
let databases = 0

/** Starts one Redis for all tests of the file, as the store asks for it; each place is a database on it. */
export const useRedis = (): void => {
  beforeAll(async () => {
    started = await startRedis({ appendonly: true, args: ["--databases", "1000"] })
  })
  afterAll(() => started?.close())
}

/** The file's Redis. */
export const redis = (): RedisServer => {
  if (started === undefined) throw new Error("this is no project of Redis")
  return started
}

/** A database of its own on the file's Redis. */
export const newRedisPlace = (): Place => {
  const { url, folder } = redis()
  const store = `${url}/${databases++}`
  const one = async (...command: Command) => (await ask(store, command))[0]
  const keys = async (pattern: string) => [await one("KEYS", pattern)].flat().map(String)
  return {
    folder: newFolder(),
    store,
    count: async (what) => {
      if (what === "users") return Number(await one("ZCARD", "{latchkey}:users"))
      if (what === "log-ins") return Number(await one("ZCARD", "{latchkey:audit}:type:login.succeeded"))
      const lengths = await Promise.all((await keys("{latchkey:??}:sessions:*")).map((key) => one("HLEN", key)))
      return lengths.reduce((sum: number, length) => sum + Number(length) / 2, 0)
    },
    isSound: async () => {
      const listed = await one("ZRANGE", "{latchkey}:users", "0", "-1")
      const there = (await keys("{latchkey:??}:user:*")).map((key) => key.split(":").at(-1))
      return String(there.sort()) === String(listed) && (await one("HLEN", "{latchkey}:intents")) === 0
    },
    breakSessions: async () => {
      const broken = await keys("{latchkey:??}:sessions:*")
      await ask(store, ...broken.flatMap((key) => [["RENAME", key, `${key}.`] as const, ["SET", key, "no session"]]))
      return async () => void (await ask(store, ...broken.map((key) => ["RENAME", `${key}.`, key])))
    },
    // While tokens are used and nothing else is done, nothing else is written into a hash.
    countUses: async () => {
      const written = async () =>
        Number(/^cmdstat_hset:calls=(\d+)/m.exec(String(await one("INFO", "commandstats")))?.[1] ?? 0)
      const before = await written()
      return async () => (await written()) - before
    },
    dump: async () => JSON.stringify(await contents(store)),
    bytes: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"))
        .join("")
  }
}
