import { TokenId } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { hour, minute, plenty, sampleToken, sampleUser, start, tokenKeyOf, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)

/** What ending and purging tokens promises. */
export const tokenEndLaws: ReadonlyArray<Law> = [
  law("SES-20 isThere until the token's end, and until it is revoked", function* ({ users, tokens }) {
    const [one, endless] = [sampleToken(1, ada, { expiresAt: start + hour }), sampleToken(2, ada, { expiresAt: null })]
    const key = tokenKeyOf(one)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* expectEqual(yield* tokens.isThere(key, start), false, "one that never was")
    yield* tokens.insert(one, plenty)
    yield* tokens.insert(endless, plenty)
    yield* expectEqual(yield* tokens.isThere(key, start + hour - 1), true, "just before its end")
    yield* expectEqual(yield* tokens.isThere(key, start + hour), false, "at its end")
    yield* expectEqual(yield* tokens.isThere(tokenKeyOf(endless), start + 1000 * hour), true, "one without an end")
    yield* expectEqual(yield* tokens.isThere({ owner: bo, id: key.id }, start), false, "another owner")
    yield* tokens.revoke(key)
    yield* expectEqual(yield* tokens.isThere(key, start), false, "one that was revoked")
    yield* tokens.revokeAll(ada)
    yield* expectEqual(yield* tokens.isThere(tokenKeyOf(endless), start), false, "one that ended with all others")
  }),

  law("PAT-07 revoke is true the first time and ends the token, and only that", function* ({ users, tokens }) {
    const [one, other] = [sampleToken(1, ada), sampleToken(2, ada)]
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(one, plenty)
    yield* tokens.insert(other, plenty)
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(one)), true, "revoke")
    yield* expectEqual(yield* tokens.find(ada, one.hash), null, "the token")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [other.token], "the list")
    yield* expectEqual(yield* tokens.find(ada, other.hash), other.token, "the other token")
  }),

  law("revoke of a token that is not there is false", function* ({ users, tokens }) {
    const one = sampleToken(1, ada)
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(one)), false, "one that never was")
    yield* tokens.insert(one, plenty)
    yield* tokens.revoke(tokenKeyOf(one))
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(one)), false, "one that was revoked")
  }),

  law("PAT-07 revoke needs both the owner and the id", function* ({ users, tokens }) {
    const one = sampleToken(1, ada)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(one, plenty)
    yield* expectEqual(yield* tokens.revoke({ owner: bo, id: one.token.id }), false, "another owner")
    yield* expectEqual(yield* tokens.revoke({ owner: ada, id: TokenId(one.hash) }), false, "the hash for the id")
    yield* expectEqual(yield* tokens.find(ada, one.hash), one.token, "the token")
  }),

  law("ADM-08 revoke takes ids as names, never as patterns", function* ({ users, tokens }) {
    const one = sampleToken(1, ada)
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(one, plenty)
    for (const pattern of ["*", "token-*", "token-?", "%", "token-_", "TOKEN-1", "token-1 ", ""]) {
      yield* expectEqual(yield* tokens.revoke({ owner: ada, id: TokenId(pattern) }), false, `revoking ${pattern}`)
    }
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [one.token], "the list")
  }),

  law("PAT-07 revoking a replaced token leaves the one in its place, and the other way round", function* (store) {
    const { users, tokens } = store
    const at = start + minute
    yield* users.insert(sampleUser(1))
    for (const n of [1, 3]) {
      yield* tokens.insert(sampleToken(n, ada), plenty)
      const next = sampleToken(n + 1, ada, { createdAt: at + n })
      const rotation = { next, at, oldExpiresAt: at + hour }
      yield* tokens.rotate(tokenKeyOf(sampleToken(n, ada)), rotation, plenty)
    }
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(sampleToken(1, ada))), true, "revoking the old one")
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(sampleToken(4, ada))), true, "revoking the new one")
    const ids = (yield* tokens.list(ada, at, wholeList)).map(({ id }) => id)
    yield* expectEqual(ids, ["token-2", "token-3"], "who is left")
  }),

  law("PAT-07 revokeAll ends all tokens of the owner and says how many", function* ({ users, tokens }) {
    const theirs = sampleToken(9, bo)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(theirs, plenty)
    yield* tokens.insert(sampleToken(1, ada, { expiresAt: null }), plenty)
    yield* tokens.insert(sampleToken(2, ada, { epoch: 1 }), plenty)
    yield* tokens.import(sampleToken(3, ada, { isImported: true }))
    yield* expectEqual(yield* tokens.revokeAll(ada), 3, "revokeAll")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [], "the list")
    for (const n of [1, 2, 3]) {
      yield* expectEqual(yield* tokens.find(ada, sampleToken(n, ada).hash), null, `token ${n}`)
      yield* expectEqual(yield* tokens.revoke(tokenKeyOf(sampleToken(n, ada))), false, `revoking token ${n}`)
    }
    yield* expectEqual(yield* tokens.revokeAll(ada), 0, "revokeAll again")
    yield* expectEqual(yield* tokens.find(bo, theirs.hash), theirs.token, "another owner's token")
    yield* expectEqual(yield* tokens.revokeAll(userId(3)), 0, "revokeAll of nobody")
  }),

  law("TIM-01 removeExpired removes tokens at their end, not 1 ms before", function* ({ users, tokens }) {
    const one = sampleToken(1, ada, { expiresAt: start + hour })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(one, plenty)
    yield* expectEqual(yield* tokens.removeExpired(start + hour - 1, 10), 0, "1 ms before the end")
    yield* expectEqual(yield* tokens.find(ada, one.hash), one.token, "the live token")
    yield* expectEqual(yield* tokens.removeExpired(start + hour, 10), 1, "at the end")
    yield* expectEqual(yield* tokens.find(ada, one.hash), null, "the removed token")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [], "the list of a time before the end")
  }),

  law("PAT-05 removeExpired never removes a token without an end", function* ({ users, tokens }) {
    const one = sampleToken(1, ada, { expiresAt: null })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(one, plenty)
    yield* expectEqual(yield* tokens.removeExpired(start + 1_000_000 * hour, 10), 0, "after a hundred years")
    yield* expectEqual(yield* tokens.find(ada, one.hash), one.token, "the token")
  }),

  law("removeExpired knows the ends as rotations moved them", function* ({ users, tokens }) {
    const old = sampleToken(1, ada)
    const next = sampleToken(2, ada)
    const at = start + minute
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.rotate(tokenKeyOf(old), { next, at, oldExpiresAt: at + hour }, plenty)
    yield* tokens.recordUse(tokenKeyOf(old), at)
    yield* expectEqual(yield* tokens.removeExpired(at + hour - 1, 10), 0, "1 ms before the moved end")
    yield* expectEqual(yield* tokens.removeExpired(at + hour, 10), 1, "at the moved end")
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [next.token], "the list")
  }),

  law("removeExpired removes at most `limit`, of any owners, imported ones too, and no live ones", function* (store) {
    const { users, tokens } = store
    const end = start + hour
    const live = sampleToken(9, bo, { expiresAt: end + 1 })
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(live, plenty)
    for (const n of [1, 2, 3, 4]) {
      yield* tokens.insert(sampleToken(n, n % 2 === 0 ? ada : bo, { expiresAt: end - n }), plenty)
    }
    yield* tokens.import(sampleToken(5, ada, { expiresAt: end, isImported: true }))
    yield* expectEqual(yield* tokens.removeExpired(end, 0), 0, "none")
    yield* expectEqual(yield* tokens.removeExpired(end, 2), 2, "a first batch")
    yield* expectEqual(yield* tokens.removeExpired(end, 2), 2, "a second batch")
    yield* expectEqual(yield* tokens.removeExpired(end, 2), 1, "the rest")
    yield* expectEqual(yield* tokens.removeExpired(end, 2), 0, "when none is left")
    yield* expectEqual(yield* tokens.list(bo, start, wholeList), [live.token], "the live token")
  })
]
