import { ChallengeId, EXPIRED_KEPT_MS, SecretHash } from "@latchkey/core/store"
import {
  challengeEnd,
  challengeKeyOf,
  challengeSecretOf,
  claimOf,
  codeHash,
  denial,
  fullChallenge,
  keptUntil,
  peek,
  reach,
  sampleChallenge,
  stages
} from "./challenge-samples.ts"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, hour, minute, plenty, sampleUser, start, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("challenges")

const ada = userId(1)
const bo = userId(2)

/** What adding challenges promises, and the limit. */
export const challengeInsertLaws: ReadonlyArray<Law> = [
  law("an inserted challenge is found by its secret, just as given", function* (store) {
    const rows = [sampleChallenge(1), fullChallenge(2), sampleChallenge(3, { program: "" })]
    for (const row of rows) yield* store.challenges.insert(row, plenty)
    for (const row of rows) yield* expectEqual(yield* peek(store, row), row.challenge, row.challenge.id)
  }),

  law("the scopes of a challenge keep their order and their number", function* (store) {
    const lists = [[], ["read"], ["b", "a"], ["a", "b"], ["a,b"], ["a b"], ["a", "a"], [""]]
    const rows = lists.map((scopes, n) => sampleChallenge(n, { scopes }))
    for (const row of rows) yield* store.challenges.insert(row, plenty)
    for (const row of rows) yield* expectEqual((yield* peek(store, row))?.scopes, row.challenge.scopes, "the scopes")
  }),

  law("insert of an id that is there is a StoreError, and leaves the one that is there", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    const again = sampleChallenge(2, { id: row.challenge.id })
    yield* users.insert(sampleUser(1))
    yield* challenges.insert(row, plenty)
    yield* expectFailure(challenges.insert(again, plenty), "StoreError", "the second insert")
    yield* expectEqual(yield* peek(store, row), row.challenge, "the challenge")
    yield* expectEqual(yield* peek(store, again), null, "the second one's secret")
    yield* expectEqual((yield* claimOf(store, ada, row))?.id, row.challenge.id, "what the code leads to")
  }),

  law("DEV-13 with as many as allowed insert is TooManyChallenges, and nothing is written", function* (store) {
    const { users, challenges } = store
    const third = sampleChallenge(3)
    yield* users.insert(sampleUser(1))
    for (const n of [1, 2]) yield* challenges.insert(sampleChallenge(n), 2)
    const { most } = yield* expectFailure(challenges.insert(third, 2), "TooManyChallenges", "the third insert")
    yield* expectEqual(most, 2, "how many the failure allows")
    yield* expectEqual(yield* peek(store, third), null, "the third one's secret")
    yield* expectEqual(yield* claimOf(store, ada, third), null, "what its code leads to")
    yield* expectFailure(challenges.insert(third, 1), "TooManyChallenges", "an insert under a lower limit")
    yield* expectFailure(challenges.insert(third, 0), "TooManyChallenges", "an insert under no limit at all")
    yield* challenges.insert(third, 3)
    yield* expectEqual(yield* peek(store, third), third.challenge, "the third challenge, once there is room")
  }),

  law("DEV-13 the limit counts a challenge until just before its end, whatever its state", function* (store) {
    yield* store.users.insert(sampleUser(1))
    for (const [n, stage] of stages.entries()) yield* reach(store, sampleChallenge(n), ada, stage)
    const at = (createdAt: number) =>
      sampleChallenge(20, { createdAt, expiresAt: createdAt + minute, keptUntil: createdAt + hour })
    const most = stages.length
    yield* expectFailure(store.challenges.insert(at(challengeEnd - 1), most), "TooManyChallenges", "1 ms before")
    yield* expectFailure(store.challenges.insert(at(start), most), "TooManyChallenges", "long before")
    yield* store.challenges.insert(at(challengeEnd), 1)
    yield* expectEqual((yield* peek(store, at(challengeEnd)))?.state, "pending", "the one that came at the end")
  }),

  law("DEV-13 a challenge that was removed makes room for one", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    for (const n of [1, 2, 3, 4]) yield* challenges.insert(sampleChallenge(n), plenty)
    yield* claimOf(store, ada, sampleChallenge(1))
    yield* challenges.removeAll(ada)
    yield* challenges.insert(sampleChallenge(5), 4)
    yield* expectFailure(challenges.insert(sampleChallenge(6), 4), "TooManyChallenges", "with one in its place")
    yield* claimOf(store, bo, sampleChallenge(2))
    yield* challenges.decide(challengeKeyOf(bo, sampleChallenge(2)), { ...denial, keptUntil: start }, start)
    yield* challenges.removeExpired(start, 10)
    yield* challenges.insert(sampleChallenge(6), 4)
    yield* claimOf(store, bo, sampleChallenge(3))
    yield* users.remove(bo, null)
    yield* challenges.insert(sampleChallenge(7), 4)
    yield* expectFailure(challenges.insert(sampleChallenge(8), 4), "TooManyChallenges", "with three in their places")
  }),

  law("DEV-18 a code is taken while its challenge is not past its end, whatever its state", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    for (const [n, stage] of stages.entries()) {
      const old = yield* reach(store, sampleChallenge(n), ada, stage)
      const rival = sampleChallenge(n + 100, { codeHash: codeHash(n) })
      yield* expectFailure(challenges.insert(rival, plenty), "UserCodeTaken", `the code of one that is ${stage}`)
      const late = sampleChallenge(n + 100, { codeHash: codeHash(n), createdAt: challengeEnd - 1 })
      yield* expectFailure(challenges.insert(late, plenty), "UserCodeTaken", `1 ms before the end of one: ${stage}`)
      yield* expectEqual(yield* peek(store, sampleChallenge(n)), old, `the challenge that is ${stage}`)
      yield* expectEqual(yield* peek(store, rival), null, "the secret of the refused one")
    }
    for (const n of stages.keys()) {
      const led = yield* claimOf(store, ada, sampleChallenge(n))
      yield* expectEqual(led?.id, sampleChallenge(n).challenge.id, `what code ${n} leads to`)
    }
    yield* challenges.insert(sampleChallenge(50), stages.length + 1)
  }),

  law("DEV-18 at the end of its challenge a code may come again, and leads to the new one", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    for (const [n, stage] of stages.entries()) {
      const old = yield* reach(store, sampleChallenge(n), ada, stage)
      const again = sampleChallenge(n + 100, {
        codeHash: codeHash(n),
        createdAt: challengeEnd,
        expiresAt: challengeEnd + hour,
        keptUntil: challengeEnd + 2 * hour
      })
      yield* challenges.insert(again, plenty)
      const taken = sampleChallenge(n + 200, { codeHash: codeHash(n), createdAt: challengeEnd })
      yield* expectFailure(challenges.insert(taken, plenty), "UserCodeTaken", "a third with the code")
      const led = yield* claimOf(store, bo, again, challengeEnd)
      yield* expectEqual(led?.id, again.challenge.id, `what the code of one that was ${stage} leads to`)
      yield* expectEqual(yield* claimOf(store, ada, again, challengeEnd), null, "the code, for who had the old one")
      yield* expectEqual(yield* peek(store, sampleChallenge(n)), old, `the old one, which is ${stage}`)
    }
    yield* expectEqual((yield* challenges.list(ada, wholeList)).length, stages.length - 1, "how many are left to ada")
  }),

  law("DEV-18 a code that came again is not lost when the old challenge is removed", function* (store) {
    const { users, challenges } = store
    const at = challengeEnd
    const again = (n: number) =>
      sampleChallenge(n + 100, { codeHash: codeHash(n), createdAt: at, expiresAt: at + hour, keptUntil: at + 2 * hour })
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    yield* reach(store, sampleChallenge(1), ada, "pending")
    yield* reach(store, sampleChallenge(2), ada, "claimed")
    yield* reach(store, sampleChallenge(3, { createdAt: start + 1 }), ada, "denied")
    yield* reach(store, sampleChallenge(4), bo, "redeemed")
    for (const n of [1, 2, 3, 4]) yield* challenges.insert(again(n), plenty)
    yield* challenges.removeExpired(keptUntil, 1) // 1 or 2
    yield* challenges.claim(codeHash(4), ada, at, 1) // 2 and 3
    yield* challenges.removeExpired(keptUntil, 10)
    yield* users.remove(bo, null) // 4
    for (const n of [1, 2, 3, 4]) {
      yield* expectEqual(yield* peek(store, sampleChallenge(n)), null, `the old challenge ${n}`)
      const taken = sampleChallenge(n + 200, { codeHash: codeHash(n), createdAt: at })
      yield* expectFailure(challenges.insert(taken, plenty), "UserCodeTaken", `a third with code ${n}`)
    }
    yield* expectEqual((yield* claimOf(store, ada, again(3), at))?.id, again(3).challenge.id, "what code 3 leads to")
    yield* challenges.removeAll(ada)
    yield* expectEqual((yield* claimOf(store, ada, again(2), at))?.id, again(2).challenge.id, "what code 2 leads to")
  }),

  law("DEV-18 a code is free again once its challenge was removed", function* (store) {
    const { users, challenges } = store
    const again = (n: number) => sampleChallenge(n + 100, { codeHash: codeHash(n) })
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    yield* reach(store, sampleChallenge(1, { keptUntil: start }), ada, "pending")
    yield* challenges.removeExpired(start, 10)
    yield* reach(store, sampleChallenge(2), ada, "claimed")
    yield* reach(store, sampleChallenge(3, { createdAt: start + 1 }), ada, "pending")
    yield* challenges.claim(codeHash(3), ada, start + 1, 1)
    yield* reach(store, sampleChallenge(4), bo, "approved")
    yield* users.remove(bo, null)
    yield* challenges.removeAll(ada)
    for (const n of [1, 2, 3, 4]) {
      yield* challenges.insert(again(n), plenty)
      yield* expectEqual((yield* claimOf(store, ada, again(n)))?.id, again(n).challenge.id, `what code ${n} leads to`)
    }
  }),

  law("DEV-18 a code leads to its challenge for a while after the end", function* (store) {
    for (const n of [1, 2]) yield* store.users.insert(sampleUser(n))
    const last = challengeEnd + EXPIRED_KEPT_MS - 1
    for (const [n, stage] of stages.entries()) {
      const row = sampleChallenge(n)
      const told = yield* reach(store, row, ada, stage)
      yield* expectEqual(yield* claimOf(store, ada, row, last), told, `one that is ${stage}`)
      yield* expectEqual(yield* claimOf(store, bo, row, last), stage === "pending" ? told : null, "for another user")
    }
  }),

  law("STO-05 any text round-trips as what is known of a challenge, and no two are one", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    const rows = awkwardTexts.map((text, n) => ({
      secretHash: SecretHash(text),
      challenge: sampleChallenge(n, {
        id: ChallengeId(text),
        codeHash: SecretHash(text),
        program: text,
        scopes: [text, "", text],
        ip: text,
        userAgent: text
      }).challenge
    }))
    for (const row of rows) yield* challenges.insert(row, plenty)
    for (const row of rows)
      yield* expectEqual(yield* peek(store, row), row.challenge, `the challenge ${row.challenge.id}`)
    for (const row of rows) {
      const claimed = { ...row.challenge, state: "claimed", userId: ada, claimedAt: start }
      yield* expectEqual(yield* claimOf(store, ada, row), claimed, `what code ${row.challenge.codeHash} leads to`)
      const decision = { to: "approved", epoch: 3, numberHash: row.secretHash } as const
      const decided = yield* challenges.decide(challengeKeyOf(ada, row), decision, start)
      yield* expectEqual(decided?.isDone, true, `whether ${row.challenge.id} was approved`)
    }
    for (const row of rows) {
      const found = yield* challenges.find(challengeKeyOf(ada, row))
      yield* expectEqual(found?.program, row.challenge.program, `the program of ${row.challenge.id}`)
      const wanted = { at: start, numberHash: row.secretHash, keptUntil }
      const redeemed = yield* challenges.redeem(challengeSecretOf(row), wanted)
      yield* expectEqual(redeemed?.outcome, "redeemed", `what came of ${row.challenge.id}`)
    }
  })
]
