import type { NewToken, StoreError, TokenStore } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { untilItAnswers } from "./outages.ts"
import { startProxy } from "./proxies.ts"
import { admin, importedToken, person, token, tokenKeyOf, userId, wholeList } from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { dyingAfter, pausingAfter, writerOver } from "./writers.ts"

/*
 * An import has two steps on two slots: the directory notes whose the hash is, then the owner's group gets the token. A
 * process may die, or be frozen and thawed, between them.
 */

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

const [ada, bea] = [userId(1), userId(2)]
const hers = importedToken(1, ada)
/** The same secret, for another owner. */
const theirs = importedToken(1, bea)

const opened = async () => {
  const prefix = newPrefix()
  const store = await build(redisStore(server.url, { prefix, unsafeNoPersistence: true }))
  for (const row of [admin(1), person(2)]) await Effect.runPromise(store.users.insert(row))
  /** What an imported secret opens, by the two calls that core makes. */
  const opens = async ({ hash }: NewToken) => {
    const owner = await Effect.runPromise(store.tokens.ownerOf(hash))
    return owner === null ? null : Effect.runPromise(store.lookupToken(owner, hash))
  }
  return { prefix, store, opens }
}

/** An import, or another verb that adds it, that got no further than its first step. */
const interrupted = async (add = (tokens: TokenStore): Effect.Effect<unknown, StoreError> => tokens.import(hers)) => {
  const { prefix, store, opens } = await opened()
  const writer = await writerOver(server.url, prefix, dyingAfter(1))
  onTestFinished(writer.close)
  expect(await outcome(add(writer.tokens))).toBe("StoreError")
  return { store, opens }
}

/** An import that stands still after its first step. */
const frozen = async () => {
  const { prefix, store, opens } = await opened()
  const pause = pausingAfter(1)
  const writer = await writerOver(server.url, prefix, pause.tamper)
  onTestFinished(writer.close)
  const late = outcome(writer.tokens.import(hers))
  await pause.asleep
  const goOn = () => {
    pause.wake()
    return late
  }
  return { store, opens, goOn }
}

const imports = (tokens: TokenStore, token: NewToken) => outcome(tokens.import(token))

describe.runIf(hasRedis)("an import that a process died in", () => {
  test("has added nothing, and may be made again", async () => {
    const { store, opens } = await interrupted()
    expect(await opens(hers)).toBeNull()
    expect(await outcome(store.tokens.list(ada, hers.token.createdAt, wholeList))).toEqual([])
    expect(await imports(store.tokens, hers)).toBe(true)
    expect(await opens(hers)).toEqual({ user: admin(1).user, token: hers.token })
    expect(await imports(store.tokens, hers)).toBe(false)
  })

  test("keeps the secret for its owner: another gets nothing", async () => {
    const { store, opens } = await interrupted()
    expect(await imports(store.tokens, theirs)).toBe(false)
    expect(await outcome(store.tokens.find(bea, theirs.hash))).toBeNull()
    expect(await imports(store.tokens, hers)).toBe(true)
    expect(await opens(hers)).toMatchObject({ user: { id: ada } })
  })

  test("fails for good once another token has its id, which stays as it is", async () => {
    const { store, opens } = await interrupted()
    const other = importedToken(2, ada, { id: hers.token.id })
    expect(await imports(store.tokens, other)).toBe(true)
    expect(await imports(store.tokens, hers)).toBe("StoreError")
    expect(await opens(hers)).toBeNull()
    expect(await opens(other)).toMatchObject({ token: other.token })
  })
})

describe.runIf(hasRedis)("an import that is frozen in the middle", () => {
  test("and goes on when it was made meanwhile is told so, and changes nothing", async () => {
    const { store, opens, goOn } = await frozen()
    expect(await imports(store.tokens, hers)).toBe(true)
    await Effect.runPromise(store.tokens.recordUse(tokenKeyOf(hers), hers.token.createdAt + 1))
    expect(await goOn()).toBe(false)
    expect(await opens(hers)).toMatchObject({ token: { lastUsedAt: hers.token.createdAt + 1 } })
  })

  test("is made when it goes on, and nobody else got the secret meanwhile", async () => {
    const { store, opens, goOn } = await frozen()
    expect(await imports(store.tokens, theirs)).toBe(false)
    expect(await goOn()).toBe(true)
    expect(await opens(hers)).toMatchObject({ user: { id: ada }, token: hers.token })
    expect(await outcome(store.tokens.find(bea, theirs.hash))).toBeNull()
  })
})

describe.runIf(hasRedis)("a restoration of imported tokens that a process died in", () => {
  const own = token(2, ada)
  const died = () => interrupted((tokens) => tokens.restore([own, hers]))

  test("BAK-02 has added nothing, and may be made again", async () => {
    const { store, opens } = await died()
    expect(await opens(hers)).toBeNull()
    expect(await outcome(store.tokens.restore([own, hers]))).toEqual([true, true])
    expect(await opens(hers)).toEqual({ user: admin(1).user, token: hers.token })
    expect(await outcome(store.tokens.restore([own, hers]))).toEqual([false, false])
  })

  test("BAK-02 keeps the secret for its owner: another gets nothing", async () => {
    const { store, opens } = await died()
    expect(await outcome(store.tokens.restore([token(3, bea), theirs]))).toEqual([true, false])
    expect(await imports(store.tokens, theirs)).toBe(false)
    expect(await imports(store.tokens, hers)).toBe(true)
    expect(await opens(hers)).toMatchObject({ user: { id: ada } })
  })

  test("is refused for a user who was removed, because nothing would end a token without an end", async () => {
    const { store } = await died()
    await Effect.runPromise(store.users.remove(bea, null))
    expect(await outcome(store.tokens.restore([token(3, bea, { expiresAt: null })]))).toBe("StoreError")
    await Effect.runPromise(store.users.restore([person(2)]))
    expect(await outcome(store.tokens.restore([token(3, bea, { expiresAt: null })]))).toEqual([true])
  })
})

describe.runIf(hasRedis)("an imported token", () => {
  test("RDS-09 X03 whose import had no answer may be imported again", async () => {
    const proxy = await startProxy(server)
    onTestFinished(proxy.close)
    const store = await build(redisStore(proxy.url, { prefix: newPrefix(), unsafeNoPersistence: true }))
    proxy.loseAnswers()
    expect(await imports(store.tokens, hers)).toBe("StoreError")
    proxy.loseNothing()
    await untilItAnswers(store)
    expect(await imports(store.tokens, hers)).toBe(true)
    expect(await outcome(store.tokens.find(ada, hers.hash))).toEqual(hers.token)
  })

  test("that was revoked opens nothing, and may come back for its owner only", async () => {
    const { store, opens } = await opened()
    expect(await imports(store.tokens, hers)).toBe(true)
    expect(await outcome(store.tokens.revoke(tokenKeyOf(hers)))).toBe(true)
    expect(await opens(hers)).toBeNull()
    expect(await imports(store.tokens, theirs)).toBe(false)
    expect(await imports(store.tokens, hers)).toBe(true)
    expect(await opens(hers)).toMatchObject({ user: { id: ada } })
  })
})
