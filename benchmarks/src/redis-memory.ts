import { samples } from "@latchkey/conformance/store"
import {
  type CodePurpose,
  type NewCode,
  type NewSession,
  type NewToken,
  SecretHash,
  SessionId,
  Store,
  type StoreShape,
  TokenId,
  UserId
} from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { createClient } from "redis"
import { startRedis } from "../../packages/store-redis/test/servers.ts"

/**
 * Measures how much memory Redis takes for each thing that the store keeps there: many of one kind are added, and what the
 * server uses more is shared out among them, indexes and all. `npm run redis-memory [-- url]`; without a url it starts a
 * server of its own, and on yours it removes again what it added.
 */
const MANY = 20_000
const AT_ONCE = 200

const [given] = process.argv.slice(2)
const server = given === undefined ? await startRedis() : null
const url = server?.url ?? given ?? ""
const prefix = `latchkey-memory-${process.pid}`

/** As long as the values that core makes. */
const id = (kind: number, n: number): string =>
  `0199c0de-${kind.toString(16).padStart(4, "0")}-7000-8000-${n.toString(16).padStart(12, "0")}`
const hash = (kind: number, n: number): string => (kind * 2 ** 32 + n).toString(16).padStart(64, "0")
const phc = `$argon2id$v=19$m=19456,t=2,p=1$${"s".repeat(22)}$${"h".repeat(43)}`

const now = Date.now()
const hour = 3_600_000
const userOf = (n: number) => UserId(id(1, n))

const session = (kind: number, n: number, owner: UserId): NewSession => ({
  hash: SecretHash(hash(kind, n)),
  session: {
    id: SessionId(id(kind, n)),
    userId: owner,
    kind: "browser",
    epoch: 1,
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    idleExpiresAt: now + hour,
    expiresAt: now + 12 * hour,
    ip: null,
    userAgent: null,
    impersonation: null,
    data: null,
    dataVersion: 0
  }
})

const step = { at: now, most: 10, replaced: null, keep: "losable" as const }

/** The kind of those that came from another system. */
const IMPORTED = 8

const token = (kind: number, n: number, owner: UserId): NewToken => ({
  hash: SecretHash(hash(kind, n)),
  token: {
    id: TokenId(id(kind, n)),
    userId: owner,
    name: "deploy from CI",
    hint: "aB3x",
    scopes: ["packages:read", "packages:write"],
    epoch: 1,
    createdAt: now,
    expiresAt: now + 90 * 24 * hour,
    lastUsedAt: now,
    replacedBy: null,
    isImported: kind === IMPORTED
  }
})

const code = (kind: number, n: number, userId: UserId, purpose: CodePurpose): NewCode => {
  const canonical = `person.${100_000 + n}@example.org`
  const times = { createdAt: now, expiresAt: now + hour, usedAt: null }
  const email = { typed: canonical, canonical }
  return {
    hash: SecretHash(hash(kind, n)),
    code: { userId, purpose, email, ownEmail: canonical, epoch: 1, ...times }
  }
}

type Add = (store: StoreShape, n: number) => Effect.Effect<unknown, unknown>

const kinds: Readonly<Record<string, Add>> = {
  "a user, with a username and an e-mail address": ({ users }, n) => {
    const [username, email] = [`person.${100_000 + n}`, `person.${100_000 + n}@example.org`]
    const row = samples.sampleUser(n, { id: userOf(n), username, email, isVerified: true, lastLoginAt: now })
    return users.insert({ ...row, passwordHash: phc })
  },
  "the first session of a user": ({ sessions }, n) => sessions.insert(session(2, n, userOf(n)), samples.plenty),
  "each further session of the same user": ({ sessions }, n) =>
    sessions.insert(session(3, n, userOf(n)), samples.plenty),
  "the first personal access token of a user": ({ tokens }, n) => tokens.insert(token(6, n, userOf(n)), MANY),
  "each further token of the same user": ({ tokens }, n) => tokens.insert(token(7, n, userOf(n)), MANY),
  "each further token, imported": ({ tokens }, n) => tokens.import(token(IMPORTED, n, userOf(n))),
  "the first one-time code of a user": ({ codes }, n) => codes.insert(code(10, n, userOf(n), "verify"), "replace"),
  "each further one of the same user, for another purpose": ({ codes }, n) =>
    codes.insert(code(11, n, userOf(n), "reset"), "replace"),
  "a bucket of attempts, for minutes": ({ attempts }, n) => {
    const limit = { free: 10, delay: 1_000, longest: 15 * 60_000, forget: 15 * 60_000 }
    return attempts.hit([{ key: hash(4, n), limit }], now)
  },
  "the first device or network that is known of a user": ({ attempts }, n) =>
    attempts.trust({ account: hash(5, n), key: hash(8, n), until: now + 400 * 24 * hour }, step),
  "each further one of the same user": ({ attempts }, n) =>
    attempts.trust({ account: hash(5, n), key: hash(9, n), until: now + 400 * 24 * hour }, step),
  "an audit record, such as of a log-in": ({ audit }, n) => {
    const credential = `session:${id(2, n)}`
    const about = {
      at: now,
      actor: userOf(n),
      subject: userOf(n),
      credential,
      actedWith: null,
      ip: null,
      userAgent: null,
      request: null
    }
    return audit.append({ event: { type: "login.succeeded", details: { method: "form" }, ...about }, link: null })
  }
}

const redis = await createClient({ url, RESP: 2 }).connect()

const fact = async (section: string, name: string): Promise<string> =>
  new RegExp(`^${name}:(.*)\r$`, "m").exec(await redis.info(section))?.[1] ?? ""

const measure = Effect.fnUntraced(function* (store: StoreShape, add: Add) {
  const used = () => Effect.promise(async () => Number(await fact("memory", "used_memory")))
  const before = yield* used()
  const all = Array.from({ length: MANY }, (_, n) => add(store, n))
  yield* Effect.all(all, { concurrency: AT_ONCE, discard: true })
  return Math.round(((yield* used()) - before) / MANY)
})

const measureAll = Effect.gen(function* () {
  const store = yield* Store
  console.log(`bytes each, of ${MANY} on Redis ${yield* Effect.promise(() => fact("server", "redis_version"))}\n`)
  for (const [name, add] of Object.entries(kinds)) {
    console.log(`${String(yield* measure(store, add)).padStart(6)}  ${name}`)
  }
})

try {
  const store = redisStore(url, { prefix, unsafeNoPersistence: true })
  await Effect.runPromise(Effect.scoped(Effect.provide(measureAll, store)))
} finally {
  if (server === null) {
    for await (const keys of redis.scanIterator({ MATCH: `{${prefix}*`, COUNT: 1_000 })) {
      if (keys.length > 0) await redis.unlink(keys)
    }
  }
  redis.destroy()
  await server?.close()
}
