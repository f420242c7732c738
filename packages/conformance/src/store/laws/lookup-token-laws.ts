import * as Effect from "effect/Effect"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import {
  fullToken,
  fullUser,
  hour,
  minute,
  newPassword,
  plenty,
  proofAt,
  sampleAdmin,
  sampleSession,
  sampleToken,
  sampleUser,
  secretHash,
  start,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("lookup")

const ada = userId(1)
const bo = userId(2)
const row = sampleToken(1, ada, { scopes: ["read", "write"], expiresAt: null })
const imported = sampleToken(5, ada, { isImported: true })

/** What the one call of every request with a personal access token promises. */
export const lookupTokenLaws: ReadonlyArray<Law> = [
  law("lookupToken gives the user and the token of a secret, just as they are", function* ({ lookupToken, ...store }) {
    const given = fullUser(1)
    const full = fullToken(3, ada)
    yield* store.users.insert(given)
    yield* store.users.insert(sampleUser(2))
    for (const token of [row, sampleToken(4, ada)]) yield* store.tokens.insert(token, plenty)
    yield* store.tokens.import(full)
    const { user } = given
    yield* expectEqual(yield* lookupToken(ada, row.hash), { user, token: row.token }, "what is found")
    yield* expectEqual(yield* lookupToken(ada, full.hash), { user, token: full.token }, "one with every field set")
  }),

  law("lookupToken of an imported token gives it and its user", function* ({ lookupToken, users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.import(imported)
    const expected = { user: sampleUser(1).user, token: imported.token }
    yield* expectEqual(yield* lookupToken(ada, imported.hash), expected, "what is found")
    yield* expectEqual(yield* lookupToken(bo, imported.hash), null, "of another owner")
  }),

  law("lookupToken of a missing user or token is null", function* ({ lookupToken, users, tokens }) {
    yield* expectEqual(yield* lookupToken(ada, row.hash), null, "in an empty store")
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* lookupToken(ada, row.hash), null, "of a user without tokens")
    yield* tokens.insert(row, plenty)
    yield* expectEqual(yield* lookupToken(ada, secretHash(2)), null, "of an unknown secret")
    yield* expectEqual(yield* lookupToken(userId(3), secretHash(2)), null, "of nobody")
  }),

  law("PAT-07 lookupToken of a user and a token that do not belong together is null", function* (store) {
    yield* store.users.insert(sampleUser(1))
    yield* store.users.insert(sampleUser(2))
    yield* store.tokens.insert(row, plenty)
    yield* store.tokens.insert(sampleToken(2, bo), plenty)
    yield* expectEqual(yield* store.lookupToken(bo, row.hash), null, "another user's secret")
    yield* expectEqual(yield* store.lookupToken(userId(3), row.hash), null, "nobody with a user's secret")
  }),

  law("the secret of a session opens no token, and that of a token no session", function* (store) {
    const session = sampleSession(2, ada)
    const { user } = sampleUser(1)
    yield* store.users.insert(sampleUser(1))
    yield* store.sessions.insert(session, plenty)
    yield* store.tokens.insert(row, plenty)
    yield* expectEqual(yield* store.lookupToken(ada, session.hash), null, "lookupToken of a session's secret")
    yield* expectEqual(yield* store.lookupSession(ada, row.hash), null, "lookup of a token's secret")
    yield* expectEqual(yield* store.tokens.find(ada, session.hash), null, "a token by a session's secret")
    yield* expectEqual(yield* store.sessions.find(ada, row.hash), null, "a session by a token's secret")
    yield* expectEqual(yield* store.lookupSession(ada, session.hash), { user, session: session.session }, "the session")
    yield* expectEqual(yield* store.lookupToken(ada, row.hash), { user, token: row.token }, "the token")
  }),

  law("ending all sessions leaves the tokens, and revoking all tokens the sessions", function* (store) {
    const session = sampleSession(2, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.sessions.insert(session, plenty)
    yield* store.tokens.insert(row, plenty)
    yield* expectEqual(yield* store.tokens.revokeAll(ada), 1, "revokeAll")
    yield* expectEqual((yield* store.lookupSession(ada, session.hash))?.session, session.session, "the session")
    yield* store.tokens.insert(row, plenty)
    yield* expectEqual(yield* store.sessions.closeAll(ada, null), 1, "closeAll")
    yield* expectEqual((yield* store.lookupToken(ada, row.hash))?.token, row.token, "the token")
  }),

  law("lookupToken tells also inactive users and tokens of another epoch: core judges them", function* (store) {
    yield* store.users.insert(sampleUser(1))
    yield* store.tokens.insert(row, plenty)
    const user = yield* store.users.change(ada, { isActive: false }, start + minute)
    yield* expectEqual(yield* store.lookupToken(ada, row.hash), { user, token: row.token }, "what is found")
  }),

  law("SES-09 lookupToken sees every change of the user at once", function* ({ lookupToken, users, tokens }) {
    const at = start + minute
    yield* users.insert(sampleAdmin(9))
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* lookupToken(ada, row.hash)
    const changes = [
      users.change(ada, { isActive: false }, at),
      users.endCredentials(ada, at),
      Effect.flatMap(users.find(ada), (user) =>
        users.changeWithProof(ada, newPassword("new"), proofAt(user?.epoch ?? 0), at)
      ),
      users.promote(ada, { passwordHash: "newer", mustChangePassword: false }, at),
      users.change(ada, { isSuperuser: false }, at)
    ]
    for (const [n, change] of changes.entries()) {
      const user = yield* change
      yield* expectEqual((yield* lookupToken(ada, row.hash))?.user, user, `the user after change ${n + 1}`)
    }
  }),

  law("PAT-07 lookupToken sees every change of the token at once", function* ({ lookupToken, users, tokens }) {
    const at = start + minute
    const next = sampleToken(2, ada)
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* lookupToken(ada, row.hash)
    yield* tokens.recordUse(tokenKeyOf(row), at)
    yield* expectEqual((yield* lookupToken(ada, row.hash))?.token.lastUsedAt, at, "the use")
    yield* tokens.rotate(tokenKeyOf(row), { next, at, oldExpiresAt: at + hour }, plenty)
    const replaced = { ...row.token, lastUsedAt: at, expiresAt: at + hour, replacedBy: next.token.id }
    yield* expectEqual((yield* lookupToken(ada, row.hash))?.token, replaced, "the replaced token")
    yield* expectEqual((yield* lookupToken(ada, next.hash))?.token, next.token, "the token in its place")
    yield* tokens.revoke(tokenKeyOf(next))
    yield* expectEqual(yield* lookupToken(ada, next.hash), null, "the revoked token")
    yield* tokens.removeExpired(at + hour, 10)
    yield* expectEqual(yield* lookupToken(ada, row.hash), null, "a purged token")
    yield* tokens.insert(sampleToken(3, ada), plenty)
    yield* tokens.import(imported)
    yield* tokens.revokeAll(ada)
    yield* expectEqual(yield* lookupToken(ada, secretHash(3)), null, "a token revoked with all others")
    yield* expectEqual(yield* lookupToken(ada, imported.hash), null, "an imported one, revoked with all others")
  }),

  law("ADM-06 removing a user removes their tokens, and nobody else's", function* ({ lookupToken, users, tokens }) {
    const theirs = [sampleToken(3, bo), sampleToken(4, bo, { isImported: true })] as const
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    for (const n of [1, 2]) yield* tokens.insert(sampleToken(n, ada), plenty)
    yield* tokens.import(imported)
    yield* tokens.insert(theirs[0], plenty)
    yield* tokens.import(theirs[1])
    yield* users.remove(ada, null)
    for (const hash of [secretHash(1), secretHash(2), imported.hash]) {
      yield* expectEqual(yield* lookupToken(ada, hash), null, "lookupToken")
      yield* expectEqual(yield* tokens.find(ada, hash), null, "find")
    }
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [], "the list")
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(sampleToken(2, ada))), false, "revoking one")
    yield* expectEqual(yield* tokens.recordUse(tokenKeyOf(imported), start), false, "using the imported one")
    for (const { token, hash } of theirs) {
      yield* expectEqual((yield* lookupToken(bo, hash))?.token, token, "another user's token")
    }
    yield* expectEqual(yield* tokens.ownerOf(theirs[1].hash), bo, "the owner of another user's imported token")
  }),

  law("a removal that fails with LastSuperuser leaves the tokens", function* ({ lookupToken, users, tokens }) {
    yield* users.insert(sampleAdmin(1))
    yield* tokens.insert(row, plenty)
    yield* tokens.import(imported)
    yield* expectFailure(users.remove(ada, null), "LastSuperuser", "the removal")
    yield* expectEqual((yield* lookupToken(ada, row.hash))?.token, row.token, "the token")
    yield* expectEqual((yield* lookupToken(ada, imported.hash))?.token, imported.token, "the imported token")
  }),

  law("what one connection does to tokens the other sees at once", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    yield* second.tokens.insert(row, 1)
    yield* expectEqual((yield* store.lookupToken(ada, row.hash))?.token, row.token, "the token")
    yield* expectFailure(store.tokens.insert(sampleToken(2, ada), 1), "TooManyTokens", "one over the limit")
    yield* store.tokens.recordUse(tokenKeyOf(row), start)
    yield* expectEqual((yield* second.lookupToken(ada, row.hash))?.token.lastUsedAt, start, "the use")
    yield* store.users.endCredentials(ada, start)
    yield* expectEqual((yield* second.lookupToken(ada, row.hash))?.user.epoch, 4, "the epoch")
    yield* second.tokens.import(imported)
    yield* expectEqual(yield* store.tokens.ownerOf(imported.hash), ada, "the owner of an imported token")
    yield* expectEqual(yield* store.tokens.import(imported), false, "a second import")
    yield* second.tokens.revoke(tokenKeyOf(row))
    yield* expectEqual(yield* store.lookupToken(ada, row.hash), null, "the revoked token")
  })
]
