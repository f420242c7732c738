import { TokenId } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
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
const row = sampleToken(1, ada, { scopes: ["read", "write"], expiresAt: start + hour })
const key = tokenKeyOf(row)
const at = start + minute

/** What noting a use of a token promises. */
export const tokenUseLaws: ReadonlyArray<Law> = [
  law("PAT-06 recordUse is true and notes the time of the use, and nothing else", function* ({ users, tokens }) {
    const other = sampleToken(2, ada)
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* tokens.insert(other, plenty)
    yield* expectEqual(yield* tokens.recordUse(key, at), true, "recordUse")
    yield* expectEqual(yield* tokens.find(ada, row.hash), { ...row.token, lastUsedAt: at }, "the token")
    yield* expectEqual(yield* tokens.find(ada, other.hash), other.token, "another token of the owner")
    yield* expectEqual(yield* tokens.recordUse(key, at + 1), true, "recordUse again")
    yield* expectEqual((yield* tokens.find(ada, row.hash))?.lastUsedAt, at + 1, "the time of the later use")
  }),

  law("PAT-06 recordUse never moves the time backwards, and is true all the same", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* tokens.recordUse(key, at)
    yield* expectEqual(yield* tokens.recordUse(key, at), true, "recordUse of the same time")
    yield* expectEqual(yield* tokens.recordUse(key, at - 1), true, "recordUse of a time before")
    yield* expectEqual(yield* tokens.find(ada, row.hash), { ...row.token, lastUsedAt: at }, "the token")
  }),

  law("TIM-01 recordUse is true until just before the end", function* ({ users, tokens }) {
    const end = start + hour
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* expectEqual(yield* tokens.recordUse(key, end + 1), false, "1 ms after the end")
    yield* expectEqual(yield* tokens.recordUse(key, end), false, "at the end")
    yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "the token")
    yield* expectEqual(yield* tokens.recordUse(key, end - 1), true, "1 ms before the end")
    yield* expectEqual((yield* tokens.find(ada, row.hash))?.lastUsedAt, end - 1, "the time of the use")
  }),

  law("recordUse of a token without an end is always true", function* ({ users, tokens }) {
    const endless = sampleToken(1, ada, { expiresAt: null })
    const far = start + 1_000_000 * hour
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(endless, plenty)
    yield* expectEqual(yield* tokens.recordUse(key, far), true, "recordUse after a hundred years")
    yield* expectEqual(yield* tokens.find(ada, endless.hash), { ...endless.token, lastUsedAt: far }, "the token")
  }),

  law("PAT-06 recordUse of a token that never was is false and makes none", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* tokens.recordUse(key, at), false, "recordUse")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [], "the list")
    yield* expectEqual(yield* tokens.revoke(key), false, "revoking it")
  }),

  law("PAT-06 recordUse never brings a revoked token back", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* tokens.revoke(key)
    yield* expectEqual(yield* tokens.recordUse(key, at), false, "recordUse")
    yield* expectEqual(yield* tokens.find(ada, row.hash), null, "the token")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [], "the list")
  }),

  law("PAT-07 recordUse needs both the owner and the id", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(row, plenty)
    yield* expectEqual(yield* tokens.recordUse({ owner: userId(2), id: key.id }, at), false, "another owner")
    const byHash = { owner: ada, id: TokenId(secretHash(1)) }
    yield* expectEqual(yield* tokens.recordUse(byHash, at), false, "the secret's hash in place of the id")
    yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "the token")
  })
]
