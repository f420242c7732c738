import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { challengeSamples, codeSamples, samples } from "@latchkey/conformance/store"
import {
  type AuditEvent,
  ChallengeId,
  SecretHash,
  SessionId,
  Store,
  type StoreShape,
  TokenId,
  UserId
} from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { startRedis } from "../../packages/store-redis/test/servers.ts"

/**
 * How long one call keeps everybody else waiting, on the most data that one user can cause: with SQLite how long the process
 * works without a pause, with Redis how long its slowest command takes. The best of five rounds, because other programs disturb.
 * `npm run longest-statement [-- users]`.
 */
const USERS = Number(process.argv[2] ?? 10_000)
const SESSIONS = [100, 1_000, 10_000]
const TOKENS = 1_000
const RECORDS = 10_000
const CHALLENGES = 10_000
const CHALLENGES_OF_USER = 100
const ROUNDS = 5

const now = Date.now()
const hour = 3_600_000
const id = (kind: number, n: number): string =>
  `0199c0de-${kind.toString(16).padStart(4, "0")}-7000-8000-${n.toString(16).padStart(12, "0")}`
const hash = (kind: number, n: number) => SecretHash((kind * 2 ** 32 + n).toString(16).padStart(64, "0"))
const owner = UserId(id(1, 1))

const session = (kind: number, n: number) => ({
  hash: hash(kind, n),
  session: {
    ...samples.sampleSession(n, owner).session,
    id: SessionId(id(kind, n)),
    createdAt: now + n,
    idleExpiresAt: now + hour,
    expiresAt: now + 12 * hour
  }
})

const token = (n: number) => {
  const made = { id: TokenId(id(9, n)), createdAt: now + n, expiresAt: now + 90 * 24 * hour }
  return { hash: hash(9, n), token: { ...samples.sampleToken(n, owner).token, ...made } }
}

const event = (n: number): AuditEvent => {
  const about = {
    at: now,
    actor: owner,
    subject: owner,
    credential: null,
    actedWith: null,
    ip: null,
    userAgent: null,
    request: null
  }
  return n % 1_000 === 0
    ? { type: "user.changed", details: { changes: [] }, ...about }
    : { type: "login.succeeded", details: { method: "form" }, ...about }
}

const challenge = (n: number) => ({
  ...challengeSamples.sampleChallenge(n, {
    id: ChallengeId(id(11, n)),
    codeHash: hash(12, n),
    createdAt: now + n,
    expiresAt: now + hour,
    keptUntil: now + 2 * hour,
    pace: { interval: 5_000, step: 5_000, nextPollAt: now }
  }),
  secretHash: hash(11, n)
})

const challengeSecret = (n: number) => ({ id: ChallengeId(id(11, n)), hash: hash(11, n) })

const ownerOf = (n: number): UserId => UserId(id(1, n + 2))

const code = (n: number, kind = 13) => ({
  hash: hash(kind, n),
  code: { ...codeSamples.sampleCode(n, ownerOf(n)).code, createdAt: now, expiresAt: now + hour }
})

type Call = (store: StoreShape, round: number) => Effect.Effect<unknown, { readonly _tag: string }>
type Measured = (what: string, call: Call) => Effect.Effect<void, unknown>
type Measure = (call: Call, store: StoreShape, rounds?: number) => Effect.Effect<number, unknown>

const many = (count: number, add: (n: number) => Effect.Effect<unknown, unknown>) =>
  Effect.forEach(Array.from({ length: count }), (_, n) => add(n), { concurrency: 200, discard: true })

const page = { after: null, limit: 101 }

/** The calls on the data that was made, in an order in which none takes away what a later one needs. */
const measureAll = Effect.fnUntraced(function* (name: string, longest: Measure) {
  const store = yield* Store
  const { users, sessions, tokens, audit } = store
  const tell = (what: string, milliseconds: number) =>
    console.log(`${name.padEnd(8)}${milliseconds.toFixed(1).padStart(8)} ms  ${what}`)
  const measured = Effect.fnUntraced(function* (what: string, call: Call) {
    tell(what, yield* longest(call, store))
  })
  const person = samples.sampleUser(0, { id: owner })
  yield* users.insert(person)
  for (const count of SESSIONS) {
    yield* many(count, (n) => sessions.insert(session(count, n), count))
    yield* measured(`sessions.list, a page of ${count}`, ({ sessions }) => sessions.list(owner, now, page))
    const late = now + 13 * hour
    yield* measured("  at a time when all of them have ended", ({ sessions }) => sessions.list(owner, late, page))
    const most = Math.min(count, 1_000)
    const next = (round: number) => session(count + 1, count + round)
    yield* measured(`sessions.insert beside ${count}, limit ${most}`, ({ sessions }, round) =>
      sessions.insert(next(round), most)
    )
    const kept = next(0).session.id
    yield* Effect.flatMap(
      longest(({ sessions }) => sessions.closeAll(owner, kept), store, 1),
      (worst) => Effect.sync(() => tell(`sessions.closeAll but one, of ${count}`, worst))
    )
    yield* sessions.closeAll(owner, null)
  }
  yield* many(TOKENS, (n) => tokens.insert(token(n), TOKENS + ROUNDS))
  yield* measured(`tokens.list, a page of ${TOKENS}`, ({ tokens }) => tokens.list(owner, now, page))
  yield* measured(`tokens.insert beside ${TOKENS}`, ({ tokens }, n) =>
    tokens.insert(token(TOKENS + n), TOKENS + ROUNDS)
  )
  yield* Effect.flatMap(
    longest(({ tokens }) => tokens.revokeAll(owner), store, 1),
    (worst) => Effect.sync(() => tell(`tokens.revokeAll of ${TOKENS + ROUNDS}`, worst))
  )
  yield* many(TOKENS, (n) => tokens.insert(token(n), TOKENS))
  yield* measured(`tokens.rotate beside ${TOKENS}, the limit`, ({ tokens }, n) => {
    const [old, next] = [token(n), token(2 * TOKENS + n)]
    return tokens.rotate({ owner, id: old.token.id }, { next, at: now, oldExpiresAt: now }, TOKENS)
  })
  yield* many(1_000, (n) => sessions.insert(session(3, n), 1_000))
  yield* Effect.flatMap(
    longest(({ users }) => users.remove(owner, null), store, 1),
    (worst) => Effect.sync(() => tell(`users.remove of one with 1000 sessions and ${TOKENS} tokens`, worst))
  )
  yield* measureChallenges(store, measured)
  yield* many(RECORDS, (n) => audit.append({ event: event(n), link: null }))
  const records = { after: null, order: "newest-first", limit: 50, user: owner, request: null } as const
  yield* measured(`audit.list of one user, of ${RECORDS}`, ({ audit }) => audit.list({ ...records, type: null }))
  yield* measured("  and of a rare type", ({ audit }) => audit.list({ ...records, type: "user.changed" }))
  yield* many(USERS, (n) => users.insert(samples.sampleUser(n + 1, { id: ownerOf(n) })))
  const everyone = { query: null, filter: {}, after: null, limit: 50 }
  const oldest = { name: "", id: ownerOf(50) }
  yield* measured(`users.list, the last page of ${USERS}`, ({ users }) => users.list({ ...everyone, after: oldest }))
  yield* measured("users.list of a query that finds all", ({ users }) => users.list({ ...everyone, query: "name" }))
  yield* measured("users.list of a filter that none passes", ({ users }) =>
    users.list({ ...everyone, filter: { isVerified: true } })
  )
  yield* measured("users.count of a query that finds all", ({ users }) => users.count({ query: "name", filter: {} }))
  yield* measureCodes(store, measured)
})

/** A call that finds nothing would measure nothing. */
const found = <A, E>(call: Effect.Effect<A | null, E>): Effect.Effect<A, E> =>
  Effect.flatMap(call, (it) => (it === null ? Effect.die(new Error("found nothing")) : Effect.succeed(it)))

/** CLI logins: as many as may wait at the same time, and a user who has entered as many codes as are kept. */
const measureChallenges = Effect.fnUntraced(function* ({ challenges }: StoreShape, measured: Measured) {
  yield* many(CHALLENGES, (n) => challenges.insert(challenge(n), CHALLENGES + ROUNDS))
  yield* measured(`challenges.insert beside ${CHALLENGES}, the limit`, ({ challenges }, n) =>
    challenges.insert(challenge(CHALLENGES + n), CHALLENGES + ROUNDS)
  )
  yield* measured(`challenges.poll of one of ${CHALLENGES}`, ({ challenges }, n) =>
    found(challenges.poll(challengeSecret(n), now))
  )
  const claim = (n: number) => found(challenges.claim(hash(12, n), owner, now, CHALLENGES_OF_USER))
  yield* Effect.forEach(Array.from({ length: CHALLENGES_OF_USER }), (_, n) => claim(n), { discard: true })
  yield* measured(`challenges.claim beside ${CHALLENGES_OF_USER}, which removes the oldest`, (_, n) =>
    claim(CHALLENGES_OF_USER + n)
  )
  const key = (n: number) => ({ owner, id: challengeSecret(CHALLENGES_OF_USER + n).id })
  const approval = { to: "approved", epoch: 0, numberHash: null } as const
  yield* measured("challenges.decide", ({ challenges }, n) => found(challenges.decide(key(n), approval, now)))
  const redemption = { at: now, numberHash: null, keptUntil: now + 2 * hour }
  yield* measured("challenges.redeem", ({ challenges }, n) =>
    found(challenges.redeem(challengeSecret(CHALLENGES_OF_USER + n), redemption))
  )
  yield* measured(`challenges.list, a page of ${CHALLENGES_OF_USER}`, ({ challenges }) => challenges.list(owner, page))
  yield* measured("challenges.removeExpired, a step of 200", ({ challenges }) =>
    challenges.removeExpired(now + 3 * hour, 200)
  )
})

/** One-time codes: one of each user who is there. */
const measureCodes = Effect.fnUntraced(function* ({ codes }: StoreShape, measured: Measured) {
  yield* many(USERS, (n) => codes.insert(code(n), "replace"))
  yield* measured(`codes.insert in the place of one of ${USERS}`, ({ codes }, n) =>
    codes.insert(code(n, 14), "replace")
  )
  yield* measured(`codes.consume of one of ${USERS}`, ({ codes }, n) =>
    found(codes.consume(codeSamples.codeKeyOf(code(ROUNDS + n)), now))
  )
  yield* measured("codes.list", ({ codes }, n) => codes.list(ownerOf(n)))
  yield* measured("codes.removeExpired, a step of 200", ({ codes }) => codes.removeExpired(now + 2 * hour, 200))
})

/** The longest time in which nothing else ran in this process. */
const standstill: Measure = Effect.fnUntraced(function* (call: Call, store: StoreShape, rounds = ROUNDS) {
  const worsts: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    let [last, worst, isOver] = [performance.now(), 0, false]
    const tick = (): void => {
      const at = performance.now()
      worst = Math.max(worst, at - last)
      last = at
      if (!isOver) setImmediate(tick)
    }
    setImmediate(tick)
    yield* call(store, round)
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    isOver = true
    worsts.push(worst)
  }
  return Math.min(...worsts)
})

const folder = mkdtempSync(join(tmpdir(), "latchkey-longest-"))
try {
  const sqlite = sqliteStore(join(folder, "test.db"), { durability: "normal" })
  await Effect.runPromise(Effect.scoped(Effect.provide(measureAll("SQLite", standstill), sqlite)))
} finally {
  rmSync(folder, { recursive: true })
}

const server = await startRedis()
const command = (...words: ReadonlyArray<string>) => Effect.promise(() => server.command(...words))

/** The slowest command, by Redis' own clock. */
const slowest: Measure = Effect.fnUntraced(function* (call: Call, store: StoreShape, rounds = ROUNDS) {
  const worsts: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    yield* command("CONFIG", "SET", "slowlog-max-len", "10000", "slowlog-log-slower-than", "0")
    yield* command("SLOWLOG", "RESET")
    yield* call(store, round)
    yield* command("CONFIG", "SET", "slowlog-log-slower-than", "-1")
    const entries = yield* command("SLOWLOG", "GET", "-1")
    const times = Array.isArray(entries) ? entries.map((entry) => Number(entry[2])) : []
    worsts.push(Math.max(...times) / 1_000)
  }
  return Math.min(...worsts)
})

try {
  const redis = redisStore(server.url, { unsafeNoPersistence: true })
  await Effect.runPromise(Effect.scoped(Effect.provide(measureAll("Redis", slowest), redis)))
} finally {
  await server.close()
}
