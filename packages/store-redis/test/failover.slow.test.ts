import { type RedisStoreOptions, redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { Redis } from "ioredis"
import { createSentinel } from "redis"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { until } from "./commands.ts"
import { untilItAnswers, watch } from "./outages.ts"
import { startProxy, type TcpProxy } from "./proxies.ts"
import {
  challenge,
  code,
  codeKey,
  denial,
  event,
  hour,
  keyOf,
  newPassword,
  now,
  ownKey,
  plenty,
  redemption,
  secretOf,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"
import { type RedisSentinels, startSentinel } from "./sentinels.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { approved, claimed, credential, pending, prepare, tokenCredential } from "./verbs.ts"

let group: RedisSentinels
/** Between the primary and its replica. */
let link: TcpProxy
beforeEach(async () => {
  if (!hasRedis) return
  group = await startSentinel(async (master) => {
    link = await startProxy(master)
    return link
  })
})
afterEach(async () => {
  await group?.close()
  await link?.close()
})

const clients = {
  "node-redis": () => createSentinel({ name: group.name, sentinelRootNodes: [...group.nodes] }),
  ioredis: () => new Redis({ name: group.name, sentinels: [...group.nodes], lazyConnect: true })
}

const undo = code(5, userId(1), { purpose: "undo-email" })

/** A prepared store that reaches the primary through the Sentinel. */
const prepared = async (client: keyof typeof clients, options: RedisStoreOptions = {}) => {
  const layer = redisStore(clients[client](), { prefix: newPrefix(), unsafeNoPersistence: true, ...options })
  const store = await build(layer)
  await Effect.runPromise(prepare(store))
  // A copy that lacks what was prepared would lose that too.
  await until(async () => (await group.master.command("WAIT", "1", "100")) === 1)
  const length = await group.master.command("DBSIZE")
  await until(async () => (await group.replica.command("DBSIZE")) === length)
  return store
}

describe.runIf(hasRedis).each(["node-redis", "ioredis"] as const)("a primary with a Sentinel, with %s", (client) => {
  test("RDS-06 X05 what a replica has waited for survives the primary: a revocation, a password, a removal", async () => {
    const store = await prepared(client, { waitForReplicas: 1 })
    await Effect.runPromise(store.sessions.close(keyOf(session(1, userId(1)))))
    await Effect.runPromise(store.tokens.revoke(tokenKeyOf(token(1, userId(1)))))
    await Effect.runPromise(store.tokens.insert(token(4, userId(1)), 9))
    await Effect.runPromise(store.users.endCredentials(userId(2), now))
    await Effect.runPromise(store.challenges.decide(ownKey(userId(2), approved), denial, now))
    await Effect.runPromise(store.codes.consume(codeKey(code(2, userId(2))), now))
    await Effect.runPromise(store.codes.insert(undo, "or-prolong"))
    await Effect.runPromise(store.users.remove(userId(3), null))
    await group.master.kill()
    await group.isMaster(group.replica)
    await untilItAnswers(store)
    expect(await outcome(store.lookupSession(...credential(1)))).toBeNull()
    expect(await outcome(store.lookupSession(...credential(2)))).toMatchObject({
      user: { epoch: 1 },
      session: { epoch: 0 }
    })
    expect(await outcome(store.lookupSession(...credential(3)))).toBeNull()
    expect(await outcome(store.lookupToken(...tokenCredential(1)))).toBeNull()
    expect(await outcome(store.lookupToken(userId(1), token(4, userId(1)).hash))).not.toBeNull()
    expect(await outcome(store.challenges.find(ownKey(userId(2), approved)))).toMatchObject({ state: "denied" })
    expect(await outcome(store.codes.find(codeKey(code(2, userId(2)))))).toMatchObject({ usedAt: now })
    expect(await outcome(store.codes.find(codeKey(undo)))).toEqual(undo.code)
    expect(await outcome(store.codes.list(userId(3)))).toEqual([])
    expect(await outcome(store.users.isSetUp)).toBe(true)
  })

  test("RDS-06 AUD-07 a revocation that no replica has is not reported as done; a count of refusals needs none", async () => {
    const store = await prepared(client, { waitForReplicas: 1 })
    group.replica.pause()
    expect(await outcome(store.sessions.close(keyOf(session(1, userId(1)))))).toBe("StoreError")
    expect(await outcome(store.tokens.revoke(tokenKeyOf(token(1, userId(1)))))).toBe("StoreError")
    expect(await outcome(store.users.endCredentials(userId(2), now))).toBe("StoreError")
    expect(await outcome(store.audit.append({ event: event(1), link: null }))).toBe("StoreError")
    expect(await outcome(store.challenges.redeem(secretOf(approved), redemption))).toBe("StoreError")
    expect(await outcome(store.challenges.decide(ownKey(userId(1), claimed), denial, now))).toBe("StoreError")
    expect(await outcome(store.codes.insert(undo, "replace"))).toBe("StoreError")
    expect(await outcome(store.codes.consume(codeKey(code(3, userId(3))), now))).toBe("StoreError")
    const mark = { account: "account", key: "ended", until: now + hour }
    const step = { at: now, most: 10, replaced: null } as const
    expect(await outcome(store.attempts.trust(mark, { ...step, keep: "lasting" }))).toBe("StoreError")
    // What may be lost without harm does not wait.
    expect(await outcome(store.attempts.trust(mark, { ...step, keep: "losable" }))).toBeUndefined()
    expect(await outcome(store.challenges.insert(challenge(4), plenty))).toBeUndefined()
    expect(await outcome(store.challenges.poll(secretOf(pending), now))).toMatchObject({ isEarly: false })
    expect(await outcome(store.sessions.insert(session(4, userId(3)), plenty))).toEqual([])
    expect(await outcome(store.tokens.recordUse(tokenKeyOf(token(3, userId(3))), now))).toBe(true)
    const counted = { ...event(1), type: "cookie.ambiguous", details: { count: 9, networks: "one" } } as const
    expect(await outcome(store.audit.append({ event: counted, link: null }))).toBe(true)
    group.replica.resume()
    expect(await outcome(store.users.endCredentials(userId(2), now))).toMatchObject({ epoch: 2 })
  })

  test("RDS-06 while no replica is in reach, look-ups answer as fast as ever", async () => {
    const store = await prepared(client, { waitForReplicas: 1 })
    group.replica.pause()
    const changes = Promise.all([1, 2, 3, 1, 2, 3].map((n) => outcome(store.users.endCredentials(userId(n), now))))
    const start = performance.now()
    expect(await outcome(store.lookupSession(...credential(1)))).toMatchObject({ user: { id: userId(1) } })
    expect(performance.now() - start, "milliseconds").toBeLessThan(500)
    expect(await changes).toEqual(Array.from({ length: 6 }, () => "StoreError"))
    group.replica.resume()
  })

  test("RDS-06 X05 as documented, without waiting a revocation may be lost with the primary", async () => {
    const store = await prepared(client)
    link.freeze()
    expect(await outcome(store.sessions.close(keyOf(session(1, userId(1)))))).toBe(true)
    await group.master.kill()
    await group.isMaster(group.replica)
    await untilItAnswers(store)
    expect(await outcome(store.lookupSession(...credential(1)))).not.toBeNull()
  })

  test("REC-01 RDS-06 X05 without waiting, what a code did is lost together with its use, so it is done once", async () => {
    const store = await prepared(client)
    const key = codeKey(code(3, userId(3)))
    const proof = { epoch: 0, revocations: null, canonicalEmail: code(3, userId(3)).code.ownEmail }
    const reset = () =>
      Effect.andThen(
        store.codes.consume(key, now),
        store.users.changeWithProof(userId(3), newPassword("x"), proof, now)
      )
    link.freeze()
    expect(await outcome(reset())).toMatchObject({ epoch: 1 })
    await group.master.kill()
    await group.isMaster(group.replica)
    await untilItAnswers(store)
    expect(await outcome(store.users.find(userId(3)))).toMatchObject({ epoch: 0 })
    expect(await outcome(store.codes.find(key))).toMatchObject({ usedAt: null })
    expect(await outcome(reset())).toMatchObject({ epoch: 1 })
    expect(await outcome(reset())).toBeNull()
    expect(await outcome(store.codes.consume(key, now))).toMatchObject({ isFirst: false })
  })

  test("X05 while the replica takes over, a live credential is never taken for none", async () => {
    const store = await prepared(client)
    const { stop } = watch(store, 1)
    await group.failOver()
    await untilItAnswers(store)
    expect([...(await stop())].filter((answer) => answer !== "StoreError")).toEqual([userId(1)])
    expect(await outcome(store.users.endCredentials(userId(1), now))).toMatchObject({ epoch: 1 })
  })
})
