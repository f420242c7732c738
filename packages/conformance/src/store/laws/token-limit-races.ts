import { expectEqual, type Law, lawsOf } from "./law.ts"
import { race } from "./race.ts"
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

const { race: raceLaw } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)
const at = start + minute

/** Racers for a place under the limit, and for a secret that is imported. */
export const tokenLimitRaces: ReadonlyArray<Law> = [
  raceLaw("parallel inserts of tokens under one owner all stay", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(32, [store, second], ({ tokens }, n) => tokens.insert(sampleToken(n, ada), plenty))
    yield* expectEqual(outcomes, { done: 32 }, "the outcomes")
    yield* expectEqual((yield* store.tokens.list(ada, start, wholeList)).length, 32, "how many are listed")
    for (let n = 0; n < 32; n++) {
      const { token, hash } = sampleToken(n, ada)
      yield* expectEqual(yield* store.tokens.find(ada, hash), token, `token ${n}`)
    }
  }),

  raceLaw("of 16 parallel inserts under a limit of 5 exactly 5 pass", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ tokens }, n) => tokens.insert(sampleToken(n, ada), 5))
    yield* expectEqual(outcomes, { done: 5, TooManyTokens: 11 }, "the outcomes")
    yield* expectEqual((yield* store.tokens.list(ada, start, wholeList)).length, 5, "how many are listed")
  }),

  raceLaw("of parallel inserts and rotations no more pass than the limit allows", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const old = Array.from({ length: 8 }, (_, n) => sampleToken(n, ada))
    for (const row of old) yield* store.tokens.insert(row, plenty)
    // With two places beside the eight an insert may be the first or second that passes, a rotation also the third.
    const most = old.length + 2
    const outcomes = yield* race(16, [store, second], ({ tokens }, n) => {
      const next = sampleToken(n + 100, ada, { createdAt: at })
      const replaced = old[Math.floor(n / 4) * 2 + (n % 2)]
      return n % 4 < 2 || replaced === undefined
        ? tokens.insert(next, most)
        : tokens.rotate(tokenKeyOf(replaced), { next, at, oldExpiresAt: at + hour }, most)
    })
    const { done = 0, true: rotated = 0, ...refused } = outcomes
    yield* expectEqual([done + rotated, refused], [3, { TooManyTokens: 13 }], "how many passed, and the others")
    const listed = yield* store.tokens.list(ada, at, wholeList)
    yield* expectEqual(listed.length, 11, "how many are listed")
    yield* expectEqual(listed.filter(({ replacedBy }) => replacedBy !== null).length, rotated, "how many are replaced")
  }),

  raceLaw("of parallel imports of one secret for two owners exactly one is true", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    yield* store.users.insert(sampleUser(2))
    const hash = secretHash(99)
    const outcomes = yield* race(16, [store, second], ({ tokens }, n) =>
      tokens.import({ hash, token: sampleToken(n, n % 4 < 2 ? ada : bo, { isImported: true }).token })
    )
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
    const winner = yield* store.tokens.ownerOf(hash)
    yield* expectEqual(winner === ada || winner === bo, true, `whether ownerOf names an owner, with ${winner}`)
    const [won, lost] = winner === ada ? [ada, bo] : [bo, ada]
    yield* expectEqual((yield* store.tokens.find(won, hash))?.userId, won, "whose the token is")
    yield* expectEqual((yield* store.tokens.list(won, start, wholeList)).length, 1, "how many the winner has")
    yield* expectEqual(yield* store.tokens.find(lost, hash), null, "the other owner's token")
    yield* expectEqual(yield* store.tokens.list(lost, start, wholeList), [], "the other owner's list")
  })
]
