import { ChallengeId, MOST_WRONG_NUMBERS, type Redemption, redeemedChallenge } from "@latchkey/core/store"
import {
  approval,
  challengeEnd,
  challengeKeyOf,
  challengeSecretOf,
  codeHash,
  decidedKeptUntil,
  fullChallenge,
  peek,
  reach,
  redemption,
  sampleChallenge,
  stages
} from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { hour, minute, sampleUser, secretHash, start, userId } from "./samples.ts"

const { law } = lawsOf("challenges")

const ada = userId(1)
const at = start + minute

/** What redeeming promises, and the confirmation number. */
export const challengeRedeemLaws: ReadonlyArray<Law> = [
  law("DEV-06 an approved challenge is redeemed once", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    yield* users.insert(sampleUser(1))
    yield* reach(store, row, ada, "approved")
    const first = yield* challenges.redeem(challengeSecretOf(row), redemption(at))
    yield* expectEqual([first?.outcome, first?.challenge.state], ["redeemed", "redeemed"], "the first call")
    const again = yield* challenges.redeem(challengeSecretOf(row), redemption(at))
    yield* expectEqual(again, { challenge: first?.challenge, outcome: "not-approved" }, "the second call")
    yield* expectEqual(yield* peek(store, row), first?.challenge, "what its program finds")
  }),

  law("DEV-15 a redeemed challenge tells who approved it and when, and keeps no number", function* (store) {
    const { users, challenges } = store
    const row = fullChallenge(1)
    yield* users.insert(sampleUser(1))
    yield* reach(store, row, ada, "number", start)
    const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(at, 1))
    const kept = {
      ...row.challenge,
      state: "redeemed",
      userId: ada,
      claimedAt: start,
      approvedAt: start,
      redeemedAt: at,
      keptUntil: decidedKeptUntil
    }
    yield* expectEqual(redeemed, { challenge: kept, outcome: "redeemed" }, "what the redemption gives")
    yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), kept, "what is found")
  }),

  law("DEV-06 what is not approved is not redeemed, and stays as it is", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    for (const [n, stage] of (["pending", "claimed", "denied", "redeemed"] as const).entries()) {
      const row = sampleChallenge(n)
      const told = yield* reach(store, row, ada, stage)
      const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(at, 1))
      yield* expectEqual(redeemed, { challenge: told, outcome: "not-approved" }, `one that is ${stage}`)
      yield* expectEqual(yield* peek(store, row), told, `the challenge that is ${stage}`)
    }
  }),

  law("DEV-03 a challenge can be redeemed until just before its end", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    yield* users.insert(sampleUser(1))
    const told = yield* reach(store, row, ada, "approved")
    const late = yield* challenges.redeem(challengeSecretOf(row), redemption(challengeEnd))
    yield* expectEqual(late, { challenge: told, outcome: "not-approved" }, "at the end")
    const inTime = yield* challenges.redeem(challengeSecretOf(row), redemption(challengeEnd - 1))
    yield* expectEqual(inTime?.outcome, "redeemed", "1 ms before the end")
  }),

  law("DEV-02 redeem needs both the id and the secret, and one that does not fit changes nothing", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    const key = challengeSecretOf(row)
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* challenges.redeem(key, redemption(at)), null, "in an empty store")
    const told = yield* reach(store, row, ada, "number")
    yield* reach(store, sampleChallenge(2), ada, "approved")
    for (const hash of [secretHash(2), codeHash(1)]) {
      yield* expectEqual(yield* challenges.redeem({ ...key, hash }, redemption(at, 9)), null, `the secret ${hash}`)
    }
    for (const id of ["challenge-2", "challenge-3", "*", ""]) {
      const redeemed = yield* challenges.redeem({ ...key, id: ChallengeId(id) }, redemption(at, 1))
      yield* expectEqual(redeemed, null, `the id ${id}`)
    }
    yield* expectEqual(yield* peek(store, row), told, "the challenge")
  }),

  law("DEV-20 without its number an approved challenge is not redeemed, and no try is counted", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    yield* users.insert(sampleUser(1))
    const told = yield* reach(store, row, ada, "number")
    for (let n = 0; n <= MOST_WRONG_NUMBERS; n++) {
      const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(at))
      yield* expectEqual(redeemed, { challenge: told, outcome: "number-missing" }, `call ${n}`)
    }
    const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(at, 1))
    yield* expectEqual(redeemed?.outcome, "redeemed", "with the number")
  }),

  law("DEV-20 three wrong numbers deny the challenge, and the right one comes too late then", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    const key = challengeSecretOf(row)
    yield* users.insert(sampleUser(1))
    const told = yield* reach(store, row, ada, "number")
    for (const wrongNumbers of [1, 2]) {
      const wrong = yield* challenges.redeem(key, redemption(at, 8 + wrongNumbers))
      yield* expectEqual(wrong, { challenge: { ...told, wrongNumbers }, outcome: "number-wrong" }, "a wrong number")
    }
    const third = yield* challenges.redeem(key, redemption(at, 9))
    const denied = {
      ...row.challenge,
      state: "denied",
      userId: ada,
      claimedAt: start,
      deniedAt: at,
      deniedBy: "number",
      keptUntil: decidedKeptUntil
    }
    yield* expectEqual(third, { challenge: denied, outcome: "number-wrong" }, "the third wrong number")
    const late = yield* challenges.redeem(key, redemption(at, 1))
    yield* expectEqual(late, { challenge: denied, outcome: "not-approved" }, "the right number after it")
    const decided = yield* challenges.decide(challengeKeyOf(ada, row), approval(1), at)
    yield* expectEqual(decided, { challenge: denied, isDone: false }, "an approval after it")
  }),

  law("DEV-20 the right number redeems after two wrong ones; where none is needed any is ignored", function* (store) {
    const { users, challenges } = store
    const [row, without] = [sampleChallenge(1), sampleChallenge(2)]
    yield* users.insert(sampleUser(1))
    yield* reach(store, row, ada, "number")
    for (const n of [8, 9]) yield* challenges.redeem(challengeSecretOf(row), redemption(at, n))
    const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(at, 1))
    yield* expectEqual(redeemed?.outcome, "redeemed", "the right number")
    yield* reach(store, without, ada, "approved")
    const ignored = yield* challenges.redeem(challengeSecretOf(without), redemption(at, 9))
    yield* expectEqual(ignored?.outcome, "redeemed", "a number that nobody asked for")
  }),

  law("DEV-10 every redemption is that of redeemedChallenge, whatever the state and time", function* (store) {
    const { users, challenges } = store
    const calls: ReadonlyArray<Redemption> = [
      redemption(start - 1),
      redemption(challengeEnd - 1, 1),
      redemption(challengeEnd - 1, 2),
      redemption(challengeEnd),
      redemption(challengeEnd, 1),
      redemption(at, 2),
      { ...redemption(at), keptUntil: at },
      { ...redemption(at, 1), keptUntil: at + hour }
    ]
    yield* users.insert(sampleUser(1))
    let n = 0
    for (const stage of stages) {
      for (const call of calls) {
        const row = sampleChallenge(n++)
        let challenge = yield* reach(store, row, ada, stage)
        for (let time = 0; time < 4 && challenge !== null; time++) {
          const rule = redeemedChallenge(challenge, call)
          const redeemed = yield* challenges.redeem(challengeSecretOf(row), call)
          yield* expectEqual(redeemed, rule, `call ${time} of one that was ${stage}, at ${call.at - start}`)
          challenge = rule.challenge
        }
        yield* expectEqual(yield* peek(store, row), challenge, "what its program finds")
      }
    }
  })
]
