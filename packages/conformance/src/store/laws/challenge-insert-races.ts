import { challengeEnd, claimOf, codeHash, keptUntil, peek, reach, sampleChallenge } from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { hour, plenty, sampleUser, userId } from "./samples.ts"

const { race: raceLaw } = lawsOf("challenges")

const ada = userId(1)

/** The challenge `n` with the code `code`, which comes when sample challenges have ended. */
const later = (n: number, code: number) =>
  sampleChallenge(n, {
    codeHash: codeHash(code),
    createdAt: challengeEnd,
    expiresAt: challengeEnd + hour,
    keptUntil: challengeEnd + 2 * hour
  })

/** Racers for a place under the limit, and for a code. */
export const challengeInsertRaces: ReadonlyArray<Law> = [
  raceLaw("parallel inserts of challenges all stay", function* (store, second) {
    const outcomes = yield* race(32, [store, second], ({ challenges }, n) =>
      challenges.insert(sampleChallenge(n), plenty)
    )
    yield* expectEqual(outcomes, { done: 32 }, "the outcomes")
    for (let n = 0; n < 32; n++) {
      yield* expectEqual(yield* peek(store, sampleChallenge(n)), sampleChallenge(n).challenge, `challenge ${n}`)
    }
  }),

  raceLaw("DEV-13 of 16 parallel inserts of challenges under a limit of 5 exactly 5 pass", function* (store, second) {
    const outcomes = yield* race(16, [store, second], ({ challenges }, n) => challenges.insert(sampleChallenge(n), 5))
    yield* expectEqual(outcomes, { done: 5, TooManyChallenges: 11 }, "the outcomes")
    let count = 0
    for (let n = 0; n < 16; n++) count += (yield* peek(store, sampleChallenge(n))) === null ? 0 : 1
    yield* expectEqual(count, 5, "how many are there")
  }),

  raceLaw(
    "DEV-18 of 16 parallel inserts with one code exactly one passes, and the code leads to it",
    function* (store, second) {
      const row = (n: number) => sampleChallenge(n, { codeHash: codeHash(99) })
      yield* store.users.insert(sampleUser(1))
      const outcomes = yield* race(16, [store, second], ({ challenges }, n) => challenges.insert(row(n), plenty))
      yield* expectEqual(outcomes, { done: 1, UserCodeTaken: 15 }, "the outcomes")
      const there = []
      for (let n = 0; n < 16; n++) there.push(yield* peek(store, row(n)))
      const ids = there.flatMap((challenge) => challenge?.id ?? [])
      yield* expectEqual(ids, [(yield* claimOf(store, ada, row(0)))?.id], "who is there")
    }
  ),

  raceLaw(
    "DEV-18 of parallel inserts with the code of one that has ended exactly one passes",
    function* (store, second) {
      yield* store.users.insert(sampleUser(1))
      const old = yield* reach(store, sampleChallenge(99), ada, "denied")
      const outcomes = yield* race(16, [store, second], ({ challenges }, n) => challenges.insert(later(n, 99), plenty))
      yield* expectEqual(outcomes, { done: 1, UserCodeTaken: 15 }, "the outcomes")
      const there = []
      for (let n = 0; n < 16; n++) there.push(yield* peek(store, later(n, 99)))
      const ids = there.flatMap((challenge) => challenge?.id ?? [])
      yield* expectEqual(ids, [(yield* claimOf(store, ada, later(0, 99), challengeEnd))?.id], "who is there")
      yield* expectEqual(yield* peek(store, sampleChallenge(99)), old, "the one that has ended")
    }
  ),

  raceLaw("DEV-18 a parallel purge leaves a code that comes again to its new challenge", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const next = later(round + 1000, round)
      yield* store.challenges.insert(sampleChallenge(round), plenty)
      const [inserted, removed] = yield* duel(
        round,
        store.challenges.insert(next, plenty),
        second.challenges.removeExpired(keptUntil, 10)
      )
      yield* expectEqual([inserted, removed], [undefined, 1], `the outcomes of round ${round}`)
      yield* expectEqual(yield* peek(store, sampleChallenge(round)), null, `the old one of round ${round}`)
      const led = yield* claimOf(store, ada, next, challengeEnd)
      yield* expectEqual(led?.id, next.challenge.id, `what the code of round ${round} leads to`)
    }
  })
]
