import { ChallengeId, SecretHash, SessionId, type StoreShape, TokenId, UserId } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeKeys } from "../src/keys.ts"
import {
  challenge,
  code,
  codeKey,
  hour,
  importedToken,
  keyOf,
  limit,
  manyTokens,
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
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { prepare } from "./verbs.ts"

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

const opened = async () => {
  const prefix = newPrefix()
  const store = await build(redisStore(server.url, { prefix, unsafeNoPersistence: true }))
  return { prefix, store }
}

/** The keys under a prefix that contain a text. */
const keysUnder = async (prefix: string, part = ""): Promise<ReadonlyArray<string>> =>
  Object.keys(await server.contents()).filter((key) => key.includes(prefix) && key.includes(part))

const onlyKey = async (prefix: string, part: string): Promise<string> => {
  const keys = await keysUnder(prefix, part)
  expect(keys).toHaveLength(1)
  return keys[0] ?? ""
}

const millisecondsLeft = async (key: string): Promise<number> => Number(await server.command("PTTL", key))

/** Ids that other key schemes take for more than text, or for another key. */
const hostile = [
  "a:b",
  "*",
  "}{",
  "{x}",
  "x}:user:1",
  "{}",
  "}",
  "?[a-z]",
  "\u0000",
  "\r\nFLUSHALL\r\n",
  " ",
  "\u{1F600}"
]

const useAllOf = Effect.fnUntraced(function* (store: StoreShape, text: string) {
  const { users, sessions, tokens, challenges, codes, attempts, audit, settings } = store
  const id = UserId(text)
  const row = person(1, { id, username: text, email: text })
  yield* users.insert(row)
  const opened = session(1, id, { id: SessionId(text) })
  yield* sessions.insert({ ...opened, hash: SecretHash(text) }, plenty)
  const made = token(1, id, { id: TokenId(text), name: text, hint: text, scopes: [text] })
  yield* tokens.insert({ ...made, hash: SecretHash(text) }, manyTokens)
  yield* tokens.import({ ...importedToken(2, id), hash: SecretHash(`${text} of another`) })
  const asked = challenge(9, { id: ChallengeId(text), codeHash: SecretHash(text), program: text, scopes: [text] })
  yield* challenges.insert({ ...asked, secretHash: SecretHash(text) }, plenty)
  const claimed = yield* challenges.claim(SecretHash(text), id, now, plenty)
  expect(claimed).toMatchObject({ id: text, userId: text, program: text })
  expect(yield* challenges.list(id, wholeList)).toEqual([claimed])
  const mailed = code(9, id, { email: { typed: text, canonical: text }, ownEmail: text })
  const held = { ...mailed, hash: SecretHash(text) }
  yield* codes.insert(held, "replace")
  expect(yield* codes.find(codeKey(held))).toEqual(held.code)
  const used = { ...held.code, usedAt: now }
  expect(yield* codes.consume(codeKey(held), now)).toEqual({ code: used, isFirst: true })
  expect(yield* codes.list(id)).toEqual([used])
  yield* attempts.hit([{ key: text, limit }], now)
  yield* attempts.trust(
    { account: text, key: text, until: now + hour },
    { at: now, most: 10, replaced: null, keep: "losable" }
  )
  const event = { type: "user.removed", details: { by: "admin" }, at: now, actor: id, subject: id } as const
  yield* audit.append({
    event: { ...event, credential: null, actedWith: null, ip: text, userAgent: text, request: text },
    link: null
  })
  const [copy] = yield* users.export(null, 1_000).pipe(Effect.map((rows) => rows.filter(({ user }) => user.id === id)))
  expect(copy).toEqual(row)
  const ended = {
    ...opened,
    session: { ...opened.session, id: SessionId(`other ${text}`) },
    hash: SecretHash(`*${text}`)
  }
  expect(yield* sessions.restore([ended])).toEqual([true])
  expect(new Set(yield* sessions.export(id, now, wholeList))).toEqual(
    new Set([{ ...opened, hash: SecretHash(text) }, ended])
  )
  expect(yield* tokens.restore([{ ...made, hash: SecretHash(text) }])).toEqual([false])
  expect(yield* tokens.export(id, now, wholeList)).toHaveLength(2)
  expect(yield* codes.export(id)).toEqual([{ code: used, hash: SecretHash(text) }])
  expect(yield* codes.restore([held])).toEqual([false])
  yield* settings.write(text, 0)
  expect(yield* settings.read).toEqual({ version: 1, text })
})

describe.runIf(hasRedis)("the names of keys", () => {
  test.each(hostile)("RDS-01 the id %j stays in its own keys, and all of them have the prefix's tag", async (text) => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    await Effect.runPromise(useAllOf(store, text))
    const tag = new RegExp(`^\\{${prefix}(?::[0-9a-f]{2}|:audit|:settings)?\\}:[a-z-]+`)
    for (const key of Object.keys(await server.contents())) {
      if (key.includes(prefix)) expect(key).toMatch(tag)
    }
    // What belongs to one owner is in one slot, wherever the id has braces.
    const slots = (await keysUnder(prefix, text))
      .filter(
        (key) =>
          /\}:(?:user|sessions|tokens|codes|claims):/.test(key) && key.endsWith(`:${text}`) && !key.includes("audit")
      )
      .map((key) => server.command("CLUSTER", "KEYSLOT", key).catch(String))
    expect(new Set(await Promise.all(slots)).size).toBe(1)
  })

  test("RDS-01 no id leads to what belongs to another", async () => {
    const { store } = await opened()
    await Effect.runPromise(prepare(store))
    for (const text of ["*", `${userId(1)}*`, `{${userId(1)}}`, `${userId(1)}\u0000`, `user:${userId(1)}`]) {
      expect(await outcome(store.users.find(UserId(text)))).toBeNull()
      expect(await outcome(store.sessions.list(UserId(text), now, wholeList))).toEqual([])
      expect(await outcome(store.sessions.closeAll(UserId(text), null))).toBe(0)
      expect(await outcome(store.tokens.list(UserId(text), now, wholeList))).toEqual([])
      expect(await outcome(store.tokens.revokeAll(UserId(text)))).toBe(0)
      expect(await outcome(store.codes.list(UserId(text)))).toEqual([])
      expect(await outcome(store.codes.removeAll(UserId(text)))).toBe(0)
      expect(await outcome(store.challenges.list(UserId(text), wholeList))).toEqual([])
      expect(await outcome(store.challenges.removeAll(UserId(text)))).toBe(0)
    }
    expect(await outcome(store.sessions.list(userId(1), now, wholeList))).toHaveLength(1)
    expect(await outcome(store.codes.list(userId(1)))).toHaveLength(1)
  })

  test.each(["{a}", "a}", "", " ", "a*", "ä", "x".repeat(101)])("RDS-01 the prefix %j is refused", (prefix) => {
    expect(() => redisStore("redis://127.0.0.1", { prefix })).toThrow("prefix")
  })
})

describe.runIf(hasRedis)("when keys end", () => {
  test("RDS-02 SES-19 what ends is gone from the server an hour after its end, and users never", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const ending = {
      sessions: "}:sessions:",
      tokens: "}:tokens:",
      codes: "}:codes:",
      challenge: "}:challenge:",
      claims: "}:claims:",
      userCode: "}:user-code:",
      open: "}:open-challenges",
      bucket: "}:bucket:",
      marks: "}:marks:"
    }
    for (const part of Object.values(ending)) {
      const keys = await keysUnder(prefix, part)
      expect(keys, part).not.toEqual([])
      for (const key of keys) {
        const left = await millisecondsLeft(key)
        expect(left, key).toBeGreaterThan(hour)
        expect(left, key).toBeLessThanOrEqual(3 * hour)
      }
    }
    const lasting = (await keysUnder(prefix)).filter((key) => !Object.values(ending).some((part) => key.includes(part)))
    expect(lasting.length).toBeGreaterThan(3)
    for (const key of lasting) expect(await millisecondsLeft(key), key).toBe(-1)
  })

  test("RDS-02 SES-19 a touch lets the sessions stay longer, and a shorter life of another does not shorten it", async () => {
    const { prefix, store } = await opened()
    const owner = userId(1)
    await Effect.runPromise(store.sessions.insert(session(1, owner), plenty))
    const key = await onlyKey(prefix, "}:sessions:")
    const at = { at: now, idleExpiresAt: now + 6 * hour }
    expect(await outcome(store.sessions.touch(keyOf(session(1, owner)), at))).toBe(true)
    expect(await millisecondsLeft(key)).toBeGreaterThan(6 * hour)
    await Effect.runPromise(store.sessions.insert(session(2, owner, { idleExpiresAt: now + 1_000 }), plenty))
    expect(await millisecondsLeft(key)).toBeGreaterThan(6 * hour)
  })

  test("RDS-02 SES-08 a session that was moved to a new epoch still ends, and is the one that stays when others are closed", async () => {
    const { prefix, store } = await opened()
    const owner = userId(1)
    for (const n of [1, 2]) await Effect.runPromise(store.sessions.insert(session(n, owner), plenty))
    expect(await outcome(store.sessions.setEpoch(keyOf(session(1, owner)), { from: 0, to: 1 }))).toBe(true)
    expect(await millisecondsLeft(await onlyKey(prefix, "}:sessions:"))).toBeGreaterThan(hour)
    expect(await outcome(store.sessions.closeAll(owner, session(1, owner).session.id))).toBe(1)
    expect(await outcome(store.sessions.list(owner, now, wholeList))).toMatchObject([
      { id: session(1, owner).session.id }
    ])
    expect(await millisecondsLeft(await onlyKey(prefix, "}:sessions:"))).toBeGreaterThan(hour)
  })

  test("RDS-02 BAK-01 what is restored is gone an hour after its end, as what was added, and at the earliest an hour from now", async () => {
    const { prefix, store } = await opened()
    const [owner, other] = [userId(1), userId(2)]
    const past = { createdAt: now - 2 * hour, expiresAt: now - hour }
    const { sessions, tokens, codes } = store
    await Effect.runPromise(sessions.restore([session(1, owner), session(2, other, past)]))
    await Effect.runPromise(tokens.restore([token(1, owner), token(2, other, past)]))
    await Effect.runPromise(codes.restore([code(1, owner), code(2, other, past)]))
    const { tokenEnds, codeEnds, sessionEnds } = makeKeys(prefix).ofOwner(owner)
    for (const part of ["sessions", "tokens", "codes"]) {
      const left = await millisecondsLeft(await onlyKey(prefix, `}:${part}:${owner}`))
      expect(left, part).toBeGreaterThan(1.5 * hour)
      expect(left, part).toBeLessThanOrEqual(2 * hour)
      const pastLeft = await millisecondsLeft(await onlyKey(prefix, `}:${part}:${other}`))
      expect(pastLeft, part).toBeGreaterThan(hour / 2)
      expect(pastLeft, part).toBeLessThanOrEqual(hour)
    }
    for (const ends of [tokenEnds, codeEnds, sessionEnds]) {
      expect(await server.command("ZSCORE", ends, owner), ends).toBe(String(now + hour))
    }
    await Effect.runPromise(tokens.restore([token(3, owner, { expiresAt: null })]))
    expect(await millisecondsLeft(await onlyKey(prefix, `}:tokens:${owner}`))).toBe(-1)
    for (const { removeExpired } of [sessions, tokens, codes]) expect(await outcome(removeExpired(now, 9))).toBe(1)
  })

  test("RDS-02 PAT-05 tokens stay until an hour after the last end, and for ever while one of them has none", async () => {
    const { prefix, store } = await opened()
    const { tokens } = store
    const owner = userId(1)
    const isNear = async (end: number) => {
      const left = await millisecondsLeft(await onlyKey(prefix, "}:tokens:"))
      expect(left).toBeGreaterThan(end - hour / 2)
      expect(left).toBeLessThanOrEqual(end)
    }
    const endless = token(3, owner, { expiresAt: null })
    const last = token(2, owner, { expiresAt: now + 4 * hour })
    await Effect.runPromise(tokens.insert(token(1, owner), 9))
    await isNear(2 * hour)
    await Effect.runPromise(tokens.insert(last, 9))
    await Effect.runPromise(tokens.import(importedToken(4, owner, { expiresAt: now + 3 * hour })))
    await isNear(5 * hour)
    await Effect.runPromise(tokens.insert(endless, 9))
    expect(await millisecondsLeft(await onlyKey(prefix, "}:tokens:"))).toBe(-1)
    await Effect.runPromise(tokens.insert(token(5, owner), 9))
    expect(await millisecondsLeft(await onlyKey(prefix, "}:tokens:"))).toBe(-1)
    await Effect.runPromise(tokens.revoke(tokenKeyOf(endless)))
    await isNear(5 * hour)
    const rotation = { next: token(6, owner, { expiresAt: null }), at: now, oldExpiresAt: now + 1 }
    expect(await outcome(tokens.rotate(tokenKeyOf(last), rotation, 9))).toBe(true)
    expect(await millisecondsLeft(await onlyKey(prefix, "}:tokens:"))).toBe(-1)
    const back = { next: token(7, owner, { expiresAt: now + 6 * hour }), at: now, oldExpiresAt: now + 1 }
    expect(await outcome(tokens.rotate(tokenKeyOf(rotation.next), back, 9))).toBe(true)
    await isNear(7 * hour)
    expect(await outcome(tokens.recordUse(tokenKeyOf(back.next), now + hour))).toBe(true)
    await isNear(7 * hour)
  })

  test("PAT-05 a token that ends is in the index by its end, and one without an end is not", async () => {
    const { prefix, store } = await opened()
    const { tokens } = store
    const { tokenEnds } = makeKeys(prefix).ofOwner(userId(1))
    const indexed = () => server.command("ZRANGE", tokenEnds, "0", "-1", "WITHSCORES")
    const [endless, next] = [token(1, userId(1), { expiresAt: null }), token(2, userId(1), { expiresAt: null })]
    await Effect.runPromise(tokens.insert(endless, 9))
    expect(await indexed()).toEqual([])
    const rotation = { next, at: now, oldExpiresAt: now + hour }
    await Effect.runPromise(tokens.rotate(tokenKeyOf(endless), rotation, 9))
    expect(await indexed()).toEqual([userId(1), String(now + hour)])
    await Effect.runPromise(tokens.insert(token(3, userId(1), { expiresAt: now + 1 }), 9))
    expect(await indexed()).toEqual([userId(1), String(now + 1)])
    expect(await outcome(tokens.removeExpired(now + 1, 9))).toBe(1)
    expect(await indexed()).toEqual([userId(1), String(now + hour)])
    expect(await outcome(tokens.removeExpired(now + hour, 9))).toBe(1)
    expect(await indexed()).toEqual([])
    expect(await outcome(tokens.removeExpired(now + 10_000 * hour, 9))).toBe(0)
    expect(await outcome(tokens.list(userId(1), now, wholeList))).toEqual([next.token])
  })

  test("RDS-02 TIM-02 a sweep forgets the owner of tokens that the server cleared away", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(store.tokens.insert(token(1, userId(1)), 9))
    await server.command("DEL", await onlyKey(prefix, "}:tokens:"))
    expect(await outcome(store.tokens.removeExpired(now + 2 * hour, 9))).toBe(0)
    expect(await keysUnder(prefix, "}:token-ends")).toEqual([])
  })

  test("RDS-02 the codes of a user stay until an hour after the last end, however they are used, replaced or removed", async () => {
    const { prefix, store } = await opened()
    const { codes } = store
    const owner = userId(1)
    const isNear = async (end: number) => {
      const left = await millisecondsLeft(await onlyKey(prefix, "}:codes:"))
      expect(left).toBeGreaterThan(end - hour / 2)
      expect(left).toBeLessThanOrEqual(end)
    }
    const [long, short] = [code(1, owner, { expiresAt: now + 24 * hour }), code(2, owner, { purpose: "verify" })]
    await Effect.runPromise(codes.insert(short, "replace"))
    await isNear(2 * hour)
    await Effect.runPromise(codes.insert(long, "replace"))
    await isNear(25 * hour)
    expect(await outcome(codes.consume(codeKey(long), now + 1))).toMatchObject({ isFirst: true })
    await Effect.runPromise(codes.insert(code(3, owner, { purpose: "invite" }), "or-prolong"))
    await Effect.runPromise(codes.insert(code(4, owner, { purpose: "verify", expiresAt: now + 1 }), "replace"))
    expect(await outcome(codes.remove({ ...codeKey(short), hash: null }))).toBe(true)
    await isNear(25 * hour)
    expect(await outcome(codes.consume(codeKey(long), now + 24 * hour - 1))).toMatchObject({ isFirst: false })
  })

  test("a sweep puts the index of codes right, and forgets an owner who has none", async () => {
    const { prefix, store } = await opened()
    const { codes } = store
    const { codeEnds } = makeKeys(prefix).ofOwner(userId(1))
    const indexed = () => server.command("ZRANGE", codeEnds, "0", "-1", "WITHSCORES")
    await Effect.runPromise(codes.insert(code(1, userId(1)), "replace"))
    await Effect.runPromise(codes.insert(code(2, userId(1), { expiresAt: now + 3 * hour }), "replace"))
    expect(await indexed()).toEqual([userId(1), String(now + hour)])
    expect(await outcome(codes.removeExpired(now + hour, 9))).toBe(0)
    expect(await indexed()).toEqual([userId(1), String(now + 3 * hour)])
    await server.command("DEL", await onlyKey(prefix, "}:codes:"))
    expect(await outcome(codes.removeExpired(now + 3 * hour, 9))).toBe(0)
    expect(await indexed()).toEqual([])
  })

  test("RDS-02 SES-19 TIM-02 the server's idea of the time decides nothing: what is past its end is still told until it is swept", async () => {
    const { store } = await opened()
    const ended = session(1, userId(1), { createdAt: now - 2 * hour, idleExpiresAt: now - hour, expiresAt: now - hour })
    await Effect.runPromise(store.sessions.insert(ended, plenty))
    expect(await outcome(store.sessions.find(userId(1), ended.hash))).toEqual(ended.session)
    expect(await outcome(store.sessions.removeExpired(now, 9))).toBe(1)
    expect(await outcome(store.sessions.find(userId(1), ended.hash))).toBeNull()
  })
})

describe.runIf(hasRedis)("what is gone", () => {
  const use = { at: now, idleExpiresAt: now + 2 * hour }
  const one = session(1, userId(1))

  test("RDS-03 SES-05 a touch of what never was, or was closed, creates no key", async () => {
    const { prefix, store } = await opened()
    const before = await keysUnder(prefix)
    expect(await outcome(store.sessions.touch(keyOf(one), use))).toBe(false)
    expect(await keysUnder(prefix)).toEqual(before)
    await Effect.runPromise(store.sessions.insert(one, plenty))
    await Effect.runPromise(store.sessions.close(keyOf(one)))
    expect(await outcome(store.sessions.touch(keyOf(one), use))).toBe(false)
    expect(await keysUnder(prefix, "}:sessions:")).toEqual([])
  })

  test("RDS-03 SES-05 a touch of what the server cleared away creates no key", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(store.sessions.insert(one, plenty))
    const key = await onlyKey(prefix, "}:sessions:")
    await server.command("DEL", key)
    expect(await outcome(store.sessions.touch(keyOf(one), use))).toBe(false)
    expect(await outcome(store.sessions.setData(keyOf(one), { version: 0, data: 1 }))).toBe(false)
    expect(await outcome(store.sessions.replace(keyOf(one), session(2, userId(1)), now))).toBe(false)
    expect(await server.command("EXISTS", key)).toBe(0)
  })

  test("RDS-03 PAT-06 a use of a token that never was, was revoked, or was cleared away creates no key", async () => {
    const { prefix, store } = await opened()
    const { tokens } = store
    const made = token(1, userId(1))
    const key = tokenKeyOf(made)
    const rotation = { next: token(2, userId(1)), at: now, oldExpiresAt: now }
    const before = await keysUnder(prefix)
    const nothingComesBack = async () => {
      expect(await outcome(tokens.recordUse(key, now))).toBe(false)
      expect(await outcome(tokens.rotate(key, rotation, 9))).toBe(false)
      expect(await outcome(tokens.revoke(key))).toBe(false)
    }
    await nothingComesBack()
    expect(await keysUnder(prefix)).toEqual(before)
    await Effect.runPromise(tokens.insert(made, 9))
    await Effect.runPromise(tokens.revoke(key))
    await nothingComesBack()
    expect(await keysUnder(prefix)).toEqual(before)
    await Effect.runPromise(tokens.insert(made, 9))
    await server.command("DEL", await onlyKey(prefix, "}:tokens:"))
    await nothingComesBack()
    expect(await keysUnder(prefix, "}:tokens:")).toEqual([])
  })

  test("RDS-03 a use of a code that never was, was removed, or was cleared away creates no key", async () => {
    const { prefix, store } = await opened()
    const { codes } = store
    const held = code(1, userId(1))
    const before = await keysUnder(prefix)
    const nothingComesBack = async () => {
      expect(await outcome(codes.consume(codeKey(held), now))).toBeNull()
      expect(await outcome(codes.remove(codeKey(held)))).toBe(false)
      expect(await keysUnder(prefix, "}:codes:")).toEqual([])
    }
    await nothingComesBack()
    expect(await keysUnder(prefix)).toEqual(before)
    await Effect.runPromise(codes.insert(held, "replace"))
    await Effect.runPromise(codes.removeAll(userId(1)))
    expect(await keysUnder(prefix)).toEqual(before)
    await nothingComesBack()
    await Effect.runPromise(codes.insert(held, "replace"))
    await server.command("DEL", await onlyKey(prefix, "}:codes:"))
    await nothingComesBack()
  })

  test("RDS-03 SES-05 no verb about a user who is gone brings back a key of theirs", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const { users } = store
    const id = userId(3)
    expect(await outcome(users.remove(id, null))).toBe(true)
    const left = await keysUnder(prefix, id)
    await outcome(users.recordLogin(id, now))
    await outcome(users.rehash(id, { from: "hash-3", to: "new" }))
    await outcome(users.changeWithProof(id, newPassword("new"), { epoch: 0, revocations: null }, now))
    await outcome(users.countRevocation(id))
    await outcome(users.endCredentials(id, now))
    await outcome(users.promote(id, { passwordHash: "new", mustChangePassword: false }, now))
    await outcome(users.change(id, { isVerified: false }, now))
    await outcome(store.sessions.touch(keyOf(session(3, id)), use))
    const rotation = { next: token(5, id), at: now, oldExpiresAt: now }
    expect(await outcome(store.codes.consume(codeKey(code(3, id)), now))).toBeNull()
    await outcome(store.tokens.recordUse(tokenKeyOf(token(3, id)), now))
    await outcome(store.tokens.rotate(tokenKeyOf(token(3, id)), rotation, 9))
    // Without an end they would stay for ever.
    expect(await outcome(store.tokens.insert(token(6, id, { expiresAt: null }), 9))).toBe("StoreError")
    expect(await outcome(store.tokens.import(token(7, id, { expiresAt: null, isImported: true })))).toBe("StoreError")
    expect(await keysUnder(prefix, id)).toEqual(left)
    expect(left.filter((key) => /\}:(?:user|sessions|tokens|codes):/.test(key) && !key.includes("audit"))).toEqual([])
    const { codeEnds } = makeKeys(prefix).ofOwner(id)
    expect(await server.command("ZSCORE", codeEnds, id)).toBeNull()
  })

  test("RDS-02 a code that comes for a user who is gone ends with its time, and opens nothing", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const late = code(5, userId(3))
    expect(await outcome(store.users.remove(userId(3), null))).toBe(true)
    expect(await outcome(store.codes.insert(late, "replace"))).toBe(true)
    expect(await millisecondsLeft(makeKeys(prefix).ofOwner(userId(3)).codes)).toBeLessThanOrEqual(2 * hour)
    const proof = { epoch: 0, revocations: null, canonicalEmail: late.code.ownEmail }
    expect(await outcome(store.users.changeWithProof(userId(3), newPassword("new"), proof, now))).toBeNull()
    expect(await outcome(store.codes.removeExpired(now + hour, 9))).toBe(4)
    expect(await keysUnder(prefix, "}:code")).toEqual([])
  })
})
