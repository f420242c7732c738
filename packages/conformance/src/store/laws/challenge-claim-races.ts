import {
  approval,
  challengeKeyOf,
  challengeSecretOf,
  claimOf,
  codeHash,
  keptUntil,
  peek,
  reach,
  sampleChallenge,
  second as secondMs
} from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { minute, plenty, sampleUser, start, userId, wholeList } from "./samples.ts"

const { race: raceLaw } = lawsOf("challenges")

const ada = userId(1)
const bo = userId(2)
const at = start + minute

/** Racers for a challenge that nobody has claimed. */
export const challengeClaimRaces: ReadonlyArray<Law> = [
  raceLaw("DEV-09 of parallel claims of two users exactly one user gets the challenge", function* (store, second) {
    const row = sampleChallenge(1)
    for (const n of [1, 2]) yield* store.users.insert(sampleUser(n))
    yield* store.challenges.insert(row, plenty)
    const outcomes = yield* race(16, [store, second], (one, n) => claimOf(one, n % 4 < 2 ? ada : bo, row, at))
    yield* expectEqual(outcomes, { done: 8, null: 8 }, "the outcomes")
    const owner = (yield* peek(store, row))?.userId
    yield* expectEqual(owner === ada || owner === bo, true, `whether one of them has it, with ${owner}`)
    const [won, lost] = owner === ada ? [ada, bo] : [bo, ada]
    const claimed = { ...row.challenge, state: "claimed", userId: won, claimedAt: at }
    yield* expectEqual(yield* store.challenges.list(won, wholeList), [claimed], "the list of who has it")
    yield* expectEqual(yield* store.challenges.list(lost, wholeList), [], "the other list")
  }),

  raceLaw("OPS-07 after 16 parallel claims of one user with room for 5 there are exactly 5", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let n = 0; n < 16; n++) yield* store.challenges.insert(sampleChallenge(n), plenty)
    const outcomes = yield* race(16, [store, second], ({ challenges }, n) =>
      challenges.claim(codeHash(n), ada, start, 5)
    )
    yield* expectEqual(outcomes, { done: 16 }, "the outcomes")
    yield* expectEqual((yield* store.challenges.list(ada, wholeList)).length, 5, "how many are listed")
    let count = 0
    for (let n = 0; n < 16; n++) count += (yield* peek(store, sampleChallenge(n))) === null ? 0 : 1
    yield* expectEqual(count, 5, "how many are there")
  }),

  raceLaw("DEV-05 a parallel poll and claim lose neither", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleChallenge(round)
      yield* store.challenges.insert(row, plenty)
      yield* duel(round, store.challenges.poll(challengeSecretOf(row), at), claimOf(second, ada, row, at))
      const pace = { ...row.challenge.pace, nextPollAt: at + 5 * secondMs }
      const claimed = { ...row.challenge, state: "claimed", userId: ada, claimedAt: at, pace }
      yield* expectEqual(yield* peek(store, row), claimed, `the challenge of round ${round}`)
    }
  }),

  raceLaw("DEV-15 a parallel claim never brings a purged challenge back", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleChallenge(round)
      yield* store.challenges.insert(row, plenty)
      yield* duel(round, claimOf(store, ada, row, at), second.challenges.removeExpired(keptUntil, 10))
      yield* expectEqual(yield* peek(store, row), null, `the challenge of round ${round}`)
      yield* expectEqual(yield* store.challenges.list(ada, wholeList), [], `the list of round ${round}`)
      yield* expectEqual(yield* claimOf(store, ada, row, at), null, `a claim after round ${round}`)
    }
  }),

  raceLaw(
    "OPS-07 a parallel decision never brings a challenge back that gave way to another",
    function* (store, second) {
      yield* store.users.insert(sampleUser(1))
      for (let round = 0; round < ROUNDS; round++) {
        const old = sampleChallenge(round)
        const next = sampleChallenge(round + 1000, { createdAt: at })
        yield* reach(store, old, ada, "claimed")
        yield* store.challenges.insert(next, plenty)
        yield* duel(
          round,
          store.challenges.decide(challengeKeyOf(ada, old), approval(), at),
          second.challenges.claim(next.challenge.codeHash, ada, at, 1)
        )
        yield* expectEqual(yield* peek(store, old), null, `the old challenge of round ${round}`)
        const left = (yield* store.challenges.list(ada, wholeList)).map(({ id }) => id)
        yield* expectEqual(left, [next.challenge.id], `what is listed after round ${round}`)
        yield* store.challenges.removeAll(ada)
      }
    }
  )
]
