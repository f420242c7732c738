import { ChallengeId, type Decision, decidedChallenge } from "@latchkey/core/store"
import {
  approval,
  challengeEnd,
  challengeKeyOf,
  challengeSecretOf,
  claimOf,
  codeHash,
  decidedKeptUntil,
  denial,
  fullChallenge,
  numberHash,
  peek,
  reach,
  redemption,
  sampleChallenge,
  stages
} from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { minute, plenty, sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("challenges")

const ada = userId(1)
const at = start + minute

/** What approving and denying promises. */
export const challengeDecideLaws: ReadonlyArray<Law> = [
  law("DEV-10 an approval keeps the approver's epoch and the number, and changes nothing else", function* (store) {
    const { users, challenges } = store
    const row = fullChallenge(1)
    yield* users.insert(sampleUser(1))
    const claimed = yield* reach(store, row, ada, "claimed")
    const decided = yield* challenges.decide(challengeKeyOf(ada, row), { ...approval(7), epoch: 41 }, at)
    const approved = {
      ...claimed,
      state: "approved",
      approvedAt: at,
      epoch: 41,
      numberHash: numberHash(7),
      wrongNumbers: 0
    }
    yield* expectEqual(decided, { challenge: approved, isDone: true }, "what the approval gives")
    yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), approved, "what is found")
    yield* expectEqual(yield* peek(store, row), approved, "what its program finds")
  }),

  law("DEV-15 a denial tells by what and when, and keeps the challenge for so long", function* (store) {
    const { users, challenges } = store
    const row = fullChallenge(1)
    yield* users.insert(sampleUser(1))
    const claimed = yield* reach(store, row, ada, "claimed")
    const decided = yield* challenges.decide(challengeKeyOf(ada, row), { ...denial, by: "change" }, at)
    const denied = { ...claimed, state: "denied", deniedAt: at, deniedBy: "change", keptUntil: decidedKeptUntil }
    yield* expectEqual(decided, { challenge: denied, isDone: true }, "what the denial gives")
    yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), denied, "what is found")
    yield* expectEqual(yield* peek(store, row), denied, "what its program finds")
  }),

  law("DEV-10 a denial takes an approval back, and keeps nothing of it", function* (store) {
    const { users, challenges } = store
    const [row, never] = [sampleChallenge(1), sampleChallenge(2)]
    yield* users.insert(sampleUser(1))
    yield* reach(store, row, ada, "number")
    yield* challenges.redeem(challengeSecretOf(row), redemption(start, 9))
    yield* reach(store, never, ada, "claimed")
    const taken = yield* challenges.decide(challengeKeyOf(ada, row), denial, at)
    const denied = yield* challenges.decide(challengeKeyOf(ada, never), denial, at)
    const same = { id: row.challenge.id, codeHash: row.challenge.codeHash, program: row.challenge.program }
    yield* expectEqual(taken, { challenge: { ...denied?.challenge, ...same }, isDone: true }, "the denial")
    const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(at, 1))
    yield* expectEqual(redeemed, { challenge: taken?.challenge, outcome: "not-approved" }, "a redemption after it")
  }),

  law("DEV-20 a second approval brings only a new number, and is not the one that decided", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    const key = challengeKeyOf(ada, row)
    yield* users.insert(sampleUser(1))
    const first = yield* reach(store, row, ada, "number")
    yield* challenges.redeem(challengeSecretOf(row), redemption(start, 9))
    const again = yield* challenges.decide(key, { ...approval(2), epoch: 4 }, at)
    const expected = { ...first, numberHash: numberHash(2), wrongNumbers: 1 }
    yield* expectEqual(again, { challenge: expected, isDone: false }, "the second approval")
    yield* expectEqual(yield* challenges.find(key), expected, "what is found")
    const old = yield* challenges.redeem(challengeSecretOf(row), redemption(at, 1))
    yield* expectEqual(old?.outcome, "number-wrong", "the number of the first approval")
    const current = yield* challenges.redeem(challengeSecretOf(row), redemption(at, 2))
    yield* expectEqual(current?.outcome, "redeemed", "the number of the second approval")
  }),

  law("DEV-10 a denied or redeemed challenge stays as it is, and the decision is told as not done", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    for (const [n, stage] of (["denied", "redeemed"] as const).entries()) {
      const row = sampleChallenge(n)
      const told = yield* reach(store, row, ada, stage)
      for (const decision of [approval(), denial]) {
        const decided = yield* challenges.decide(challengeKeyOf(ada, row), decision, at)
        yield* expectEqual(decided, { challenge: told, isDone: false }, `${decision.to} of one that is ${stage}`)
      }
      yield* expectEqual(yield* peek(store, row), told, `the challenge that is ${stage}`)
    }
  }),

  law("DEV-03 a challenge can be decided until just before its end", function* (store) {
    const { users, challenges } = store
    yield* users.insert(sampleUser(1))
    for (const [n, decision] of [approval(), denial].entries()) {
      const row = sampleChallenge(n)
      const key = challengeKeyOf(ada, row)
      const claimed = yield* reach(store, row, ada, "claimed")
      const late = yield* challenges.decide(key, decision, challengeEnd)
      yield* expectEqual(late, { challenge: claimed, isDone: false }, `${decision.to} at the end`)
      yield* expectEqual(yield* challenges.find(key), claimed, "what is found")
      const inTime = yield* challenges.decide(key, decision, challengeEnd - 1)
      yield* expectEqual([inTime?.isDone, inTime?.challenge.state], [true, decision.to], "1 ms before the end")
    }
  }),

  law("DEV-09 decide needs both the owner and the id of a claimed challenge", function* (store) {
    const { users, challenges } = store
    const row = sampleChallenge(1)
    yield* users.insert(sampleUser(1))
    yield* challenges.insert(row, plenty)
    yield* expectEqual(yield* challenges.decide(challengeKeyOf(ada, row), approval(), at), null, "one that is pending")
    const claimed = yield* claimOf(store, ada, row, at)
    for (const id of [codeHash(1), row.secretHash, "challenge-2", "*", "challenge-?", "CHALLENGE-1", ""]) {
      const decided = yield* challenges.decide({ owner: ada, id: ChallengeId(id) }, approval(), at)
      yield* expectEqual(decided, null, `the id ${id}`)
    }
    for (const owner of [userId(2), userId(3)]) {
      yield* expectEqual(yield* challenges.decide(challengeKeyOf(owner, row), denial, at), null, `the owner ${owner}`)
    }
    yield* expectEqual(yield* peek(store, row), claimed, "the challenge")
  }),

  law("DEV-10 every decision is that of decidedChallenge, whatever the state and time", function* (store) {
    const { users, challenges } = store
    const decisions: ReadonlyArray<Decision> = [
      approval(),
      approval(1),
      { ...approval(2), epoch: 0 },
      { ...approval(), epoch: 0 },
      denial,
      { ...denial, by: "number" },
      { ...denial, by: "change", keptUntil: start }
    ]
    yield* users.insert(sampleUser(1))
    let n = 0
    for (const stage of stages) {
      if (stage === "pending") continue
      for (const decision of decisions) {
        for (const time of [start - 1, challengeEnd - 1, challengeEnd]) {
          const row = sampleChallenge(n++)
          const before = yield* reach(store, row, ada, stage)
          if (before === null) continue
          const rule = decidedChallenge(before, decision, time) ?? { challenge: before, isDone: false }
          const decided = yield* challenges.decide(challengeKeyOf(ada, row), decision, time)
          yield* expectEqual(decided, rule, `${stage}, to ${decision.to} at ${time - start}`)
          yield* expectEqual(yield* challenges.find(challengeKeyOf(ada, row)), rule.challenge, "what is found")
        }
      }
    }
  })
]
