import { ChallengeId, LONGEST_INTERVAL_MS, polledChallenge, SecretHash } from "@latchkey/core/store"
import {
  challengeEnd,
  challengeSecretOf,
  claimOf,
  codeHash,
  peek,
  reach,
  sampleChallenge,
  second,
  stages
} from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { hour, minute, plenty, sampleUser, secretHash, start, userId } from "./samples.ts"

const { law } = lawsOf("challenges")

const ada = userId(1)

/** What polling promises. */
export const challengePollLaws: ReadonlyArray<Law> = [
  law("DEV-02 poll needs both the id and the secret, and one that does not fit changes nothing", function* (store) {
    const { challenges } = store
    const row = sampleChallenge(1)
    const key = challengeSecretOf(row)
    yield* expectEqual(yield* challenges.poll(key, start), null, "in an empty store")
    yield* challenges.insert(row, plenty)
    yield* challenges.insert(sampleChallenge(2), plenty)
    yield* expectEqual(yield* challenges.poll({ ...key, hash: secretHash(2) }, start), null, "another one's secret")
    yield* expectEqual(yield* challenges.poll({ ...key, hash: codeHash(1) }, start), null, "the code in its place")
    yield* expectEqual(yield* challenges.poll({ ...key, hash: SecretHash("") }, start), null, "no secret")
    yield* expectEqual(yield* challenges.poll({ ...key, id: ChallengeId("challenge-3") }, start), null, "another id")
    yield* expectEqual(yield* challenges.poll({ ...key, id: ChallengeId("*") }, start), null, "a pattern")
    yield* expectEqual(yield* peek(store, row), row.challenge, "the challenge")
  }),

  law(
    "DEV-05 a poll that comes too early says so and slows the program down, as the store keeps it",
    function* (store) {
      const { challenges } = store
      const row = sampleChallenge(1)
      const key = challengeSecretOf(row)
      const paced = (interval: number, nextPollAt: number) => ({
        ...row.challenge,
        pace: { interval, step: 5 * second, nextPollAt }
      })
      yield* challenges.insert(row, plenty)
      const first = paced(5 * second, start + 5 * second)
      yield* expectEqual(yield* challenges.poll(key, start), { challenge: first, isEarly: false }, "the first poll")
      const slowed = paced(10 * second, start + 11 * second)
      const early = yield* challenges.poll(key, start + second)
      yield* expectEqual(early, { challenge: slowed, isEarly: true }, "one that is early")
      yield* expectEqual(yield* peek(store, row), slowed, "what is kept")
      const third = paced(10 * second, start + 21 * second)
      const inTime = yield* challenges.poll(key, start + 11 * second)
      yield* expectEqual(inTime, { challenge: third, isEarly: false }, "one in time")
    }
  ),

  law("DEV-05 a poll may be a fifth of the interval before its time, and not 1 ms more", function* ({ challenges }) {
    for (const n of [1, 2]) {
      yield* challenges.insert(sampleChallenge(n), plenty)
      yield* challenges.poll(challengeSecretOf(sampleChallenge(n)), start)
    }
    const inTime = yield* challenges.poll(challengeSecretOf(sampleChallenge(1)), start + 4 * second)
    yield* expectEqual(inTime?.isEarly, false, "a fifth before")
    const early = yield* challenges.poll(challengeSecretOf(sampleChallenge(2)), start + 4 * second - 1)
    yield* expectEqual(early?.isEarly, true, "1 ms more")
  }),

  law("DEV-05 the interval grows to a minute, and one that is longer stays", function* ({ challenges }) {
    const pace = { interval: LONGEST_INTERVAL_MS - 1, step: 5 * second, nextPollAt: start + hour }
    const longer = { ...pace, interval: LONGEST_INTERVAL_MS + 7 }
    const rows = [sampleChallenge(1, { pace }), sampleChallenge(2, { pace: longer })] as const
    for (const row of rows) yield* challenges.insert(row, plenty)
    for (const n of [1, 2]) {
      const short = yield* challenges.poll(challengeSecretOf(rows[0]), start)
      yield* expectEqual(short?.challenge.pace.interval, LONGEST_INTERVAL_MS, `the interval after ${n} early polls`)
      const long = yield* challenges.poll(challengeSecretOf(rows[1]), start)
      yield* expectEqual(long?.challenge.pace.interval, longer.interval, `the longer one after ${n} early polls`)
    }
  }),

  law(
    "DEV-05 a decided challenge, and one past its end, has no pace: no poll is early or changes it",
    function* (store) {
      const { users, challenges } = store
      yield* users.insert(sampleUser(1))
      for (const [n, stage] of stages.entries()) {
        const row = sampleChallenge(n, { pace: { interval: minute, step: minute, nextPollAt: start + hour } })
        const told = yield* reach(store, row, ada, stage)
        const isWaiting = stage === "pending" || stage === "claimed"
        for (const at of isWaiting ? [challengeEnd, challengeEnd + 1] : [start, start + second, challengeEnd]) {
          const polled = yield* challenges.poll(challengeSecretOf(row), at)
          yield* expectEqual(polled, { challenge: told, isEarly: false }, `a poll of one that is ${stage}`)
        }
      }
    }
  ),

  law("DEV-05 every poll is that of polledChallenge, whatever the paces and times", function* (store) {
    const { users, challenges } = store
    const paces: ReadonlyArray<readonly [number, number]> = [
      [5 * second, 5 * second],
      [second, 0],
      [0, 0],
      [0, 3],
      [4, 1],
      [999, 7],
      [minute, second],
      [minute - 1, 2],
      [2 * minute, second]
    ]
    const pauses = [0, 1, 799, 800, 1000, 4 * second, 5 * second, 0, 0, 0, 30 * second, 2 * minute, 0, 48 * second]
    yield* users.insert(sampleUser(1))
    for (const [n, [interval, step]] of paces.entries()) {
      const row = sampleChallenge(n, { pace: { interval, step, nextPollAt: start + n } })
      const claimed = yield* reach(store, row, ada, n % 2 === 0 ? "pending" : "claimed")
      let expected = { challenge: claimed ?? row.challenge, isEarly: false }
      let at = start
      for (const pause of pauses) {
        at += pause
        expected = polledChallenge(expected.challenge, at)
        const polled = yield* challenges.poll(challengeSecretOf(row), at)
        yield* expectEqual(polled, expected, `a poll at ${at - start} with ${interval} and ${step}`)
      }
    }
  }),

  law("DEV-05 a claim leaves the pace, and the pace goes on", function* (store) {
    const row = sampleChallenge(1)
    yield* store.users.insert(sampleUser(1))
    yield* store.challenges.insert(row, plenty)
    yield* store.challenges.poll(challengeSecretOf(row), start)
    const pace = { interval: 5 * second, step: 5 * second, nextPollAt: start + 5 * second }
    yield* expectEqual((yield* claimOf(store, ada, row))?.pace, pace, "the pace of the claimed one")
    const early = yield* store.challenges.poll(challengeSecretOf(row), start + second)
    yield* expectEqual(early?.isEarly, true, "whether the next poll is early")
  })
]
