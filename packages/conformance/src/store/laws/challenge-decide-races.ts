import { MOST_WRONG_NUMBERS } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  approval,
  challengeKeyOf,
  challengeSecretOf,
  denial,
  numberHash,
  peek,
  reach,
  redemption,
  sampleChallenge,
  second as secondMs
} from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { minute, plenty, sampleUser, start, userId } from "./samples.ts"

const { race: raceLaw } = lawsOf("challenges")

const ada = userId(1)
const at = start + minute

/** Racers for the decision about a challenge, for what it was approved for, and for its pace. */
export const challengeDecideRaces: ReadonlyArray<Law> = [
  raceLaw("DEV-05 of 16 parallel polls all but one are early, and each of those slows down", function* (store, second) {
    const row = sampleChallenge(1, { pace: { interval: 5 * secondMs, step: secondMs, nextPollAt: start } })
    yield* store.challenges.insert(row, plenty)
    const outcomes = yield* race(16, [store, second], ({ challenges }) =>
      Effect.map(challenges.poll(challengeSecretOf(row), at), (polled) => polled?.isEarly)
    )
    yield* expectEqual(outcomes, { false: 1, true: 15 }, "whether they were early")
    const pace = { interval: 20 * secondMs, step: secondMs, nextPollAt: at + 20 * secondMs }
    yield* expectEqual((yield* peek(store, row))?.pace, pace, "the pace")
  }),

  raceLaw(
    "DEV-10 of 16 parallel approvals exactly one is done, and the number is one of theirs",
    function* (store, second) {
      const row = sampleChallenge(1)
      const key = challengeKeyOf(ada, row)
      yield* store.users.insert(sampleUser(1))
      const claimed = yield* reach(store, row, ada, "claimed")
      const outcomes = yield* race(16, [store, second], ({ challenges }, n) =>
        Effect.map(challenges.decide(key, approval(n), at), (decided) => decided?.isDone)
      )
      yield* expectEqual(outcomes, { true: 1, false: 15 }, "whether they were done")
      const found = yield* store.challenges.find(key)
      const number = found?.state === "approved" ? found.numberHash : null
      const numbers = Array.from({ length: 16 }, (_, n) => numberHash(n))
      yield* expectEqual(numbers.includes(number ?? numberHash(99)), true, `whether ${number} is one of theirs`)
      const approved = { ...claimed, state: "approved", approvedAt: at, epoch: 3, numberHash: number, wrongNumbers: 0 }
      yield* expectEqual(found, approved, "the challenge")
      const withoutNumber = yield* race(16, [store, second], ({ challenges }) =>
        Effect.map(challenges.decide(key, approval(), at), (decided) => decided?.isDone)
      )
      yield* expectEqual(withoutNumber, { true: 1, false: 15 }, "whether those were done that took the number away")
      yield* expectEqual(
        yield* store.challenges.find(key),
        { ...approved, numberHash: null },
        "the challenge after them"
      )
    }
  ),

  raceLaw("DEV-10 of 16 parallel denials exactly one is done", function* (store, second) {
    const row = sampleChallenge(1)
    const key = challengeKeyOf(ada, row)
    yield* store.users.insert(sampleUser(1))
    yield* reach(store, row, ada, "claimed")
    const outcomes = yield* race(16, [store, second], ({ challenges }, n) =>
      Effect.map(challenges.decide(key, denial, at + n), (decided) => decided?.isDone)
    )
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "whether they were done")
    yield* expectEqual((yield* store.challenges.find(key))?.state, "denied", "the state")
  }),

  raceLaw(
    "DEV-10 after a parallel approval and denial the challenge is denied, and both are told",
    function* (store, second) {
      yield* store.users.insert(sampleUser(1))
      for (let round = 0; round < ROUNDS; round++) {
        const row = sampleChallenge(round)
        const key = challengeKeyOf(ada, row)
        yield* reach(store, row, ada, "claimed")
        const [approved, denied] = yield* duel(
          round,
          store.challenges.decide(key, approval(), at),
          second.challenges.decide(key, denial, at)
        )
        const found = yield* store.challenges.find(key)
        yield* expectEqual(found?.state, "denied", `the state after round ${round}`)
        yield* expectEqual(denied, { challenge: found, isDone: true }, `what the denial was told in round ${round}`)
        // Either it came first, and was approved until the denial, or it was told of that.
        const told = approved !== null && typeof approved === "object" ? approved : null
        const state = told?.isDone === true ? "approved" : "denied"
        yield* expectEqual(told?.challenge.state, state, `what the approval was told in round ${round}`)
      }
    }
  ),

  raceLaw("DEV-10 of a parallel denial and redemption exactly one is done", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleChallenge(round)
      const key = challengeKeyOf(ada, row)
      yield* reach(store, row, ada, "approved")
      const [denied, redeemed] = yield* duel(
        round,
        store.challenges.decide(key, denial, at),
        second.challenges.redeem(challengeSecretOf(row), redemption(at))
      )
      const found = yield* store.challenges.find(key)
      const isDenied = found?.state === "denied"
      yield* expectEqual(denied, { challenge: found, isDone: isDenied }, `what the denial was told in round ${round}`)
      const outcome = isDenied ? "not-approved" : "redeemed"
      yield* expectEqual(redeemed, { challenge: found, outcome }, `what the program was told in round ${round}`)
    }
  }),

  raceLaw("DEV-05 a parallel poll never undoes a decision", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleChallenge(round)
      const key = challengeKeyOf(ada, row)
      yield* reach(store, row, ada, "claimed")
      const [polled, decided] = yield* duel(
        round,
        store.challenges.poll(challengeSecretOf(row), at),
        second.challenges.decide(key, round % 2 === 0 ? approval(1) : denial, at)
      )
      const found = yield* store.challenges.find(key)
      const isCounted = polled !== null && typeof polled === "object" && polled.challenge.state === "claimed"
      const pace = isCounted ? { ...row.challenge.pace, nextPollAt: at + 5 * secondMs } : row.challenge.pace
      yield* expectEqual(decided, { challenge: found, isDone: true }, `the decision of round ${round}`)
      yield* expectEqual(found?.pace, pace, `the pace of round ${round}`)
    }
  }),

  raceLaw("DEV-06 of 16 parallel redemptions exactly one is redeemed", function* (store, second) {
    const row = sampleChallenge(1)
    yield* store.users.insert(sampleUser(1))
    yield* reach(store, row, ada, "approved")
    const outcomes = yield* race(16, [store, second], ({ challenges }, n) =>
      Effect.map(challenges.redeem(challengeSecretOf(row), redemption(at + n)), (redeemed) => redeemed?.outcome)
    )
    yield* expectEqual(outcomes, { redeemed: 1, "not-approved": 15 }, "the outcomes")
    yield* expectEqual((yield* peek(store, row))?.state, "redeemed", "the state")
  }),

  raceLaw("DEV-06 a parallel poll never undoes a redemption", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleChallenge(round)
      yield* reach(store, row, ada, "approved")
      const [, redeemed] = yield* duel(
        round,
        store.challenges.poll(challengeSecretOf(row), at),
        second.challenges.redeem(challengeSecretOf(row), redemption(at))
      )
      const found = yield* peek(store, row)
      yield* expectEqual(found?.state, "redeemed", `the state after round ${round}`)
      yield* expectEqual(redeemed, { challenge: found, outcome: "redeemed" }, `the redemption of round ${round}`)
    }
  }),

  raceLaw("DEV-20 of 16 parallel wrong numbers no more are tried than three", function* (store, second) {
    const row = sampleChallenge(1)
    yield* store.users.insert(sampleUser(1))
    yield* reach(store, row, ada, "number")
    const outcomes = yield* race(16, [store, second], ({ challenges }, n) =>
      Effect.map(challenges.redeem(challengeSecretOf(row), redemption(at, n + 10)), (redeemed) => redeemed?.outcome)
    )
    const tried = MOST_WRONG_NUMBERS
    yield* expectEqual(outcomes, { "number-wrong": tried, "not-approved": 16 - tried }, "the outcomes")
    const found = yield* peek(store, row)
    yield* expectEqual(found?.state === "denied" && found.deniedBy, "number", "by what it was denied")
  }),

  raceLaw("DEV-20 a parallel new number never undoes the count of a wrong one", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleChallenge(round)
      const told = yield* reach(store, row, ada, "number")
      yield* duel(
        round,
        store.challenges.decide(challengeKeyOf(ada, row), approval(2), at),
        second.challenges.redeem(challengeSecretOf(row), redemption(at, 9))
      )
      const expected = { ...told, numberHash: numberHash(2), wrongNumbers: 1 }
      yield* expectEqual(yield* peek(store, row), expected, `the challenge of round ${round}`)
    }
  })
]
