import { type Ioredis, openIoredis } from "./ioredis.ts"
import { type NodeRedis, openNodeRedis } from "./node-redis.ts"
import type { Wire } from "./wire.ts"

/** A url, or a client whose settings the store's own connection takes over. */
export type RedisTarget = string | NodeRedis | Ioredis

export const openWire = async (target: RedisTarget): Promise<Wire> => {
  if (typeof target !== "string") return "call" in target ? openIoredis(target) : openNodeRedis(target)
  const { createClient } = await nodeRedis()
  return openNodeRedis(createClient({ url: target }))
}

/** Loaded only for a url, so that a host with ioredis need not install it. Some bundlers leave nothing of it but the default. */
const nodeRedis = async (): Promise<Pick<typeof import("redis"), "createClient">> => {
  const loaded: NodeRedisModule = await import("redis").catch((cause: unknown) => {
    throw new Error("redisStore with a url needs the package redis: npm install redis", { cause })
  })
  return loaded.default ?? loaded
}

type NodeRedisModule = typeof import("redis") & { readonly default?: typeof import("redis") }
