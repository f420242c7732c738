import { ChallengeId, type CodePurpose, SecretHash, SessionId, TokenId, UserId } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import {
  approval,
  challenge,
  code,
  codeKeyOf,
  codeOf,
  event,
  limit,
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

const payloads = [
  "' OR '1'='1",
  "' OR 1=1 --",
  "'; DROP TABLE latchkey_users; --",
  "x'; UPDATE latchkey_users SET is_superuser = 1; --",
  "' UNION SELECT password_hash FROM latchkey_users --",
  "1); DELETE FROM latchkey_sessions; --",
  "\"]'); DELETE FROM latchkey_tokens; --",
  '" OR ""="',
  "admin'/*",
  "\\'; SELECT 1; --",
  "?",
  ":name",
  "$1",
  "%",
  "_",
  "*",
  "a\u0000b",
  "\u0000' OR 1=1 --",
  "\uFDD0\uFDD1\u0000\uFDD0",
  "\uFDD0\uFDD2",
  "x".repeat(10_000),
  "' || (SELECT password_hash FROM latchkey_users) || '"
]

test("SQL-01 hostile text is kept and looked up as text, by every verb that takes some", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(person(1)))
  Effect.runSync(store.sessions.insert(session(1, userId(1)), plenty))
  const before = contents(handle)
  for (const text of payloads) {
    const owner = UserId(text)
    const key = { owner, id: SessionId(text) }
    const row = person(2, { id: owner, username: text, email: text })
    expect(outcome(store.users.findByName({ kind: "username", canonical: text })), text).toBe(null)
    expect(outcome(store.users.findByName({ kind: "email", canonical: text })), text).toBe(null)
    expect(outcome(store.users.remove(owner, null)), text).toBe(false)
    expect(outcome(store.lookupSession(owner, SecretHash(text))), text).toBe(null)
    expect(outcome(store.sessions.close(key)), text).toBe(false)
    expect(outcome(store.sessions.closeAll(owner, SessionId(text))), text).toBe(0)
    expect(contents(handle), text).toEqual(before)

    Effect.runSync(store.users.insert({ ...row, canonicalUsername: text, canonicalEmail: text, passwordHash: text }))
    const mine = session(2, owner, { id: SessionId(text), ip: text, userAgent: text, data: { [text]: text } })
    Effect.runSync(store.sessions.insert({ ...mine, hash: SecretHash(text) }, plenty))
    expect(outcome(store.lookupSession(owner, SecretHash(text))), text).toEqual({
      user: row.user,
      session: mine.session
    })
    expect(outcome(store.users.findByName({ kind: "email", canonical: text }))).toEqual({
      user: row.user,
      passwordHash: text,
      revocations: 0
    })
    expect(outcome(store.users.remove(owner, null)), text).toBe(true)
    expect(contents(handle), text).toEqual(before)
  }
})

test("SQL-01 hostile text in tokens is kept and looked up as text, by every verb of theirs", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(person(1)))
  Effect.runSync(store.tokens.insert(token(1, userId(1)), 1))
  const before = contents(handle)
  for (const text of payloads) {
    const [owner, hash] = [UserId(text), SecretHash(text)]
    const texts = { id: TokenId(text), name: text, hint: text, scopes: [text, `${text}${text}`] }
    const mine = { ...token(2, owner, { ...texts, isImported: true }), hash }
    const key = tokenKeyOf(mine)
    const next = token(3, owner)
    expect(outcome(store.lookupToken(owner, hash)), text).toBe(null)
    expect(outcome(store.tokens.ownerOf(hash)), text).toBe(null)
    expect(outcome(store.tokens.recordUse(key, now)), text).toBe(false)
    expect(outcome(store.tokens.rotate(key, rotation(next), 9)), text).toBe(false)
    expect(outcome(store.tokens.revoke(key)), text).toBe(false)
    expect(outcome(store.tokens.revokeAll(owner)), text).toBe(0)
    expect(contents(handle), text).toEqual(before)

    const row = person(2, { id: owner })
    Effect.runSync(store.users.insert(row))
    expect(outcome(store.tokens.import(mine)), text).toBe(true)
    expect(outcome(store.tokens.import(mine)), text).toBe(false)
    expect(outcome(store.lookupToken(owner, hash)), text).toEqual({ user: row.user, token: mine.token })
    expect(outcome(store.tokens.ownerOf(hash)), text).toBe(owner)
    expect(outcome(store.tokens.rotate(key, rotation(next), 1)), text).toBe(true)
    expect(outcome(store.tokens.revoke(key)), text).toBe(true)
    expect(outcome(store.tokens.revokeAll(owner)), text).toBe(1)
    expect(outcome(store.users.remove(owner, null)), text).toBe(true)
    expect(contents(handle), text).toEqual(before)
  }
})

test("SQL-01 hostile text in CLI logins is kept and looked up as text, by every verb of theirs", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.challenges.insert(challenge(1), 9))
  Effect.runSync(store.challenges.insert(challenge(2), 9))
  Effect.runSync(store.challenges.claim(codeOf(2), userId(1), now, 9))
  const before = contents(handle)
  for (const text of payloads) {
    const [id, owner, hash] = [ChallengeId(text), UserId(text), SecretHash(text)]
    const { challenges } = store
    expect(outcome(challenges.claim(hash, owner, now, 9)), text).toBe(null)
    expect(outcome(challenges.find({ owner, id })), text).toBe(null)
    expect(outcome(challenges.decide({ owner, id }, approval(), now)), text).toBe(null)
    expect(outcome(challenges.poll({ id, hash }, now)), text).toBe(null)
    expect(outcome(challenges.redeem({ id, hash }, redemption())), text).toBe(null)
    expect(outcome(challenges.list(owner, wholeList)), text).toEqual([])
    expect(outcome(challenges.removeAll(owner)), text).toBe(0)
    expect(contents(handle), text).toEqual(before)

    const texts = { program: text, scopes: [text, `${text}${text}`], ip: text, userAgent: text }
    const made = challenge(3, { id, codeHash: hash, ...texts })
    Effect.runSync(challenges.insert({ ...made, secretHash: hash }, 9))
    expect(outcome(challenges.poll({ id, hash }, now)), text).toMatchObject({ challenge: { id, ...texts } })
    expect(outcome(challenges.claim(hash, owner, now, 9)), text).toMatchObject({ id, codeHash: hash, userId: owner })
    expect(outcome(challenges.decide({ owner, id }, approval(hash), now)), text).toMatchObject({ isDone: true })
    expect(outcome(challenges.find({ owner, id })), text).toMatchObject({ numberHash: hash, ...texts })
    expect(outcome(challenges.redeem({ id, hash }, redemption(hash))), text).toMatchObject({ outcome: "redeemed" })
    expect(outcome(challenges.list(owner, { ...wholeList, after: { id: text, createdAt: now + 1 } }))).toHaveLength(1)
    expect(outcome(challenges.removeAll(owner)), text).toBe(1)
    expect(contents(handle), text).toEqual(before)
  }
})

test("SQL-01 hostile text in one-time codes is kept and looked up as text, by every verb of theirs", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const { users, codes } = await build(sqliteStore(handle))
  Effect.runSync(users.insert(person(1)))
  Effect.runSync(codes.insert(code(1, userId(1)), "replace"))
  const before = contents(handle)
  for (const text of payloads) {
    const [owner, hash] = [UserId(text), SecretHash(text)]
    // Nobody but the compiler keeps a caller from naming another purpose.
    for (const purpose of ["reset", text as CodePurpose] as const) {
      const key = { owner, purpose, hash }
      expect(outcome(codes.find(key)), text).toBe(null)
      expect(outcome(codes.find({ ...key, owner: userId(1) })), text).toBe(null)
      expect(outcome(codes.consume(key, now)), text).toBe(null)
      expect(outcome(codes.remove(key)), text).toBe(false)
      expect(outcome(codes.remove({ ...key, hash: null })), text).toBe(false)
    }
    expect(outcome(codes.list(owner)), text).toEqual([])
    expect(outcome(codes.removeAll(owner)), text).toBe(0)
    expect(contents(handle), text).toEqual(before)

    Effect.runSync(users.insert(person(2, { id: owner })))
    const made = { ...code(2, owner, { email: { typed: text, canonical: text }, ownEmail: text }), hash }
    expect(outcome(codes.insert(made, "replace")), text).toBe(true)
    expect(outcome(codes.insert(made, "or-prolong")), text).toBe(false)
    expect(outcome(codes.find(codeKeyOf(made))), text).toEqual(made.code)
    expect(outcome(codes.consume(codeKeyOf(made), now)), text).toEqual({
      code: { ...made.code, usedAt: now },
      isFirst: true
    })
    expect(outcome(codes.list(owner)), text).toHaveLength(1)
    expect(outcome(codes.remove(codeKeyOf(made))), text).toBe(true)
    expect(outcome(codes.insert(made, "or-prolong")), text).toBe(true)
    expect(outcome(codes.removeAll(owner)), text).toBe(1)
    expect(outcome(users.remove(owner, null)), text).toBe(true)
    expect(contents(handle), text).toEqual(before)
  }
})

test("SQL-01 hostile text in attempts and in the audit log is kept as text", async () => {
  const store = await build(sqliteStore(":memory:"))
  for (const text of payloads) {
    const told = { ...event(1), credential: text, ip: text, userAgent: text }
    Effect.runSync(store.audit.append({ event: told, link: null }))
    const last = { after: null, order: "newest-first", limit: 1, type: null, user: null, request: null } as const
    expect(outcome(store.audit.list(last))).toMatchObject([{ event: told }])
    expect(outcome(store.audit.list({ ...last, user: UserId(text) }))).toEqual([])
    expect(outcome(store.attempts.hit([{ key: text, limit }], now))).toBe(null)
    Effect.runSync(
      store.attempts.trust(
        { account: text, key: text, until: now + 1 },
        { at: now, most: 10, replaced: null, keep: "losable" }
      )
    )
    expect(outcome(store.attempts.isTrusted({ account: text, key: text }, now))).toBe(true)
  }
  expect(outcome(store.attempts.isTrusted({ account: "other", key: "other" }, now))).toBe(false)
})

test("SQL-01 a search takes wildcards and quotes literally", async () => {
  const store = await build(sqliteStore(":memory:"))
  const names = ["100%", "100x", "a_b", "axb", "'s", "\u0000b", "[a-z]", "%", "_b"]
  for (const [n, name] of names.entries()) {
    Effect.runSync(store.users.insert({ ...person(n, { username: name, email: null }), canonicalEmail: null }))
  }
  const found = (query: string) =>
    Effect.runSync(store.users.list({ query, filter: {}, after: null, limit: 10 })).items.map(
      ({ username }) => username
    )
  expect(found("%")).toEqual(["%"])
  expect(found("_")).toEqual(["_b"])
  expect(found("'")).toEqual(["'s"])
  expect(found("\u0000")).toEqual(["\u0000b"])
  expect(found("[a")).toEqual(["[a-z]"])
  expect(found("100")).toEqual(["100%", "100x"])
  expect(found("' OR 1=1 --")).toEqual([])
})
