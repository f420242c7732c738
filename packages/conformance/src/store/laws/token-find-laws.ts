import { SecretHash, TokenId } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
  awkwardTexts,
  hour,
  minute,
  plenty,
  sampleToken,
  sampleUser,
  secretHash,
  start,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)

/** What finding and listing tokens promises. */
export const tokenFindLaws: ReadonlyArray<Law> = [
  law("find of an unknown secret is null", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* tokens.find(ada, secretHash(1)), null, "of an owner without tokens")
    yield* tokens.insert(sampleToken(1, ada), plenty)
    yield* expectEqual(yield* tokens.find(ada, secretHash(2)), null, "an unknown secret")
    yield* expectEqual(yield* tokens.find(ada, SecretHash("token-1")), null, "the token's id in its place")
  }),

  law("PAT-07 find answers only to the owner of the token", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(sampleToken(1, ada), plenty)
    yield* expectEqual(yield* tokens.find(bo, secretHash(1)), null, "the secret of another user")
    yield* expectEqual(yield* tokens.find(userId(3), secretHash(1)), null, "the secret with an unknown owner")
  }),

  law("PAT-09 tokens are told whatever their epoch: core judges it", function* ({ users, tokens }) {
    const row = sampleToken(1, ada)
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* users.endCredentials(ada, start)
    yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "find")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [row.token], "list")
    yield* expectEqual(yield* tokens.recordUse(tokenKeyOf(row), start), true, "recordUse")
  }),

  law("find tells a token also past its end: core judges it", function* ({ users, tokens }) {
    const row = sampleToken(1, ada, { createdAt: start - 2 * hour, expiresAt: start - hour })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [], "the list")
    yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "find")
  }),

  law("list gives the owner's tokens, newest first, just as they are", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const rows = [3, 1, 4, 2].map((n) => sampleToken(n, ada, { createdAt: start + n, epoch: n, scopes: [`${n}`] }))
    for (const row of rows) yield* tokens.insert(row, plenty)
    yield* tokens.insert(sampleToken(9, bo), plenty)
    const newestFirst = rows.map(({ token }) => token).sort((a, b) => b.createdAt - a.createdAt)
    yield* expectEqual(yield* tokens.list(ada, start + minute, wholeList), newestFirst, "the list")
  }),

  law("list of an owner without tokens is empty", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(sampleToken(1, ada), plenty)
    yield* expectEqual(yield* tokens.list(bo, start, wholeList), [], "the list")
  }),

  law("TIM-01 list has a token until just before its end, and one without an end always", function* (store) {
    const endless = sampleToken(2, ada, { createdAt: start - 1, expiresAt: null })
    const row = sampleToken(1, ada, { expiresAt: start + hour })
    yield* store.users.insert(sampleUser(1))
    yield* store.tokens.insert(row, plenty)
    yield* store.tokens.insert(endless, plenty)
    const both = [row.token, endless.token]
    yield* expectEqual(yield* store.tokens.list(ada, start + hour - 1, wholeList), both, "1 ms before the end")
    yield* expectEqual(yield* store.tokens.list(ada, start + hour, wholeList), [endless.token], "at the end")
    yield* expectEqual(
      yield* store.tokens.list(ada, start + hour + 1, wholeList),
      [endless.token],
      "1 ms after the end"
    )
  }),

  law("STO-05 any text round-trips as token id, secret hash, name, hint and scope", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    const rows = awkwardTexts.map((text, n) => ({
      hash: SecretHash(text),
      token: sampleToken(n, ada, { id: TokenId(text), name: text, hint: text, scopes: [text, "", text] }).token
    }))
    for (const row of rows) yield* tokens.insert(row, plenty)
    for (const row of rows) {
      yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, `hash ${row.hash}`)
      yield* expectEqual(yield* tokens.recordUse(tokenKeyOf(row), start), true, `a use of ${row.token.id}`)
    }
    for (const row of rows) {
      const used = { ...row.token, lastUsedAt: start }
      yield* expectEqual(yield* tokens.find(ada, row.hash), used, `${row.token.id}, used`)
      yield* expectEqual(yield* tokens.revoke(tokenKeyOf(row)), true, `revoking ${row.token.id}`)
      yield* expectEqual(yield* tokens.find(ada, row.hash), null, `${row.token.id}, revoked`)
    }
  }),

  law("STO-05 any text round-trips as the hash of an imported token", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    const rows = awkwardTexts.map((text, n) => ({
      hash: SecretHash(text),
      token: sampleToken(n, ada, { id: TokenId(text), isImported: true }).token
    }))
    for (const row of rows) yield* expectEqual(yield* tokens.import(row), true, `importing ${row.hash}`)
    for (const { token, hash } of rows) {
      yield* expectEqual(yield* tokens.ownerOf(hash), ada, `the owner of ${hash}`)
      yield* expectEqual(yield* tokens.find(ada, hash), token, `hash ${hash}`)
    }
  })
]
