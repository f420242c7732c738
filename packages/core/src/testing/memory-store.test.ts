import { codeSamples, samples, storeConformance } from "@latchkey/conformance/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { AttemptRoom } from "../store/attempt-room.ts"
import { Store, type StoreShape } from "../store/store.ts"
import { memoryStore, memoryStoreOver } from "./memory-store.ts"
import { emptyTables } from "./memory-tables.ts"

const { hour, keyOf, minute, plenty, sampleSession, sampleToken, sampleUser, start, tokenKeyOf, userId, wholeList } =
  samples

storeConformance(test, memoryStore)

const { codeEnd, codeKeyOf, sampleCode } = codeSamples

const onFreshStore = <A>(use: (store: StoreShape) => Effect.Effect<A, unknown>): Promise<A> =>
  Effect.runPromise(
    Effect.scoped(Effect.flatMap(Layer.build(memoryStore()), (context) => use(Context.get(context, Store))))
  )

const limit = { free: 1, delay: minute, longest: hour, forget: hour }

test("each time a memory store is built it is empty", async () => {
  const store = memoryStore()
  const addOne = Effect.scoped(
    Effect.flatMap(Layer.build(store), (context) => Context.get(context, Store).users.insert(sampleUser(1)))
  )
  await Effect.runPromise(Effect.andThen(addOne, addOne))
})

test("RAT-08 a memory store has room for a quarter of a million buckets, and keeps no more", () => {
  const tables = emptyTables()
  const { attempts } = memoryStoreOver(tables)
  const { buckets, shared } = AttemptRoom.defaultValue()
  const hit = (n: number, at: number) => Effect.runSync(attempts.hit([{ key: `bucket-${n}`, limit }], at))
  for (let n = 0; n < buckets + shared; n++) hit(n, start)
  expect(tables.buckets.size).toBe(buckets)
  expect(tables.sharedBuckets.size).toBeLessThanOrEqual(shared)
  expect(hit(0, start)).toBe(start + minute)
})

test("what a caller does to a record it was given, or gave, changes nothing", () =>
  onFreshStore(({ users, sessions, tokens, codes, audit, lookupSession, lookupToken }) =>
    Effect.gen(function* () {
      const given = sampleUser(1)
      const session = sampleSession(1, userId(1), { data: { cart: [1] } })
      const token = sampleToken(1, userId(1), { scopes: ["read"] })
      const next = sampleToken(2, userId(1), { scopes: ["read"], createdAt: start + 1 })
      const imported = sampleToken(3, userId(1), { scopes: ["read"], createdAt: start + 2, isImported: true })
      const code = sampleCode(1, userId(1))
      const used = codeKeyOf(code)
      const event = {
        type: "user.changed",
        details: { changes: [{ field: "email" }] },
        at: start,
        actor: userId(1),
        subject: null,
        credential: null,
        actedWith: null,
        ip: null,
        userAgent: null,
        request: null
      } as const
      const read = Effect.all([
        users.find(userId(1)),
        users.findWithPassword(userId(1)),
        users.findByName({ kind: "username", canonical: "name1" }),
        users.list({ query: null, filter: {}, after: null, limit: 10 }),
        sessions.find(userId(1), session.hash),
        sessions.list(userId(1), start, wholeList),
        audit.list({ after: null, order: "oldest-first", limit: 10, type: null, user: null, request: null }),
        lookupSession(userId(1), session.hash),
        tokens.find(userId(1), token.hash),
        tokens.list(userId(1), start, wholeList),
        lookupToken(userId(1), token.hash),
        codes.find(used),
        codes.list(userId(1)),
        codes.consume(used, codeEnd - 1)
      ])
      yield* users.insert(given)
      yield* sessions.insert(session, plenty)
      yield* tokens.insert(token, 10)
      yield* tokens.rotate(tokenKeyOf(token), { next, at: start, oldExpiresAt: start + hour }, 10)
      yield* tokens.import(imported)
      yield* codes.insert(code, "replace")
      const first = yield* codes.consume(used, start)
      yield* audit.append({ event, link: null })
      const before = structuredClone(yield* read)
      for (const record of [given, session, token, next, imported, code, first, event, yield* read]) spoil(record)
      expect(yield* read).toEqual(before)
      const returned = yield* users.endCredentials(userId(1), start)
      const after = structuredClone(yield* read)
      spoil(returned)
      expect(yield* read).toEqual(after)
      const data = { cart: [2] }
      yield* sessions.setData({ owner: userId(1), id: keyOf(sampleSession(1, userId(1))).id }, { version: 0, data })
      spoil(data)
      expect((yield* sessions.find(userId(1), sampleSession(1, userId(1)).hash))?.data).toEqual({ cart: [2] })
    })
  ))

/** Overwrites every value within a record. */
const spoil = (record: unknown): void => {
  if (typeof record !== "object" || record === null) return
  for (const [key, value] of Object.entries(record)) {
    spoil(value)
    Reflect.set(record, key, "spoiled")
  }
}
