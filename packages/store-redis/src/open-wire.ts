import { type Ioredis, openIoredis } from "./ioredis.ts"
import { type NodeRedis, openNodeRedis } from "./node-redis.ts"
import type { Wire } from "./wire.ts"

/** A url, or a client whose settings the store's own connection takes over. */
export type RedisTarget = string | NodeRedis | Ioredis

export const openWire = async (target: RedisTarget): Promise<Wire> => {
  if (typeof target !== "string") return "call" in target ? openIoredis(target) : openNodeRedis(target)
  return openNodeRedis(clientOf(await nodeRedis(), target))
}

/** What the client says of a url that it cannot read holds that url, and with it a password. */
const clientOf = ({ createClient }: Pick<typeof import("redis"), "createClient">, url: string): NodeRedis => {
  try {
    return createClient({ url })
  } catch {
    throw new Error(
      "the url for redisStore cannot be read: it looks like redis://user:password@host:6379/0, each part encoded"
    )
  }
}

/** Loaded only for a url, so that a host with ioredis need not install it. Some bundlers leave nothing of it but the default. */
const nodeRedis = async (): Promise<Pick<typeof import("redis"), "createClient">> => {
  const loaded: NodeRedisModule = await import("redis").catch((cause: unknown) => {
    throw new Error("redisStore with a url needs the package redis: npm install redis", { cause })
  })
  return loaded.default ?? loaded
}

type NodeRedisModule = typeof import("redis") & { readonly default?: typeof import("redis") }
