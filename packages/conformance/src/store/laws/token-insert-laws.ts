import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import {
  fullToken,
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
const later = start + minute

/** What adding tokens promises, and the limit. */
export const tokenInsertLaws: ReadonlyArray<Law> = [
  law("an inserted token is found by its owner and secret, just as given", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    const plain = sampleToken(1, ada, { name: "", hint: "" })
    const { hash, token } = fullToken(2, ada)
    const full = { hash, token: { ...token, isImported: false } } // an imported one comes by `import` alone
    const endless = sampleToken(3, ada, { expiresAt: null })
    yield* tokens.insert(plain, plenty)
    yield* tokens.insert(full, plenty)
    yield* tokens.insert(endless, plenty)
    yield* expectEqual(yield* tokens.find(ada, plain.hash), plain.token, "the plain token")
    yield* expectEqual(yield* tokens.find(ada, endless.hash), endless.token, "a token without an end")
    yield* expectEqual(yield* tokens.find(ada, full.hash), full.token, "the token with every field set")
  }),

  law("the scopes of a token keep their order and their number", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    const lists = [[], ["read"], ["b", "a"], ["a", "b"], ["a,b"], ["a b"], ["a", "a"], [""]]
    const rows = lists.map((scopes, n) => sampleToken(n, ada, { scopes }))
    for (const row of rows) yield* tokens.insert(row, plenty)
    for (const { token, hash } of rows) {
      yield* expectEqual((yield* tokens.find(ada, hash))?.scopes, token.scopes, "the scopes")
    }
  }),

  law("insert of a hash that its owner has is a StoreError and changes nothing", function* ({ users, tokens }) {
    const row = sampleToken(1, ada)
    const again = { ...sampleToken(2, ada), hash: row.hash }
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(row, plenty)
    yield* expectFailure(tokens.insert(again, plenty), "StoreError", "the second insert")
    yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "the token")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [row.token], "the list")
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(again)), false, "revoking the second")
  }),

  law("an owner with as many as allowed gets TooManyTokens, and nothing is written", function* ({ users, tokens }) {
    const third = sampleToken(3, ada)
    yield* users.insert(sampleUser(1))
    for (const n of [1, 2]) yield* tokens.insert(sampleToken(n, ada, { createdAt: start + n }), 2)
    const { most } = yield* expectFailure(tokens.insert(third, 2), "TooManyTokens", "the third insert")
    yield* expectEqual(most, 2, "how many the failure allows")
    yield* expectEqual(yield* tokens.find(ada, third.hash), null, "the third token")
    const listed = (yield* tokens.list(ada, start, wholeList)).map(({ id }) => id)
    yield* expectEqual(listed, ["token-2", "token-1"], "the list")
    yield* expectFailure(tokens.insert(third, 1), "TooManyTokens", "an insert under a lower limit")
    yield* tokens.insert(third, 3)
    yield* expectEqual(yield* tokens.find(ada, third.hash), third.token, "the third token, once there is room")
  }),

  law("a revoked token makes room for one", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    for (const n of [1, 2]) yield* tokens.insert(sampleToken(n, ada), 2)
    yield* tokens.revoke(tokenKeyOf(sampleToken(1, ada)))
    yield* tokens.insert(sampleToken(3, ada), 2)
    yield* expectFailure(tokens.insert(sampleToken(4, ada), 2), "TooManyTokens", "the next insert")
  }),

  law("TIM-01 the limit counts a token until just before its end, and one without an end always", function* (store) {
    const { users, tokens } = store
    const end = start + hour
    const at = (n: number, createdAt: number) => sampleToken(n, ada, { createdAt })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(sampleToken(1, ada, { expiresAt: end }), plenty)
    yield* tokens.insert(sampleToken(2, ada, { expiresAt: null }), plenty)
    yield* expectFailure(tokens.insert(at(3, end - 1), 2), "TooManyTokens", "1 ms before the end")
    yield* tokens.insert(at(4, end), 2)
    yield* expectFailure(tokens.insert(at(5, end), 2), "TooManyTokens", "with one in its place")
    yield* expectFailure(tokens.insert(sampleToken(6, ada, { createdAt: end + 1 }), 1), "TooManyTokens", "after")
  }),

  law("PAT-09 the limit counts tokens of the new one's epoch and of later ones", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(sampleToken(1, ada, { epoch: 2 }), plenty)
    yield* tokens.insert(sampleToken(2, ada, { epoch: 9 }), plenty)
    yield* tokens.insert(sampleToken(3, ada, { epoch: 10 }), plenty)
    yield* expectFailure(tokens.insert(sampleToken(4, ada, { epoch: 2 }), 3), "TooManyTokens", "of the oldest epoch")
    yield* expectFailure(tokens.insert(sampleToken(4, ada, { epoch: 9 }), 2), "TooManyTokens", "of the next epoch")
    yield* expectFailure(tokens.insert(sampleToken(4, ada, { epoch: 10 }), 1), "TooManyTokens", "of the newest epoch")
    yield* tokens.insert(sampleToken(4, ada, { epoch: 11 }), 1)
    yield* tokens.insert(sampleToken(5, ada, { epoch: 10 }), 3)
  }),

  law("PAT-09 the user's own epoch does not change what the limit counts", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(sampleToken(1, ada), 1)
    yield* users.endCredentials(ada, start)
    yield* expectFailure(tokens.insert(sampleToken(2, ada), 1), "TooManyTokens", "one of the epoch before")
    yield* tokens.insert(sampleToken(3, ada, { epoch: 4 }), 1)
  }),

  law("the limit counts a replaced token until it ends", function* ({ users, tokens }) {
    const old = sampleToken(1, ada)
    const rotation = { next: sampleToken(2, ada), at: later, oldExpiresAt: later + hour }
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.rotate(tokenKeyOf(old), rotation, plenty)
    const before = sampleToken(3, ada, { createdAt: later + hour - 1 })
    yield* expectFailure(tokens.insert(before, 2), "TooManyTokens", "1 ms before it ends")
    yield* tokens.insert(sampleToken(3, ada, { createdAt: later + hour }), 2)
  }),

  law("the limit counts imported tokens", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.import(sampleToken(1, ada, { isImported: true }))
    yield* expectFailure(tokens.insert(sampleToken(2, ada), 1), "TooManyTokens", "the insert")
    yield* tokens.insert(sampleToken(2, ada), 2)
  }),

  law("the limit counts nobody else's tokens, and a refused secret is free for another", function* (store) {
    const { users, tokens } = store
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    for (const n of [1, 2]) yield* tokens.insert(sampleToken(n, ada), plenty)
    yield* expectFailure(tokens.insert(sampleToken(3, ada), 2), "TooManyTokens", "the owner's")
    yield* tokens.insert(sampleToken(3, bo), 1)
    yield* expectEqual(yield* tokens.find(bo, secretHash(3)), sampleToken(3, bo).token, "another owner's token")
  })
]
