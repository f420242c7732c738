import { ChallengeId, MOST_ENDED, SecretHash } from "@latchkey/core/store"
import {
  approval,
  challengeEnd,
  challengeKeyOf,
  challengeSecretOf,
  claimOf,
  codeHash,
  fullChallenge,
  peek,
  reach,
  sampleChallenge,
  stages
} from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { minute, plenty, sampleUser, secretHash, start, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("challenges")

const ada = userId(1)
const bo = userId(2)
const at = start + minute

/** What claiming and finding challenges promises. */
export const challengeClaimLaws: ReadonlyArray<Law> = [
  law("DEV-09 a claim gives a user the challenge of a code, and changes nothing else of it", function* (store) {
    yield* store.users.insert(sampleUser(1))
    for (const row of [sampleChallenge(1), fullChallenge(2)]) {
      yield* store.challenges.insert(row, plenty)
      const claimed = { ...row.challenge, state: "claimed", userId: ada, claimedAt: at }
      yield* expectEqual(yield* claimOf(store, ada, row, at), claimed, "what the claim gives")
      yield* expectEqual(yield* store.challenges.find(challengeKeyOf(ada, row)), claimed, "what is found")
      yield* expectEqual(yield* peek(store, row), claimed, "what its program finds")
    }
  }),

  law("DEV-09 a challenge that a user has claimed is null for every other, whatever its state", function* (store) {
    const { users, challenges } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    for (const [n, stage] of stages.entries()) {
      if (stage === "pending") continue
      const row = sampleChallenge(n)
      const told = yield* reach(store, row, ada, stage)
      const theirs = challengeKeyOf(bo, row)
      yield* expectEqual(yield* claimOf(store, bo, row, at), null, `the claim of one that is ${stage}`)
      yield* expectEqual(yield* claimOf(store, bo, row, challengeEnd), null, "the claim past the end")
      yield* expectEqual(yield* challenges.find(theirs), null, "find")
      yield* expectEqual(yield* challenges.decide(theirs, approval(), at), null, "decide")
      yield* expectEqual(yield* challenges.list(bo, wholeList), [], "the list")
      yield* expectEqual(yield* peek(store, row), told, `the challenge that is ${stage}`)
    }
    yield* expectEqual(yield* challenges.removeAll(bo), 0, "removeAll")
  }),

  law("a claim by the user who has the challenge gives it as it is, and changes nothing", function* (store) {
    yield* store.users.insert(sampleUser(1))
    for (const [n, stage] of stages.entries()) {
      if (stage === "pending") continue
      const row = sampleChallenge(n)
      const told = yield* reach(store, row, ada, stage)
      yield* expectEqual(yield* claimOf(store, ada, row, at), told, `the claim of one that is ${stage}`)
      yield* expectEqual(yield* claimOf(store, ada, row, challengeEnd), told, "the claim at its end")
      yield* expectEqual(yield* store.challenges.find(challengeKeyOf(ada, row)), told, "what is found")
    }
  }),

  law("a claim of a code that leads to nothing is null", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* claimOf(store, ada, row), null, "in an empty store")
    yield* challenges.insert(row, plenty)
    for (const text of [row.secretHash, row.challenge.id, "", "*", "%", row.challenge.codeHash.toUpperCase()]) {
      yield* expectEqual(yield* challenges.claim(SecretHash(text), ada, start, plenty), null, `the claim of ${text}`)
    }
    yield* expectEqual(yield* peek(store, row), row.challenge, "the challenge")
    yield* claimOf(store, ada, row)
    yield* challenges.removeAll(ada)
    yield* expectEqual(yield* claimOf(store, ada, row), null, "of one that was removed")
  }),

  law(
    "DEV-03 a challenge can be claimed until just before its end, and is told to everybody afterwards",
    function* (store) {
      const [early, late] = [sampleChallenge(1), sampleChallenge(2)]
      for (const n of [1, 2]) yield* store.users.insert(sampleUser(n))
      for (const row of [early, late]) yield* store.challenges.insert(row, plenty)
      const claimed = yield* claimOf(store, ada, early, challengeEnd - 1)
      const own = { ...early.challenge, state: "claimed", userId: ada, claimedAt: challengeEnd - 1 }
      yield* expectEqual(claimed, own, "the claim 1 ms before")
      yield* expectEqual(yield* claimOf(store, ada, late, challengeEnd), late.challenge, "the claim at the end")
      yield* expectEqual(yield* claimOf(store, bo, late, challengeEnd + 1), late.challenge, "another's after the end")
      yield* expectEqual(yield* store.challenges.list(ada, wholeList), [claimed], "whose it is")
      yield* expectEqual(yield* peek(store, late), late.challenge, "the challenge that nobody claimed")
    }
  ),

  law("DEV-09 find needs both the owner and the id, and never tells one that nobody has claimed", function* (store) {
    const { users, challenges } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    yield* challenges.insert(sampleChallenge(1), plenty)
    yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, sampleChallenge(1))), null, "one that is pending")
    yield* claimOf(store, ada, sampleChallenge(1))
    for (const id of [
      codeHash(1),
      secretHash(1),
      "challenge-2",
      "*",
      "challenge-?",
      "challenge-%",
      "CHALLENGE-1",
      ""
    ]) {
      yield* expectEqual(yield* challenges.find({ owner: ada, id: ChallengeId(id) }), null, `the id ${id}`)
    }
    yield* expectEqual(yield* challenges.find(challengeKeyOf(bo, sampleChallenge(1))), null, "another owner")
  }),

  law("what one connection does to challenges the other sees at once", function* (store, other) {
    const row = sampleChallenge(1)
    yield* store.users.insert(sampleUser(1))
    yield* other.challenges.insert(row, plenty)
    const claimed = yield* claimOf(store, ada, row)
    yield* expectEqual(yield* other.challenges.find(challengeKeyOf(ada, row)), claimed, "the claim")
    const decided = yield* other.challenges.decide(challengeKeyOf(ada, row), approval(1), start)
    yield* expectEqual(yield* store.challenges.list(ada, wholeList), [decided?.challenge], "the approval")
    yield* store.challenges.poll(challengeSecretOf(row), start)
    yield* store.challenges.removeAll(ada)
    yield* expectEqual(yield* peek(other, row), null, "the removed challenge")
  })
]

/** What a claim promises of how many challenges a user has. */
export const challengeRoomLaws: ReadonlyArray<Law> = [
  law("OPS-07 a claim removes the user's oldest beyond the limit, whatever their states", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    for (const [n, stage] of stages.entries()) {
      yield* reach(store, sampleChallenge(n, { createdAt: start + 10 - n }), ada, stage)
    }
    const theOldest = sampleChallenge(9, { createdAt: start - 1 })
    yield* challenges.insert(theOldest, plenty)
    const claimed = yield* challenges.claim(codeHash(9), ada, at, 3)
    const ids = (yield* challenges.list(ada, wholeList)).map(({ id }) => id)
    yield* expectEqual(ids, ["challenge-1", "challenge-2", "challenge-9"], "who is left")
    yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, theOldest)), claimed, "the one that was claimed")
    for (const n of [3, 4, 5]) {
      yield* expectEqual(yield* peek(store, sampleChallenge(n)), null, `the secret of challenge ${n}`)
      yield* expectEqual(yield* claimOf(store, ada, sampleChallenge(n)), null, `the code of challenge ${n}`)
      yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, sampleChallenge(n))), null, `challenge ${n}`)
    }
    yield* expectEqual((yield* peek(store, sampleChallenge(0)))?.state, "pending", "the one that nobody claimed")
  }),

  law("OPS-07 of challenges that began at one instant the smallest id goes first", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    for (const n of [2, 4, 1, 3]) yield* reach(store, sampleChallenge(n), ada, "claimed")
    yield* challenges.insert(sampleChallenge(0), plenty)
    yield* challenges.claim(codeHash(0), ada, at, 3)
    const ids = (yield* challenges.list(ada, wholeList)).map(({ id }) => id)
    yield* expectEqual(ids, ["challenge-4", "challenge-3", "challenge-0"], "who is left")
  }),

  law("OPS-07 only a call that claims removes others, and it removes nobody else's", function* (store) {
    const { users, challenges } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    for (const n of [1, 2, 3]) yield* reach(store, sampleChallenge(n), ada, "claimed")
    yield* reach(store, sampleChallenge(4), bo, "claimed")
    yield* challenges.insert(sampleChallenge(5), plenty)
    yield* challenges.claim(codeHash(3), ada, at, 1)
    yield* challenges.claim(codeHash(4), ada, at, 1)
    yield* challenges.claim(codeHash(5), ada, challengeEnd, 1)
    yield* challenges.claim(codeHash(6), ada, at, 1)
    yield* expectEqual((yield* challenges.list(ada, wholeList)).length, 3, "how many are left before")
    yield* challenges.claim(codeHash(5), bo, at, 1)
    yield* expectEqual((yield* challenges.list(ada, wholeList)).length, 3, "how many another's claim leaves")
    yield* expectEqual(
      (yield* challenges.list(bo, wholeList)).map(({ id }) => id),
      ["challenge-5"],
      "the other's"
    )
  }),

  law("OPS-07 one claim removes at most a hundred", function* (store) {
    const { users, challenges } = store
    const count = MOST_ENDED + 4
    yield* users.insert(sampleUser(1))
    for (let n = 0; n < count; n++) {
      yield* reach(store, sampleChallenge(n, { createdAt: start + n }), ada, "claimed", start + count)
    }
    yield* challenges.insert(sampleChallenge(count, { createdAt: start + count }), plenty)
    yield* challenges.claim(codeHash(count), ada, start + count, 1)
    const ids = (yield* challenges.list(ada, wholeList)).map(({ id }) => id)
    const left = [count, count - 1, count - 2, count - 3, count - 4].map((n) => `challenge-${n}`)
    yield* expectEqual(ids, left, "who is left")
  })
]
