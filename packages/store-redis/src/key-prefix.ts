import type { RedisTarget } from "./open-wire.ts"

/** Where the clients have it: ioredis and its clusters, `createClient`, and the other two of node-redis. */
interface Prefixed {
  readonly options?: {
    readonly keyPrefix?: unknown
    readonly redisOptions?: { readonly keyPrefix?: unknown }
  }
  readonly _keyPrefix?: unknown
}

/**
 * Throws for a client with a `keyPrefix` and a store without a prefix of its own. No key of the store begins with what the client puts
 * before keys, because a hash tag has to come first (RDS-01). So two applications that count on it to keep apart would share their users.
 */
export const checkKeyPrefix = (target: RedisTarget, prefix: string | undefined): void => {
  if (typeof target === "string" || prefix !== undefined) return
  const { options, _keyPrefix } = target as Prefixed
  const found = [options?.keyPrefix, options?.redisOptions?.keyPrefix, _keyPrefix].find(Boolean)
  if (found === undefined) return
  const name =
    String(found)
      .replace(/[^\w.:-]/g, "")
      .replace(/:+$/, "") || "my-app"
  throw new Error(
    `the client has the keyPrefix ${JSON.stringify(String(found))}, which the store does not use: ` +
      `give the store a prefix of its own, redisStore(client, { prefix: "${name}" })`
  )
}
