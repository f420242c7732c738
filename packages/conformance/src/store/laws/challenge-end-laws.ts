import {
  approval,
  challengeEnd,
  challengeKeyOf,
  challengeSecretOf,
  claimOf,
  decidedKeptUntil,
  denial,
  keptUntil,
  peek,
  reach,
  redemption,
  sampleChallenge,
  stages
} from "./challenge-samples.ts"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { hour, plenty, sampleAdmin, sampleUser, start, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("challenges")

const ada = userId(1)
const bo = userId(2)

/** What listing, removing and purging challenges promises. */
export const challengeEndLaws: ReadonlyArray<Law> = [
  law("list gives the challenges that a user claimed, in any state, newest first, just as they are", function* (store) {
    const { users, challenges } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const told = []
    for (const [n, stage] of stages.entries()) {
      told.push(yield* reach(store, sampleChallenge(n, { createdAt: start + ((n * 4) % 7) }), ada, stage, start + 9))
    }
    yield* reach(store, sampleChallenge(20), bo, "claimed")
    const own = told.filter((challenge) => challenge !== null && challenge.state !== "pending")
    const newestFirst = own.sort((a, b) => (b?.createdAt ?? 0) - (a?.createdAt ?? 0))
    yield* expectEqual(yield* challenges.list(ada, wholeList), newestFirst, "the list")
    yield* expectEqual(yield* challenges.list(userId(3), wholeList), [], "the list of nobody")
  }),

  law("removeAll removes all that the user claimed and says how many", function* (store) {
    const { users, challenges } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    for (const [n, stage] of stages.entries()) yield* reach(store, sampleChallenge(n), ada, stage)
    const theirs = yield* reach(store, sampleChallenge(20), bo, "approved")
    yield* expectEqual(yield* challenges.removeAll(ada), stages.length - 1, "removeAll")
    yield* expectEqual(yield* challenges.list(ada, wholeList), [], "the list")
    for (const [n, stage] of stages.entries()) {
      const row = sampleChallenge(n)
      const left = stage === "pending" ? row.challenge : null
      yield* expectEqual(yield* peek(store, row), left, `the secret of one that was ${stage}`)
      yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), null, `one that was ${stage}`)
      if (stage === "pending") continue
      yield* expectEqual(yield* challenges.decide(challengeKeyOf(ada, row), denial, start), null, "decide")
      yield* expectEqual(yield* challenges.redeem(challengeSecretOf(row), redemption(start)), null, "redeem")
      yield* expectEqual(yield* claimOf(store, ada, row), null, "its code")
    }
    yield* expectEqual(yield* challenges.list(bo, wholeList), [theirs], "another user's challenge")
    yield* expectEqual(yield* challenges.removeAll(ada), 0, "removeAll again")
    yield* expectEqual(yield* challenges.removeAll(userId(3)), 0, "removeAll of nobody")
  }),

  law("DEV-15 removeExpired removes a challenge once its time to be kept is over, not 1 ms before", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    for (const [n, stage] of (["pending", "claimed", "approved"] as const).entries()) {
      const row = sampleChallenge(n)
      const told = yield* reach(store, row, ada, stage)
      yield* expectEqual(yield* challenges.removeExpired(keptUntil - 1, 10), 0, "1 ms before")
      yield* expectEqual(yield* peek(store, row), told, `the challenge that is ${stage}`)
      yield* expectEqual(yield* challenges.removeExpired(keptUntil, 10), 1, "at that instant")
      yield* expectEqual(yield* peek(store, row), null, "the secret of the removed one")
      yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), null, "the removed one")
    }
    yield* expectEqual(yield* challenges.list(ada, wholeList), [], "the list")
  }),

  law("DEV-15 removeExpired knows how long a denied or redeemed challenge is kept", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    const [denied, redeemed] = [sampleChallenge(1), sampleChallenge(2)]
    const told = [yield* reach(store, denied, ada, "denied"), yield* reach(store, redeemed, ada, "redeemed")]
    yield* reach(store, sampleChallenge(3), ada, "number")
    for (const n of [7, 8, 9]) {
      const wrong = { ...redemption(start, n), keptUntil: keptUntil + 5 }
      yield* challenges.redeem(challengeSecretOf(sampleChallenge(3)), wrong)
    }
    yield* reach(store, sampleChallenge(4), ada, "claimed")
    yield* challenges.decide(challengeKeyOf(ada, sampleChallenge(4)), { ...denial, keptUntil: start + 5 }, start)
    yield* expectEqual(yield* challenges.removeExpired(start + 4, 10), 0, "before the shortest time")
    yield* expectEqual(yield* challenges.removeExpired(start + 5, 10), 1, "the one that is kept for less")
    yield* expectEqual(yield* challenges.removeExpired(keptUntil + 4, 10), 0, "when undecided ones would have gone")
    yield* expectEqual(yield* challenges.removeExpired(keptUntil + 5, 10), 1, "the one that wrong numbers denied")
    yield* expectEqual(yield* challenges.removeExpired(decidedKeptUntil - 1, 10), 0, "1 ms before the last")
    yield* expectEqual([yield* peek(store, denied), yield* peek(store, redeemed)], told, "the last two")
    yield* expectEqual(yield* challenges.removeExpired(decidedKeptUntil, 10), 2, "the last two, in the end")
  }),

  law("removeExpired removes at most `limit`, of any owners and of none, and no others", function* (store) {
    const { users, challenges } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const live = sampleChallenge(9, { keptUntil: challengeEnd + hour + 1 })
    const kept = yield* reach(store, live, bo, "claimed")
    for (const n of [1, 2, 3, 4, 5]) {
      const row = sampleChallenge(n, { keptUntil: challengeEnd + hour - n })
      yield* reach(store, row, n % 2 === 0 ? ada : bo, n === 1 ? "pending" : "claimed")
    }
    const end = challengeEnd + hour
    yield* expectEqual(yield* challenges.removeExpired(end, 0), 0, "none")
    yield* expectEqual(yield* challenges.removeExpired(end, 2), 2, "a first batch")
    yield* expectEqual(yield* challenges.removeExpired(end, 2), 2, "a second batch")
    yield* expectEqual(yield* challenges.removeExpired(end, 2), 1, "the rest")
    yield* expectEqual(yield* challenges.removeExpired(end, 2), 0, "when none is left")
    yield* expectEqual(yield* challenges.list(bo, wholeList), [kept], "the one that is kept longer")
    yield* expectEqual(yield* challenges.list(ada, wholeList), [], "the other list")
  }),

  law("ADM-06 removing a user removes the challenges that they claimed, and nobody else's", function* (store) {
    const { users, challenges } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    for (const [n, stage] of stages.entries()) yield* reach(store, sampleChallenge(n), ada, stage)
    const theirs = yield* reach(store, sampleChallenge(20), bo, "approved")
    yield* users.remove(ada, null)
    yield* expectEqual(yield* challenges.list(ada, wholeList), [], "the list")
    for (const [n, stage] of stages.entries()) {
      const row = sampleChallenge(n)
      const left = stage === "pending" ? row.challenge : null
      yield* expectEqual(yield* peek(store, row), left, `the secret of one that was ${stage}`)
      yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), null, `one that was ${stage}`)
    }
    yield* expectEqual(yield* challenges.removeAll(ada), 0, "removeAll after it")
    yield* expectEqual(yield* challenges.list(bo, wholeList), [theirs], "another user's challenge")
    const redeemed = yield* challenges.redeem(challengeSecretOf(sampleChallenge(20)), redemption(start))
    yield* expectEqual(redeemed?.outcome, "redeemed", "a redemption of another user's challenge")
  }),

  law("a removal that fails with LastSuperuser leaves the challenges", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    yield* users.insert(sampleAdmin(1))
    const told = yield* reach(store, row, ada, "approved")
    yield* expectFailure(users.remove(ada, null), "LastSuperuser", "the removal")
    yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), told, "the challenge")
  }),

  law("DEV-07 a change of the user leaves the challenges: core judges the epoch", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    yield* users.insert(sampleUser(1))
    yield* reach(store, row, ada, "claimed")
    yield* challenges.decide(challengeKeyOf(ada, row), approval(), start)
    yield* users.endCredentials(ada, start)
    yield* users.change(ada, { isActive: false }, start)
    const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(start))
    yield* expectEqual(redeemed?.outcome, "redeemed", "the redemption")
    yield* challenges.insert(sampleChallenge(2), plenty)
    yield* expectEqual((yield* claimOf(store, ada, sampleChallenge(2)))?.state, "claimed", "a claim")
  })
]
