import {
  AttemptRoom,
  type ChallengeStore,
  partNames,
  type SessionStore,
  Store,
  StoreError,
  type StoreLayer,
  type StoreParts,
  StoreProblem,
  type StoreShape,
  UsedParts,
  type UserStore
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { redisAttempts } from "./attempts.ts"
import { redisAudit } from "./audit.ts"
import { redisChallenges } from "./challenges.ts"
import { checkServers, type Lasting } from "./check-server.ts"
import { redisCodes } from "./codes.ts"
import { attempt, type Connection, makeConnection } from "./connection.ts"
import { checkKeyPrefix } from "./key-prefix.ts"
import { fieldOfHash, type Keys, makeKeys } from "./keys.ts"
import { LAYOUTS, type Layouts, openData, raiseLayout } from "./layout.ts"
import { checkTarget, openWire, type RedisTarget } from "./open-wire.ts"
import { checkOptions, type RedisStoreOptions } from "./redis-options.ts"
import { readSession } from "./session-text.ts"
import { redisSessions } from "./sessions.ts"
import { redisSettings } from "./settings.ts"
import { readToken } from "./token-text.ts"
import { redisTokens } from "./tokens.ts"
import { type UserChanges, userChanges } from "./user-changes.ts"
import { indexUsers } from "./user-index.ts"
import { readUser } from "./user-text.ts"
import { redisUsers } from "./users.ts"

/**
 * Keeps everything in Redis 6.2 or later: one server, a primary with Sentinels, or a cluster.
 *
 * Takes a url (which needs the package `redis`), or a client of node-redis 6 or ioredis 6. The store uses only
 * the client's settings: it opens its own connection, which never waits for a server that is away and never sends a command
 * twice, and closes it with the layer. Opening fails if no server answers within five seconds, or if a server is not safe
 * for the data that it would store (RDS-05).
 */
export const redisStore = (target: RedisTarget, options: RedisStoreOptions = {}): StoreLayer => {
  checkTarget(target)
  checkOptions(options)
  checkKeyPrefix(target, options.prefix)
  const keys = makeKeys(options.prefix ?? "latchkey")
  return Layer.effect(Store, openStore(target, options, keys, LAYOUTS))
}

/** Opens a store as a version that knows these layouts. */
export const openStore = Effect.fnUntraced(function* (
  target: RedisTarget,
  options: RedisStoreOptions,
  keys: Keys,
  layouts: Layouts
) {
  const used = yield* UsedParts
  const wire = yield* acquireWire(target)
  const count = options.waitForReplicas ?? 0
  const replicas = count === 0 ? null : { wire: yield* acquireWire(target), count }
  if (replicas !== null && replicas.wire.wait === null) return yield* cannotWait
  const warnings = yield* attempt("open", () =>
    checkServers(wire, {
      lasting: lastingOf(used),
      unsafeNoPersistence: options.unsafeNoPersistence ?? false
    })
  )
  for (const warning of warnings) yield* Effect.logWarning(warning)
  const db = makeConnection(wire, replicas)
  const data = yield* attempt("open", () => openData(db, keys.directory, layouts, used.has("users")))
  if (data.layout < layouts.written) yield* raiseData(db, keys, layouts)
  return storeOver(db, keys, userChanges(db, keys, data.incarnation ?? ""), yield* AttemptRoom)
})

/** Makes what older data lacks, in steps between which other processes are served. A start that is interrupted begins again. */
const raiseData = Effect.fnUntraced(function* (db: Connection, keys: Keys, layouts: Layouts) {
  const step = (after: string | null) => attempt("open", () => indexUsers(db, keys, after))
  for (let last = yield* step(null); last !== null; ) last = yield* step(last)
  yield* attempt("open", () => raiseLayout(db, keys.directory, layouts))
})

/**
 * The data of a part that cannot be recreated, in words; null if its loss costs at most a log-in. A challenge is one key, so a server
 * that evicts keys forgets all of it: a denial never turns into anything but a new start. A lost code may be a user's only way back to
 * their address, and a server that goes back to an older copy makes a used one new again. Lost settings would open what an administrator closed.
 */
const lasting: Readonly<Record<keyof StoreParts, Lasting | null>> = {
  users: "users live",
  tokens: "tokens live",
  codes: "one-time codes live",
  audit: "the audit log lives",
  settings: "settings live",
  sessions: null,
  challenges: null,
  attempts: null
}

const lastingOf = (used: ReadonlySet<keyof StoreParts>): Lasting | null =>
  partNames
    .filter((part) => used.has(part))
    .map((part) => lasting[part])
    .find((words) => words !== null) ?? null

const acquireWire = (target: RedisTarget) =>
  Effect.acquireRelease(
    Effect.tryPromise({ try: () => openWire(target), catch: (cause) => new StoreError({ operation: "open", cause }) }),
    ({ close }) => Effect.sync(close)
  )

const cannotWait = new StoreError({
  operation: "open",
  cause: new StoreProblem({
    message:
      "`waitForReplicas` needs a client from node-redis' createCluster: ioredis cannot send WAIT to the node of a key"
  })
})

const storeOver = (db: Connection, keys: Keys, changes: UserChanges, room: AttemptRoom): StoreShape => {
  const sessions = redisSessions(db, keys)
  const tokens = redisTokens(db, keys)
  const challenges = redisChallenges(db, keys)
  const codes = redisCodes(db, keys)
  const attempts = redisAttempts(db, keys, room)
  /** A sweep also completes what writers left undone. Every part does this, because in a mix the other parts may be swept elsewhere. */
  const sweeping =
    (sweep: SessionStore["removeExpired"]): SessionStore["removeExpired"] =>
    (before, limit) =>
      Effect.andThen(attempt("users.completeIntents", changes.completeIntents), sweep(before, limit))
  return {
    users: removingChallenges(redisUsers(db, keys, changes), challenges),
    sessions: { ...sessions, removeExpired: sweeping(sessions.removeExpired) },
    tokens: { ...tokens, removeExpired: sweeping(tokens.removeExpired) },
    challenges: { ...challenges, removeExpired: sweeping(challenges.removeExpired) },
    codes: { ...codes, removeExpired: sweeping(codes.removeExpired) },
    attempts: { ...attempts, removeExpired: sweeping(attempts.removeExpired) },
    audit: redisAudit(db, keys),
    settings: redisSettings(db, keys),
    lookupSession: (owner, hash) => {
      const at = keys.ofOwner(owner)
      return attempt("lookupSession", async () => {
        const asked = [db.read("GET", at.user), db.read("HGET", at.sessions, fieldOfHash(hash))]
        const [userText, sessionText] = await Promise.all(asked)
        const user = readUser(owner, userText)
        const session = readSession(owner, sessionText)
        if (user === null || session === null) return null
        if (session.epoch <= user.epoch) return { user, session }
        // The session was moved to a new epoch between the two reads.
        const newer = readUser(owner, await db.read("GET", at.user))
        return newer === null ? null : { user: newer, session }
      })
    },
    lookupToken: (owner, hash) => {
      const at = keys.ofOwner(owner)
      return attempt("lookupToken", async () => {
        const asked = [db.read("GET", at.user), db.read("HGET", at.tokens, fieldOfHash(hash))]
        const [userText, tokenText] = await Promise.all(asked)
        const user = readUser(owner, userText)
        const token = readToken(owner, tokenText)
        return user === null || token === null ? null : { user, token }
      })
    }
  }
}

/**
 * A user's challenges are spread over all groups, so they go in steps after the user. If a step fails, the removal stands, and is told
 * as done: what is left opens nothing without the user, and goes by its own end.
 */
const removingChallenges = (users: UserStore, challenges: Pick<ChallengeStore, "removeAll">): UserStore => ({
  ...users,
  remove: (id, proof) =>
    Effect.tap(users.remove(id, proof), (isRemoved) =>
      // When a proof did not fit, the user is still there.
      isRemoved || proof === null
        ? Effect.catchTag(challenges.removeAll(id), "StoreError", ({ logFields }) =>
            Effect.logWarning("CLI logins of a removed user lead to nothing, but stay stored until they end", {
              ...logFields,
              user: id
            })
          )
        : Effect.void
    )
})
