import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { until } from "./commands.ts"
import { askAll, expectAllToFail, untilItAnswers } from "./outages.ts"
import {
  admin,
  code,
  codeKey,
  hour,
  importedToken,
  keyOf,
  newPassword,
  now,
  person,
  plenty,
  session,
  token,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"
import { type RedisOptions, type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { credential, firstAdmin, prepare, reading, removing, tokenCredential, type Verbs, writing } from "./verbs.ts"

const preparedOn = async (server: RedisServer, prefix = newPrefix()) => {
  const store = await build(redisStore(server.url, { prefix, unsafeNoPersistence: true }))
  await Effect.runPromise(prepare(store))
  return store
}

const only = (verbs: Verbs, ...names: ReadonlyArray<string>): Verbs =>
  Object.fromEntries(Object.entries(verbs).filter(([name]) => names.includes(name)))

/** What full memory keeps from being done: all that adds, and does not end something by it. */
const {
  "users.change": _change,
  "users.changeWithProof": _changeWithProof,
  "users.countRevocation": _countRevocation,
  "users.endCredentials": _endCredentials,
  "users.releaseEmail": _releaseEmail,
  "sessions.replace": _replace,
  "sessions.setEpoch": _setEpoch,
  "codes.consume": _consume,
  "codes.giveBack": _giveBack,
  "settings.write": _writeSettings,
  ...adding
} = writing

const setupVerbs = only({ ...reading, ...firstAdmin }, "users.isSetUp", "users.insertFirstAdmin")

describe.runIf(hasRedis)("a server that goes on", () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    await server.command("CONFIG", "SET", "maxmemory", "0")
    await server.command("REPLICAOF", "NO", "ONE")
  })
  afterAll(() => server.close())

  test("X06 out of memory: what adds fails and writes nothing, the rest works, and all does once there is room", async () => {
    const store = await preparedOn(server)
    const before = await server.contents()
    await server.command("CONFIG", "SET", "maxmemory", "1")
    await expectAllToFail(store, adding)
    expect(await server.contents()).toEqual(before)
    expect(Object.values(await askAll(store, reading))).not.toContain("StoreError")
    await server.command("CONFIG", "SET", "maxmemory", "0")
    expect(Object.values(await askAll(store, writing))).not.toContain("StoreError")
  })

  test("SES-08 X06 out of memory: credentials can still be ended, in every way, and sessions replaced as a whole", async () => {
    const store = await preparedOn(server)
    await server.command("CONFIG", "SET", "maxmemory", "1")
    const { users, sessions, lookupSession } = store
    expect(await outcome(users.endCredentials(userId(3), now))).toMatchObject({ epoch: 1 })
    expect(
      await outcome(users.changeWithProof(userId(3), newPassword("new"), { epoch: 1, revocations: 0 }, now))
    ).toMatchObject({ epoch: 2 })
    expect(await outcome(users.change(userId(2), { isActive: false }, now))).toMatchObject({
      isActive: false,
      epoch: 1
    })
    expect(await outcome(sessions.close(keyOf(session(3, userId(3)))))).toBe(true)
    expect(await outcome(sessions.closeAll(userId(2), null))).toBe(1)
    expect(await outcome(sessions.replace(keyOf(session(1, userId(1))), session(5, userId(1)), now))).toBe(true)
    expect(await Promise.all([1, 2, 3].map((n) => outcome(lookupSession(...credential(n)))))).toEqual([
      null,
      null,
      null
    ])
    expect(await outcome(lookupSession(userId(1), session(5, userId(1)).hash))).not.toBeNull()
    expect(await outcome(users.remove(userId(2), null))).toBe(true)
    expect(await outcome(users.find(userId(2)))).toBeNull()
  })

  test("PAT-07 X06 out of memory: tokens can still be revoked, one or all, also those that were imported", async () => {
    const store = await preparedOn(server)
    const { tokens, lookupToken } = store
    await Effect.runPromise(tokens.insert(token(4, userId(1), { expiresAt: null }), 9))
    await server.command("CONFIG", "SET", "maxmemory", "1")
    expect(await outcome(tokens.revoke(tokenKeyOf(token(1, userId(1)))))).toBe(true)
    expect(await outcome(tokens.revoke(tokenKeyOf(importedToken(7, userId(3)))))).toBe(true)
    expect(await outcome(tokens.revokeAll(userId(2)))).toBe(1)
    expect(await outcome(store.users.remove(userId(3), null))).toBe(true)
    const found = await Promise.all([1, 2, 3].map((n) => outcome(lookupToken(...tokenCredential(n)))))
    expect(found).toEqual([null, null, null])
    expect(await outcome(tokens.list(userId(3), now, wholeList))).toEqual([])
    expect(await outcome(tokens.list(userId(1), now, wholeList))).toEqual([
      token(4, userId(1), { expiresAt: null }).token
    ])
  })

  test("REC-08 X06 out of memory: the codes that people have in their mails still do what they are for", async () => {
    const store = await preparedOn(server)
    const { users, codes } = store
    const undo = code(8, userId(3), { purpose: "undo-email" })
    await Effect.runPromise(codes.insert(undo, "replace"))
    await server.command("CONFIG", "SET", "maxmemory", "1")
    const key = codeKey(code(3, userId(3)))
    expect(await outcome(codes.consume(key, now))).toMatchObject({ isFirst: true })
    const reset = { ...newPassword("new"), isVerified: true }
    const proof = { epoch: 0, revocations: null, canonicalEmail: "name3@example.org" }
    expect(await outcome(users.changeWithProof(userId(3), reset, proof, now))).toMatchObject({ epoch: 1 })
    expect(await outcome(codes.consume(codeKey(undo), now))).toMatchObject({ isFirst: true })
    const back = { email: { typed: "Old@b.c", canonical: "old@b.c" }, isVerified: true, ...newPassword(null) }
    expect(await outcome(users.changeWithProof(userId(3), back, { ...proof, epoch: 1 }, now))).toMatchObject({
      email: "Old@b.c",
      isVerified: true,
      epoch: 2
    })
    expect(await outcome(users.changeWithProof(userId(3), back, { ...proof, epoch: 2 }, now))).toBeNull()
    expect(await outcome(users.findByName({ kind: "email", canonical: "old@b.c" }))).toMatchObject({
      user: { id: userId(3) }
    })
    expect(await outcome(codes.removeAll(userId(3)))).toBe(2)
    expect(await outcome(codes.removeExpired(now + hour, 9))).toBe(3)
  })

  test("SES-19 X06 out of memory: a sweep removes what has ended, and goes by what has not", async () => {
    const store = await preparedOn(server)
    const { sessions, tokens } = store
    await Effect.runPromise(sessions.touch(keyOf(session(1, userId(1))), { at: now, idleExpiresAt: now + 3 * hour }))
    await Effect.runPromise(tokens.insert(token(4, userId(1), { expiresAt: now + 3 * hour }), 9))
    await server.command("CONFIG", "SET", "maxmemory", "1")
    expect(await outcome(sessions.removeExpired(now + 2 * hour, 9))).toBe(2)
    expect(await outcome(tokens.removeExpired(now + 2 * hour, 9))).toBe(4)
    expect(await outcome(sessions.list(userId(1), now, wholeList))).toHaveLength(1)
    expect(await outcome(tokens.list(userId(1), now, wholeList))).toHaveLength(1)
  })

  test.each([
    ["asks", reading],
    ["adds or alters", writing],
    ["takes away", removing]
  ])("X03 every verb that %s works on a server that forgot all scripts", async (_, verbs) => {
    const store = await preparedOn(server)
    await server.command("SCRIPT", "FLUSH")
    expect(Object.values(await askAll(store, verbs))).not.toContain("StoreError")
  })

  test("X05 a server that has become a replica: what writes fails and writes nothing, and works once it is primary again", async () => {
    const store = await preparedOn(server)
    const before = await server.contents()
    await server.command("REPLICAOF", "127.0.0.1", "1")
    const noted = only(
      removing,
      ...["users.remove", "sessions.close", "sessions.closeAll", "tokens.revoke", "tokens.revokeAll"],
      "challenges.removeAll",
      "codes.remove",
      "codes.removeAll",
      "attempts.takeBack"
    )
    await expectAllToFail(store, { ...writing, ...noted })
    await server.command("REPLICAOF", "NO", "ONE")
    expect(await server.contents()).toEqual(before)
    await untilItAnswers(store)
    expect(Object.values(await askAll(store, writing))).not.toContain("StoreError")
  })
})

describe.runIf(hasRedis)("a server that is restarted", () => {
  const start = async (options: RedisOptions) => {
    const server = await startRedis(options)
    onTestFinished(() => server.close())
    return server
  }

  test("RDS-07 SET-03 empty: nobody is known, and setup does not open again in a process that knew the data", async () => {
    const server = await start({})
    const prefix = newPrefix()
    const store = await preparedOn(server, prefix)
    await server.kill()
    await server.restart()
    await until(async () => (await outcome(store.lookupSession(...credential(1)))) === null)
    await expectAllToFail(store, setupVerbs)
    expect(await outcome(store.users.findByName({ kind: "username", canonical: "name1" }))).toBeNull()
    expect(Object.keys(await server.contents())).toEqual([])
  })

  test("RDS-07 emptied under a running process: the same", async () => {
    const server = await start({})
    const store = await preparedOn(server)
    await server.command("FLUSHALL")
    await expectAllToFail(store, setupVerbs)
    expect(await outcome(store.lookupSession(...credential(1)))).toBeNull()
  })

  test("RDS-07 SET-03 empty before anybody was there: setup stays closed too, for nobody can tell the two apart", async () => {
    const server = await start({})
    const store = await build(redisStore(server.url, { prefix: newPrefix(), unsafeNoPersistence: true }))
    expect(await outcome(store.users.isSetUp)).toBe(false)
    await server.command("FLUSHALL")
    await expectAllToFail(store, setupVerbs)
  })

  test("X01 X03 with its log: what was acknowledged is there, and what was revoked stays revoked", async () => {
    const server = await start({ appendonly: true })
    const store = await build(redisStore(server.url, { prefix: newPrefix() }))
    await Effect.runPromise(prepare(store))
    await Effect.runPromise(store.users.insert(person(4)))
    await Effect.runPromise(store.sessions.insert(session(4, userId(4)), plenty))
    await Effect.runPromise(store.users.endCredentials(userId(1), now))
    await Effect.runPromise(store.sessions.closeAll(userId(2), null))
    await Effect.runPromise(store.tokens.revoke(tokenKeyOf(token(2, userId(2)))))
    await Effect.runPromise(store.users.remove(userId(3), null))
    await server.kill()
    await server.restart()
    await untilItAnswers(store)
    const found = await Promise.all([1, 2, 3, 4].map((n) => outcome(store.lookupSession(...credential(n)))))
    expect(found).toMatchObject([{ user: { epoch: 1 }, session: { epoch: 0 } }, null, null, { user: person(4).user }])
    const foundTokens = await Promise.all([1, 2, 3].map((n) => outcome(store.lookupToken(...tokenCredential(n)))))
    expect(foundTokens).toMatchObject([{ user: { epoch: 1 }, token: { epoch: 0 } }, null, null])
    expect(await outcome(store.users.isSetUp)).toBe(true)
    expect(await outcome(store.users.insertFirstAdmin(admin(5)))).toBe(false)
  })
})
