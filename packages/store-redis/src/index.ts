/** Latchkey's store on Redis. */

export type { Ioredis } from "./ioredis.ts"
export type { NodeRedis } from "./node-redis.ts"
export type { RedisTarget } from "./open-wire.ts"
export { type RedisFacts, redisFacts } from "./redis-facts.ts"
export type { RedisStoreOptions } from "./redis-options.ts"
export { redisStore } from "./redis-store.ts"
