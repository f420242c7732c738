import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { hour, minute, plenty, sampleToken, sampleUser, start, tokenKeyOf, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)
const at = start + minute
const old = sampleToken(1, ada)
const next = sampleToken(2, ada, { createdAt: at })
const rotation = { next, at, oldExpiresAt: at + hour }

/** What the limit means to rotations. */
export const tokenRotateLimitLaws: ReadonlyArray<Law> = [
  law("the limit of rotate does not count the token that it replaces", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.insert(sampleToken(3, ada), plenty)
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, 2), true, "rotate")
  }),

  law("rotate beside as many others as allowed is TooManyTokens, and nothing is written", function* (store) {
    const { users, tokens } = store
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.insert(sampleToken(3, ada), plenty)
    yield* tokens.insert(sampleToken(4, ada), plenty)
    const { most } = yield* expectFailure(tokens.rotate(tokenKeyOf(old), rotation, 2), "TooManyTokens", "rotate")
    yield* expectEqual(most, 2, "how many the failure allows")
    yield* expectEqual(yield* tokens.find(ada, old.hash), old.token, "the old token")
    yield* expectEqual(yield* tokens.find(ada, next.hash), null, "the new token")
    yield* expectEqual((yield* tokens.list(ada, at, wholeList)).length, 3, "how many are listed")
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, 3), true, "rotate under a higher limit")
  }),

  law("TIM-01 the limit of rotate counts a token until just before its end", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.insert(sampleToken(3, ada, { expiresAt: at }), plenty)
    const before = { ...rotation, at: at - 1 }
    yield* expectFailure(tokens.rotate(tokenKeyOf(old), before, 1), "TooManyTokens", "1 ms before the other's end")
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, 1), true, "at the other's end")
  }),

  law("the limit of rotate counts other replaced and imported tokens", function* ({ users, tokens }) {
    const third = { next: sampleToken(3, ada, { createdAt: at }), at, oldExpiresAt: at + hour }
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.rotate(tokenKeyOf(old), rotation, plenty)
    yield* expectFailure(tokens.rotate(tokenKeyOf(next), third, 1), "TooManyTokens", "beside a replaced one")
    yield* tokens.import(sampleToken(4, ada, { isImported: true }))
    yield* expectFailure(tokens.rotate(tokenKeyOf(next), third, 2), "TooManyTokens", "beside an imported one, too")
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(next), third, 3), true, "rotate")
  }),

  law("PAT-09 the limit of rotate counts tokens of the new one's epoch and of later ones", function* (store) {
    const { users, tokens } = store
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    for (const epoch of [2, 9, 10]) yield* tokens.insert(sampleToken(epoch, ada, { epoch }), plenty)
    const of = (epoch: number) => ({ ...rotation, next: sampleToken(20, ada, { epoch, createdAt: at }) })
    yield* expectFailure(tokens.rotate(tokenKeyOf(old), of(2), 3), "TooManyTokens", "of the oldest epoch")
    yield* expectFailure(tokens.rotate(tokenKeyOf(old), of(9), 2), "TooManyTokens", "of the next epoch")
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), of(11), 1), true, "of a new epoch")
  }),

  law("the limit of rotate counts nobody else's tokens", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(old, plenty)
    for (const n of [3, 4]) yield* tokens.insert(sampleToken(n, bo), plenty)
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, 1), true, "rotate")
  }),

  law("rotate of a token that may not be replaced is false, also where the limit is met", function* (store) {
    const { users, tokens } = store
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(sampleToken(3, ada), plenty)
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, 1), false, "of one that never was")
    yield* tokens.insert(sampleToken(1, ada, { expiresAt: at }), plenty)
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, 1), false, "of one past its end")
  })
]
