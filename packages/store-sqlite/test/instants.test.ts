import type { StoreShape } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import {
  admin,
  approval,
  challenge,
  challengeKeyOf,
  challengeSecretOf,
  code,
  codeKeyOf,
  codeOf,
  denial,
  event,
  hour,
  keyOf,
  limit,
  newPassword,
  now,
  person,
  plenty,
  redemption,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"
import { build, contents, hostHandles, outcome } from "./stores.ts"

const LAST = 8_640_000_000_000_000
const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1.5, LAST + 1]

const [id, one] = [userId(1), session(1, userId(1))]
const key = keyOf(one)
const mine = token(1, id)
const tokenKey = tokenKeyOf(mine)
const mailed = code(1, id)

/** Every verb with an instant, once for each of its instants. */
const verbsAt = ({ users, sessions, tokens, challenges, codes, attempts, audit }: StoreShape, at: number) => ({
  "users.insert createdAt": users.insert(person(2, { createdAt: at })),
  "users.insert updatedAt": users.insert(person(3, { updatedAt: at })),
  "users.insert lastLoginAt": users.insert(person(4, { lastLoginAt: at })),
  "users.insertFirstAdmin": users.insertFirstAdmin(person(5, { isSuperuser: true, createdAt: at })),
  "users.change": users.change(id, { isVerified: false }, at),
  "users.changeWithProof": users.changeWithProof(id, newPassword("new"), { epoch: 0, revocations: 0 }, at),
  "users.releaseEmail": users.releaseEmail(id, "name1@example.org", at),
  "users.endCredentials": users.endCredentials(id, at),
  "users.promote": users.promote(id, { passwordHash: "new", mustChangePassword: false }, at),
  "users.recordLogin": users.recordLogin(id, at),
  "sessions.insert createdAt": sessions.insert(session(2, id, { createdAt: at }), plenty),
  "sessions.insert authenticatedAt": sessions.insert(session(3, id, { authenticatedAt: at }), plenty),
  "sessions.insert lastSeenAt": sessions.insert(session(4, id, { lastSeenAt: at }), plenty),
  "sessions.insert idleExpiresAt": sessions.insert(session(5, id, { idleExpiresAt: at }), plenty),
  "sessions.insert expiresAt": sessions.insert(session(6, id, { expiresAt: at }), plenty),
  "sessions.touch at": sessions.touch(key, { at, idleExpiresAt: now + hour }),
  "sessions.touch idleExpiresAt": sessions.touch(key, { at: now, idleExpiresAt: at }),
  "sessions.replace": sessions.replace(key, session(7, id), at),
  "sessions.replace by an odd one": sessions.replace(key, session(8, id, { expiresAt: at }), now),
  "sessions.isThere": sessions.isThere(key, at),
  "sessions.list": sessions.list(id, at, wholeList),
  "sessions.removeExpired": sessions.removeExpired(at, 10),
  "tokens.insert createdAt": tokens.insert(token(2, id, { createdAt: at }), 10),
  "tokens.insert expiresAt": tokens.insert(token(3, id, { expiresAt: at }), 10),
  "tokens.insert lastUsedAt": tokens.insert(token(4, id, { lastUsedAt: at }), 10),
  "tokens.import": tokens.import(token(5, id, { isImported: true, expiresAt: at })),
  "tokens.recordUse": tokens.recordUse(tokenKey, at),
  "tokens.rotate at": tokens.rotate(tokenKey, { ...rotation(token(6, id)), at }, 10),
  "tokens.rotate oldExpiresAt": tokens.rotate(tokenKey, { ...rotation(token(7, id)), oldExpiresAt: at }, 10),
  "tokens.rotate by an odd one": tokens.rotate(tokenKey, rotation(token(8, id, { createdAt: at })), 10),
  "tokens.isThere": tokens.isThere(tokenKey, at),
  "tokens.list": tokens.list(id, at, wholeList),
  "tokens.removeExpired": tokens.removeExpired(at, 10),
  "challenges.insert createdAt": challenges.insert(challenge(4, { createdAt: at, expiresAt: now }), 10),
  "challenges.insert expiresAt": challenges.insert(challenge(5, { expiresAt: at, keptUntil: now }), 10),
  "challenges.insert keptUntil": challenges.insert(challenge(6, { keptUntil: at }), 10),
  "challenges.insert nextPollAt": challenges.insert(
    challenge(7, { pace: { interval: 1, step: 1, nextPollAt: at } }),
    10
  ),
  "challenges.claim": challenges.claim(codeOf(1), id, at, 10),
  "challenges.decide": challenges.decide(challengeKeyOf(2, id), approval(), at),
  "challenges.decide keptUntil": challenges.decide(challengeKeyOf(2, id), { ...denial, keptUntil: at }, now),
  "challenges.poll": challenges.poll(challengeSecretOf(1), at),
  "challenges.redeem": challenges.redeem(challengeSecretOf(3), redemption(null, at)),
  "challenges.redeem keptUntil": challenges.redeem(challengeSecretOf(3), { ...redemption(), keptUntil: at }),
  "challenges.removeExpired": challenges.removeExpired(at, 10),
  "codes.insert createdAt": codes.insert(code(2, id, { createdAt: at }), "replace"),
  "codes.insert createdAt beside one that lives": codes.insert(code(2, id, { createdAt: at }), "or-prolong"),
  "codes.insert expiresAt": codes.insert(code(2, id, { expiresAt: at }), "replace"),
  "codes.insert usedAt": codes.insert(code(2, id, { usedAt: at }), "replace"),
  "codes.consume": codes.consume(codeKeyOf(mailed), at),
  "codes.removeExpired": codes.removeExpired(at, 10),
  "attempts.hit": attempts.hit([{ key: "k", limit }], at),
  "attempts.takeBack": attempts.takeBack([{ key: "k", limit }], at),
  "attempts.trust": attempts.trust(
    { account: "a", key: "k", until: at },
    { at: now, most: 10, replaced: null, keep: "losable" }
  ),
  "attempts.trust at": attempts.trust(
    { account: "a", key: "k", until: now },
    { at, most: 10, replaced: { key: "r", until: now }, keep: "losable" }
  ),
  "attempts.trust replaced": attempts.trust(
    { account: "a", key: "k", until: now },
    { at: now, most: 10, replaced: { key: "r", until: at }, keep: "losable" }
  ),
  "attempts.forget": attempts.forget({ key: "k", limit }, at),
  "attempts.isTrusted": attempts.isTrusted({ account: "a", key: "k" }, at),
  "attempts.removeExpired": attempts.removeExpired(at, 10),
  "audit.append": audit.append({ event: event(1, at), link: null }),
  "audit.removeExpired": audit.removeExpired(at, 10)
})

const populated = async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(person(1)))
  Effect.runSync(store.sessions.insert(one, plenty))
  Effect.runSync(store.tokens.insert(mine, 10))
  for (const n of [1, 2, 3]) Effect.runSync(store.challenges.insert(challenge(n), 10))
  for (const n of [2, 3]) Effect.runSync(store.challenges.claim(codeOf(n), id, now, 10))
  Effect.runSync(store.challenges.decide(challengeKeyOf(3, id), approval(), now))
  Effect.runSync(store.codes.insert(mailed, "replace"))
  return { handle, store }
}

test("TIM-04 an odd instant is refused wherever one is given, and nothing is written", async () => {
  const { handle, store } = await populated()
  const before = contents(handle)
  for (const at of odd) {
    for (const [name, verb] of Object.entries(verbsAt(store, at))) {
      expect(outcome<unknown>(verb), `${name} at ${at}`).toBe("StoreError")
    }
  }
  expect(contents(handle)).toEqual(before)
})

test("TIM-04 an attempt whose bucket would outlast all instants is refused", async () => {
  const { handle, store } = await populated()
  const before = contents(handle)
  expect(outcome(store.attempts.hit([{ key: "k", limit }], LAST))).toBe("StoreError")
  const endless = { ...limit, forget: Number.POSITIVE_INFINITY }
  expect(
    outcome(
      store.attempts.hit(
        [
          { key: "k", limit },
          { key: "endless", limit: endless }
        ],
        now
      )
    )
  ).toBe("StoreError")
  expect(contents(handle)).toEqual(before)
})

test("TIM-04 the first and the last instant of all are instants", async () => {
  const { store } = await populated()
  for (const [n, at] of [[2, 0] as const, [3, LAST] as const]) {
    const user = person(n, { createdAt: at, updatedAt: at, lastLoginAt: at })
    Effect.runSync(store.users.insert(user))
    expect(outcome(store.users.find(user.user.id))).toEqual(user.user)
    expect(outcome(store.sessions.list(id, at, wholeList))).toHaveLength(at === 0 ? 1 : 0)
  }
})

test("TIM-04 an odd instant that got into the file is refused when it is read", async () => {
  const { handle, store } = await populated()
  handle.exec("PRAGMA ignore_check_constraints = ON; UPDATE latchkey_sessions SET last_seen_at = -1")
  expect(outcome(store.lookupSession(id, one.hash))).toBe("StoreError")
  expect(outcome(store.sessions.find(id, one.hash))).toBe("StoreError")
  handle.exec(`UPDATE latchkey_users SET created_at = ${LAST + 1}`)
  expect(outcome(store.users.find(id))).toBe("StoreError")
})

test("TIM-04 an odd token that got into the file is refused when it is read", async () => {
  const { handle, store } = await populated()
  handle.exec("PRAGMA ignore_check_constraints = ON")
  for (const change of ["scopes = 'read'", "scopes = '\"read\"'", "scopes = '[1]'", "expires_at = -1", "epoch = -1"]) {
    handle.exec(`SAVEPOINT odd; UPDATE latchkey_tokens SET ${change}`)
    expect(outcome(store.lookupToken(id, mine.hash)), change).toBe("StoreError")
    expect(outcome(store.tokens.find(id, mine.hash)), change).toBe("StoreError")
    handle.exec("ROLLBACK TO odd; RELEASE odd")
  }
  expect(outcome(store.tokens.find(id, mine.hash))).toEqual(mine.token)
})

test("TIM-04 an odd CLI login that got into the file is refused when it is read", async () => {
  const { handle, store } = await populated()
  handle.exec("PRAGMA ignore_check_constraints = ON")
  const changes = [
    "scopes = 'read'",
    "state = 'spent'",
    "state = 'pending'",
    "state = 'denied'",
    "user_id = NULL",
    "result = 'cookie'",
    "expires_at = -1",
    "epoch = -1",
    "epoch = NULL",
    "claimed_at = NULL",
    "wrong_numbers = NULL"
  ]
  for (const change of changes) {
    handle.exec(`SAVEPOINT odd; UPDATE latchkey_challenges SET ${change} WHERE id = 'challenge-3'`)
    expect(outcome(store.challenges.redeem(challengeSecretOf(3), redemption())), change).toBe("StoreError")
    handle.exec("ROLLBACK TO odd; RELEASE odd")
  }
  expect(outcome(store.challenges.find(challengeKeyOf(3, id)))).toMatchObject({ state: "approved" })
})

test("TIM-04 an odd one-time code that got into the file is refused when it is read", async () => {
  const { handle, store } = await populated()
  const { purpose } = mailed.code
  handle.exec("PRAGMA ignore_check_constraints = ON")
  for (const change of ["created_at = -1", "expires_at = -1", "used_at = -1", "epoch = -1"]) {
    handle.exec(`SAVEPOINT odd; UPDATE latchkey_codes SET ${change}`)
    expect(outcome(store.codes.find(codeKeyOf(mailed))), change).toBe("StoreError")
    expect(outcome(store.codes.consume(codeKeyOf(mailed), now)), change).toBe("StoreError")
    expect(outcome(store.codes.insert(code(2, id), "or-prolong")), change).toBe("StoreError")
    handle.exec("ROLLBACK TO odd; RELEASE odd")
  }
  handle.exec("SAVEPOINT odd; UPDATE latchkey_codes SET purpose = 'anything'")
  expect(outcome(store.codes.list(id))).toBe("StoreError")
  handle.exec("ROLLBACK TO odd; RELEASE odd")
  expect(outcome(store.codes.remove({ owner: id, purpose, hash: null }))).toBe(true)
})

test("TIM-04 the tables themselves refuse an odd instant", async () => {
  const { handle } = await populated()
  for (const value of ["-1", String(LAST + 1), "1.5", "'soon'", "NULL", "9e999"]) {
    expect(() => handle.exec(`UPDATE latchkey_sessions SET expires_at = ${value}`), value).toThrow(
      /constraint|cannot store/
    )
  }
  for (const column of ["expires_at", "kept_until", "next_poll_at"]) {
    for (const value of ["-1", String(LAST + 1), "1.5", "'soon'", "NULL", "9e999"]) {
      expect(() => handle.exec(`UPDATE latchkey_challenges SET ${column} = ${value}`), value).toThrow(
        /constraint|cannot store/
      )
    }
  }
  for (const value of ["-1", String(LAST + 1), "1.5", "'soon'", "NULL", "9e999"]) {
    expect(() => handle.exec(`UPDATE latchkey_codes SET expires_at = ${value}`), value).toThrow(
      /constraint|cannot store/
    )
  }
  // A token may have no end, and a code may be unused.
  for (const value of ["-1", String(LAST + 1), "1.5", "'soon'", "9e999"]) {
    expect(() => handle.exec(`UPDATE latchkey_codes SET used_at = ${value}`), value).toThrow(/constraint|cannot store/)
    expect(() => handle.exec(`UPDATE latchkey_tokens SET expires_at = ${value}`), value).toThrow(
      /constraint|cannot store/
    )
  }
})

test("a limit that is no count is refused, and means never `all`", async () => {
  const { store } = await populated()
  const page = { query: null, filter: {}, after: null, limit: 10 }
  const records = { after: null, order: "newest-first", limit: 10, type: null, user: null, request: null } as const
  for (const bad of [Number.NaN, -1, 1.5]) {
    expect(outcome(store.users.list({ ...page, limit: bad }))).toBe("StoreError")
    expect(outcome(store.audit.list({ ...records, limit: bad }))).toBe("StoreError")
    expect(outcome(store.audit.removeExpired(now, bad))).toBe("StoreError")
    expect(outcome(store.sessions.removeExpired(now + hour, bad))).toBe("StoreError")
    expect(outcome(store.tokens.removeExpired(now + 12 * hour, bad))).toBe("StoreError")
    expect(outcome(store.tokens.insert(token(2, id), bad))).toBe("StoreError")
    expect(outcome(store.tokens.rotate(tokenKey, rotation(token(2, id)), bad))).toBe("StoreError")
    expect(outcome(store.challenges.removeExpired(now + 12 * hour, bad))).toBe("StoreError")
    expect(outcome(store.challenges.insert(challenge(4), bad))).toBe("StoreError")
    expect(outcome(store.challenges.claim(codeOf(1), id, now, bad))).toBe("StoreError")
    expect(outcome(store.challenges.list(id, { after: null, limit: bad }))).toBe("StoreError")
    expect(outcome(store.codes.removeExpired(now + 12 * hour, bad))).toBe("StoreError")
    expect(outcome(store.codes.insert(code(2, id, { epoch: bad }), "replace"))).toBe("StoreError")
    expect(outcome(store.attempts.removeExpired(now, bad))).toBe("StoreError")
  }
  expect(outcome(store.sessions.find(id, one.hash))).toEqual(one.session)
  expect(outcome(store.tokens.list(id, now, wholeList))).toEqual([mine.token])
  expect(outcome(store.challenges.list(id, wholeList))).toHaveLength(2)
  expect(outcome(store.codes.list(id))).toEqual([mailed.code])
  Effect.runSync(store.users.insert(admin(9)))
})
