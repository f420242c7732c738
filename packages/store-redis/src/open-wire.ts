import { StoreProblem, wordsFor } from "@latchkey/core/store"
import { type Ioredis, openIoredis } from "./ioredis.ts"
import { type NodeRedis, openNodeRedis } from "./node-redis.ts"
import type { Wire } from "./wire.ts"

/** A url, or a client whose settings the store uses for its own connection. */
export type RedisTarget = string | NodeRedis | Ioredis

/** Throws for what is neither a url nor a client, such as a variable of the environment that is not set. */
export const checkTarget = (target: unknown): void => {
  if (typeof target === "string" ? target.trim() !== "" : isClient(target)) return
  throw new Error(
    'redisStore needs the text of a url, such as "redis://localhost:6379", or a client, such as createClient({ url }) of redis or ' +
      `new Redis(url) of ioredis, not ${shown(target)}`
  )
}

const isClient = (target: unknown): boolean =>
  typeof target === "object" &&
  target !== null &&
  "duplicate" in target &&
  ("call" in target || "sendCommand" in target)

const shown = (target: unknown): string => {
  if (typeof target === "string") return target === "" ? "an empty text" : "blanks"
  if (typeof target !== "object" || target === null || Array.isArray(target)) return wordsFor(target)
  return "then" in target ? "a promise of one: await it first" : "an object that is neither"
}

export const openWire = async (target: RedisTarget): Promise<Wire> => {
  if (typeof target !== "string") return "call" in target ? openIoredis(target) : openNodeRedis(target)
  return openNodeRedis(clientOf(await nodeRedis(), target))
}

/** The client's own error for an invalid url contains the url, and with it the password. */
const clientOf = ({ createClient }: Pick<typeof import("redis"), "createClient">, url: string): NodeRedis => {
  try {
    return createClient({ url })
  } catch {
    throw new StoreProblem({
      message:
        "the url for redisStore is not valid: write redis://user:password@host:6379/0, with each part url-encoded"
    })
  }
}

/** Loaded only for a url, so that a host with ioredis need not install it. Some bundlers keep only the default export. */
const nodeRedis = async (): Promise<Pick<typeof import("redis"), "createClient">> => {
  const loaded: NodeRedisModule = await import("redis").catch((cause: unknown) => {
    throw new StoreProblem({ message: "redisStore with a url needs the package `redis`: run npm install redis", cause })
  })
  return loaded.default ?? loaded
}

type NodeRedisModule = typeof import("redis") & { readonly default?: typeof import("redis") }
