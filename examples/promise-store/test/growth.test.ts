import { PGlite } from "@electric-sql/pglite"
import { codeSamples, samples } from "@latchkey/conformance/store"
import {
  ChallengeId,
  EXPIRED_KEPT_MS,
  type NewChallenge,
  SecretHash,
  Store,
  type StoreShape
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import type { Postgres } from "../src/postgres.ts"
import { postgresStore } from "../src/postgres-store.ts"

const {
  hour,
  keyOf,
  newPassword,
  plenty,
  proofAt,
  sampleAdmin,
  sampleSession,
  sampleToken,
  sampleUser,
  start,
  tokenKeyOf,
  userId
} = samples
const { codeKeyOf, sampleCode } = codeSamples

let db: PGlite
beforeAll(async () => {
  db = await PGlite.create()
})
afterAll(() => db.close())

const shared = async (): Promise<Postgres> => ({
  query: (text, values) => db.query(text, values),
  transaction: (work) => db.transaction(work),
  close: async () => {}
})

const open = async (schema: string): Promise<StoreShape> => {
  const runtime = ManagedRuntime.make(postgresStore(shared, { schema, timeout: "60 seconds" }))
  onTestFinished(() => runtime.dispose())
  return runtime.runPromise(Store)
}

/** A challenge that nobody has claimed, which ends after five minutes. */
const challenge = (n: number): NewChallenge => ({
  secretHash: SecretHash(`secret-hash-${n}`),
  challenge: {
    state: "pending",
    userId: null,
    id: ChallengeId(`challenge-${n}`),
    codeHash: SecretHash(`code-hash-${n}`),
    program: "packer",
    scopes: [],
    result: "token",
    hasNumber: false,
    ip: null,
    userAgent: null,
    createdAt: start,
    expiresAt: start + 300_000,
    keptUntil: start + 300_000 + EXPIRED_KEPT_MS,
    pace: { interval: 5_000, step: 5_000, nextPollAt: start }
  }
})

/** How its program and its owner name challenge `n`. */
const secretOf = (n: number) => ({ id: challenge(n).challenge.id, hash: challenge(n).secretHash })
const challengeKeyOf = (n: number) => ({ owner: userId(2), id: challenge(n).challenge.id })

const approval = { to: "approved", epoch: 3, numberHash: null } as const

/** The first waits, the second is claimed, and the third is approved. */
const addChallenges = ({ challenges }: StoreShape) =>
  Effect.gen(function* () {
    for (const n of [1, 2, 3]) yield* challenges.insert(challenge(n), 9)
    for (const n of [2, 3]) yield* challenges.claim(challenge(n).challenge.codeHash, userId(2), start, 9)
    yield* challenges.decide(challengeKeyOf(3), approval, start)
  })

const [one, made, mailed] = [sampleSession(1, userId(2)), sampleToken(1, userId(2)), sampleCode(1, userId(2))]

/** A process of this version, and the columns that a newer one has added and filled meanwhile. */
const besideNewer = async () => {
  const schema = `test_${crypto.randomUUID().replaceAll("-", "")}`
  const store = await open(schema)
  for (const row of [sampleAdmin(1), sampleUser(2)]) await Effect.runPromise(store.users.insert(row))
  await Effect.runPromise(store.sessions.insert(one, plenty))
  await Effect.runPromise(store.tokens.insert(made, 9))
  await Effect.runPromise(addChallenges(store))
  await Effect.runPromise(store.codes.insert(mailed, "replace"))
  for (const table of ["users", "sessions", "tokens", "challenges", "codes"]) {
    await db.query(`ALTER TABLE ${schema}.${table} ADD COLUMN IF NOT EXISTS to_come text`)
    await db.query(`UPDATE ${schema}.${table} SET to_come = 'kept'`)
  }
  const valuesIn = async (table: string) => {
    const order = table === "codes" ? "purpose" : "id"
    const found = await db.query<{ to_come: string | null }>(`SELECT to_come FROM ${schema}.${table} ORDER BY ${order}`)
    return found.rows.map((row) => row.to_come)
  }
  return { schema, store, valuesIn }
}

/** Every verb that changes a row and leaves it there, with something for it to do. */
const changes: Readonly<Record<string, (store: StoreShape) => Effect.Effect<unknown, unknown>>> = {
  "users.change": ({ users }) =>
    users.change(userId(2), { username: { typed: "Ada", canonical: "ada" }, isVerified: true }, start),
  "users.changeWithProof": ({ users }) =>
    users.changeWithProof(userId(2), newPassword("new", one.session.id), proofAt(3), start),
  "users.countRevocation": ({ users }) => users.countRevocation(userId(2)),
  "users.rehash": ({ users }) => users.rehash(userId(2), { from: "hash-2", to: "newer" }),
  "users.endCredentials": ({ users }) => users.endCredentials(userId(2), start),
  "users.promote": ({ users }) => users.promote(userId(2), { passwordHash: "p", mustChangePassword: false }, start),
  "users.recordLogin": ({ users }) => users.recordLogin(userId(2), start),
  "sessions.touch": ({ sessions }) => sessions.touch(keyOf(one), { at: start + 1, idleExpiresAt: start + 2 * hour }),
  "sessions.setData": ({ sessions }) => sessions.setData(keyOf(one), { version: 0, data: { theme: "dark" } }),
  "sessions.setEpoch": ({ sessions }) => sessions.setEpoch(keyOf(one), { from: 3, to: 4 }),
  "tokens.recordUse": ({ tokens }) => tokens.recordUse(tokenKeyOf(made), start + 1),
  "challenges.claim": ({ challenges }) => challenges.claim(challenge(1).challenge.codeHash, userId(2), start, 9),
  "challenges.poll": ({ challenges }) => challenges.poll(secretOf(1), start),
  "challenges.decide": ({ challenges }) => challenges.decide(challengeKeyOf(2), approval, start),
  "challenges.redeem": ({ challenges }) =>
    challenges.redeem(secretOf(3), { at: start, numberHash: null, keptUntil: start + hour }),
  "codes.consume": ({ codes }) => codes.consume(codeKeyOf(mailed), start)
}

test.each(Object.entries(changes))(
  "STO-06 %s leaves a column that it does not know, as in a rolling deployment",
  async (_, change) => {
    const { store, valuesIn } = await besideNewer()
    expect([null, false]).not.toContain(await Effect.runPromise(change(store)))
    expect(await valuesIn("users")).toEqual(["kept", "kept"])
    expect(await valuesIn("sessions")).toEqual(["kept"])
    expect(await valuesIn("tokens")).toEqual(["kept"])
    expect(await valuesIn("challenges")).toEqual(["kept", "kept", "kept"])
    expect(await valuesIn("codes")).toEqual(["kept"])
  }
)

test("STO-06 rows that are added or put in a place beside newer columns have nothing in them", async () => {
  const { schema, store, valuesIn } = await besideNewer()
  await Effect.runPromise(store.users.insert(sampleUser(3)))
  await Effect.runPromise(store.sessions.insert(sampleSession(3, userId(3)), plenty))
  const rotation = { next: sampleToken(3, userId(2)), at: start, oldExpiresAt: start + hour }
  await Effect.runPromise(store.challenges.insert(challenge(4), 9))
  await Effect.runPromise(store.codes.insert(sampleCode(2, userId(2), { purpose: "invite" }), "replace"))
  expect(await Effect.runPromise(store.tokens.rotate(tokenKeyOf(made), rotation, 9))).toBe(true)
  expect(await valuesIn("users")).toEqual(["kept", "kept", null])
  expect(await valuesIn("sessions")).toEqual(["kept", null])
  expect(await valuesIn("tokens")).toEqual(["kept", null])
  expect(await valuesIn("challenges")).toEqual(["kept", "kept", "kept", null])
  expect(await valuesIn("codes")).toEqual([null, "kept"])
  await Effect.runPromise(store.codes.insert(sampleCode(3, userId(2)), "replace"))
  expect(await valuesIn("codes")).toEqual([null, null])
  for (const each of [store, await open(schema)]) {
    const found = await Effect.runPromise(each.lookupSession(userId(2), one.hash))
    expect(found).toEqual({ user: sampleUser(2).user, session: one.session })
    expect(await Effect.runPromise(each.challenges.find(challengeKeyOf(3)))).toMatchObject({
      state: "approved",
      epoch: 3
    })
    expect(await Effect.runPromise(each.users.count({ query: "name", filter: {} }))).toMatchObject({ total: 3 })
  }
})
