import type { StoreParts, StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  admin,
  approval,
  challenge,
  code,
  codeKey,
  event,
  hour,
  importedToken,
  keyOf,
  limit,
  manyTokens,
  newPassword,
  now,
  ownKey,
  person,
  plenty,
  redemption,
  secretOf,
  session,
  token,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"

export type Verb = (store: StoreShape) => Effect.Effect<unknown, { readonly _tag: string }>
export type Verbs = Readonly<Record<string, Verb>>

/** Keeps the names, so that the compiler sees which there are. */
const named = <Name extends string>(verbs: Readonly<Record<Name, Verb>>) => verbs

type VerbOfPart = {
  readonly [Part in keyof StoreParts]: `${Part}.${keyof StoreParts[Part] & string}`
}[keyof StoreParts]
type VerbName = VerbOfPart | Exclude<keyof StoreShape, keyof StoreParts>

/** The prepared challenges. */
export const [claimed, pending, approved] = [challenge(1), challenge(2), challenge(3)] as const

/**
 * Two superusers and an ordinary user, each with the session and the token of their number, the last with an imported token
 * too, and a code with the secret of the number; a code that was used; a challenge that the first has claimed, one that nobody has, and one that the second has approved; a bucket, a mark, and an
 * audit record.
 */
export const prepare = Effect.fnUntraced(function* (store: StoreShape) {
  const { users, sessions, tokens, challenges, codes, attempts, audit } = store
  for (const row of [admin(1), admin(2), person(3)]) yield* users.insert(row)
  for (const n of [1, 2, 3]) yield* sessions.insert(session(n, userId(n)), plenty)
  for (const n of [1, 2, 3]) yield* tokens.insert(token(n, userId(n)), manyTokens)
  yield* tokens.import(importedToken(7, userId(3)))
  for (const row of [claimed, pending, approved]) yield* challenges.insert(row, plenty)
  yield* challenges.claim(claimed.challenge.codeHash, userId(1), now, plenty)
  yield* challenges.claim(approved.challenge.codeHash, userId(2), now, plenty)
  yield* challenges.decide(ownKey(userId(2), approved), approval, now)
  for (const n of [1, 2, 3]) yield* codes.insert(code(n, userId(n)), "replace")
  yield* codes.insert(usedCode, "replace")
  yield* attempts.hit([{ key: "bucket", limit }], now)
  yield* attempts.trust(
    { account: "account", key: "mark", until: now + hour },
    { at: now, most: 10, replaced: null, keep: "losable" }
  )
  yield* audit.append({ event: event(1), link: null })
})

/** The credential of prepared user `n`. */
export const credential = (n: number) => [userId(n), session(n, userId(n)).hash] as const

/** The token of prepared user `n`. */
export const tokenCredential = (n: number) => [userId(n), token(n, userId(n)).hash] as const

const third = session(3, userId(3))
const thirdCode = code(3, userId(3))
const usedCode = code(8, userId(2), { purpose: "verify", usedAt: now })
const thirdToken = token(3, userId(3))
const rotation = { next: token(5, userId(2)), at: now + 1, oldExpiresAt: now + 2 }

/** Every verb that asks, with something there to be found. */
export const reading = named({
  "users.isSetUp": ({ users }) => users.isSetUp,
  "users.find": ({ users }) => users.find(userId(3)),
  "users.findByName": ({ users }) => users.findByName({ kind: "username", canonical: "name3" }),
  "users.findWithPassword": ({ users }) => users.findWithPassword(userId(3)),
  "users.list": ({ users }) => users.list({ query: null, filter: {}, after: null, limit: 10 }),
  "users.list of a query": ({ users }) => users.list({ query: "name3", filter: {}, after: null, limit: 10 }),
  "users.list of inactive users": ({ users }) =>
    users.list({ query: null, filter: { isActive: false }, after: null, limit: 10 }),
  "users.count": ({ users }) => users.count({ query: null, filter: {} }),
  "users.count of a query": ({ users }) => users.count({ query: "name", filter: {} }),
  "users.count of a filter": ({ users }) => users.count({ query: null, filter: { isVerified: true } }),
  "users.export": ({ users }) => users.export(null, 10),
  "sessions.find": ({ sessions }) => sessions.find(...credential(3)),
  "sessions.list": ({ sessions }) => sessions.list(userId(3), now, wholeList),
  "sessions.isThere": ({ sessions }) => sessions.isThere(keyOf(third), now),
  "sessions.export": ({ sessions }) => sessions.export(userId(3), now, wholeList),
  "tokens.isThere": ({ tokens }) => tokens.isThere(tokenKeyOf(thirdToken), now),
  "tokens.find": ({ tokens }) => tokens.find(...tokenCredential(3)),
  "tokens.list": ({ tokens }) => tokens.list(userId(3), now, wholeList),
  "tokens.export": ({ tokens }) => tokens.export(userId(3), now, wholeList),
  "tokens.ownerOf": ({ tokens }) => tokens.ownerOf(importedToken(7, userId(3)).hash),
  "challenges.find": ({ challenges }) => challenges.find(ownKey(userId(1), claimed)),
  "challenges.list": ({ challenges }) => challenges.list(userId(1), wholeList),
  "codes.find": ({ codes }) => codes.find(codeKey(thirdCode)),
  "codes.list": ({ codes }) => codes.list(userId(3)),
  "codes.export": ({ codes }) => codes.export(userId(3)),
  "attempts.isTrusted": ({ attempts }) => attempts.isTrusted({ account: "account", key: "mark" }, now),
  "audit.lastHash": ({ audit }) => audit.lastHash,
  "audit.list": ({ audit }) =>
    audit.list({ after: null, order: "oldest-first", limit: 9, type: null, user: null, request: null }),
  "settings.read": ({ settings }) => settings.read,
  "audit.start": ({ audit }) => audit.start,
  lookupSession: ({ lookupSession }) => lookupSession(...credential(3)),
  lookupToken: ({ lookupToken }) => lookupToken(...tokenCredential(3))
})

/** Every verb that adds or alters, with something there for it to do. */
export const writing = named({
  "users.insert": ({ users }) => users.insert(person(4)),
  "users.change": ({ users }) => users.change(userId(2), { isSuperuser: false }, now),
  "users.edit": ({ users }) => users.edit(userId(2), person(2).user, { roles: ["editor"] }, now),
  "users.changeWithProof": ({ users }) =>
    users.changeWithProof(userId(3), newPassword("new"), { epoch: 0, revocations: null }, now),
  "users.countRevocation": ({ users }) => users.countRevocation(userId(3)),
  "users.rehash": ({ users }) => users.rehash(userId(2), { from: "hash-2", to: "newer" }),
  "users.releaseEmail": ({ users }) => users.releaseEmail(userId(1), "name1@example.org", now),
  "users.endCredentials": ({ users }) => users.endCredentials(userId(1), now),
  "users.promote": ({ users }) => users.promote(userId(3), { passwordHash: "new", mustChangePassword: true }, now),
  "users.recordLogin": ({ users }) => users.recordLogin(userId(3), now),
  "users.restore": ({ users }) => users.restore([person(9)]),
  "sessions.insert": ({ sessions }) => sessions.insert(session(4, userId(3)), plenty),
  "sessions.touch": ({ sessions }) => sessions.touch(keyOf(third), { at: now + 1, idleExpiresAt: now + 2 * hour }),
  "sessions.replace": ({ sessions }) => sessions.replace(keyOf(session(2, userId(2))), session(5, userId(2)), now),
  "sessions.setData": ({ sessions }) => sessions.setData(keyOf(third), { version: 0, data: { theme: "dark" } }),
  "sessions.setEpoch": ({ sessions }) => sessions.setEpoch(keyOf(third), { from: 0, to: 1 }),
  "sessions.restore": ({ sessions }) => sessions.restore([session(9, userId(3))]),
  "tokens.insert": ({ tokens }) => tokens.insert(token(4, userId(3)), manyTokens),
  "tokens.recordUse": ({ tokens }) => tokens.recordUse(tokenKeyOf(thirdToken), now + 1),
  "tokens.rotate": ({ tokens }) => tokens.rotate(tokenKeyOf(token(2, userId(2))), rotation, manyTokens),
  "tokens.import": ({ tokens }) => tokens.import(importedToken(6, userId(1))),
  "tokens.restore": ({ tokens }) => tokens.restore([token(9, userId(3))]),
  "challenges.insert": ({ challenges }) => challenges.insert(challenge(4), plenty),
  "challenges.claim": ({ challenges }) => challenges.claim(pending.challenge.codeHash, userId(1), now, plenty),
  "challenges.decide": ({ challenges }) => challenges.decide(ownKey(userId(1), claimed), approval, now),
  "challenges.poll": ({ challenges }) => challenges.poll(secretOf(pending), now),
  "challenges.redeem": ({ challenges }) => challenges.redeem(secretOf(approved), redemption),
  "codes.insert": ({ codes }) => codes.insert(code(4, userId(3), { purpose: "verify" }), "or-prolong"),
  "codes.restore": ({ codes }) => codes.restore([code(9, userId(3), { purpose: "invite" })]),
  "codes.giveBack": ({ codes }) => codes.giveBack(codeKey(usedCode)),
  "codes.consume": ({ codes }) => codes.consume(codeKey(thirdCode), now),
  "attempts.hit": ({ attempts }) => attempts.hit([{ key: "bucket", limit }], now),
  "attempts.trust": ({ attempts }) =>
    attempts.trust(
      { account: "account", key: "other mark", until: now + hour },
      { at: now, most: 10, replaced: null, keep: "losable" }
    ),
  "audit.append": ({ audit }) => audit.append({ event: event(2), link: null }),
  "audit.restore": ({ audit }) => audit.restore([{ sequence: 100, event: event(3), hash: null }], null),
  "settings.write": ({ settings }) => settings.write("settings", 0)
})

/** Every verb that takes away, with something there to be taken. */
export const removing = named({
  "users.remove": ({ users }) => users.remove(userId(3), null),
  "sessions.close": ({ sessions }) => sessions.close(keyOf(third)),
  "sessions.closeAll": ({ sessions }) => sessions.closeAll(userId(3), null),
  "sessions.removeExpired": ({ sessions }) => sessions.removeExpired(now + 9 * hour, 10),
  "tokens.revoke": ({ tokens }) => tokens.revoke(tokenKeyOf(thirdToken)),
  "tokens.revokeAll": ({ tokens }) => tokens.revokeAll(userId(3)),
  "tokens.removeExpired": ({ tokens }) => tokens.removeExpired(now + 9 * hour, 10),
  "challenges.removeAll": ({ challenges }) => challenges.removeAll(userId(1)),
  "challenges.removeExpired": ({ challenges }) => challenges.removeExpired(now + 9 * hour, 10),
  "codes.remove": ({ codes }) => codes.remove(codeKey(code(1, userId(1)))),
  "codes.removeAll": ({ codes }) => codes.removeAll(userId(3)),
  "codes.removeExpired": ({ codes }) => codes.removeExpired(now + 9 * hour, 10),
  "attempts.takeBack": ({ attempts }) => attempts.takeBack([{ key: "bucket", limit }], now),
  "attempts.forget": ({ attempts }) => attempts.forget({ key: "bucket", limit }, now),
  "attempts.removeExpired": ({ attempts }) => attempts.removeExpired(now + 9 * hour, 10),
  "audit.removeExpired": ({ audit }) => audit.removeExpired(now + 9 * hour, 10)
})

/** The one verb that wants an empty store. */
export const firstAdmin = named({ "users.insertFirstAdmin": ({ users }) => users.insertFirstAdmin(admin(5)) })

/** By name; the compiler asks for a new verb of the contract. */
export const allVerbs: Verbs & Readonly<Record<VerbName, Verb>> = { ...reading, ...writing, ...removing, ...firstAdmin }
