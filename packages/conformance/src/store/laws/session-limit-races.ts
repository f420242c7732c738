import type { SessionId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { keyOf, minute, plenty, sampleSession, sampleUser, start, userId, wholeList } from "./samples.ts"

const { race: raceLaw } = lawsOf("sessions")

const ada = userId(1)
const at = start + minute

/** Racers for a place under the limit. */
export const sessionLimitRaces: ReadonlyArray<Law> = [
  raceLaw("SES-23 after 16 parallel inserts under a limit of 5 there are exactly 5", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ sessions }, n) => sessions.insert(sampleSession(n, ada), 5))
    yield* expectEqual(outcomes, { done: 16 }, "the outcomes")
    yield* expectEqual((yield* store.sessions.list(ada, at, wholeList)).length, 5, "how many are listed")
  }),

  raceLaw("SES-23 parallel inserts tell each session that they end once", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const before = Array.from({ length: 8 }, (_, n) => sampleSession(n, ada))
    for (const row of before) yield* store.sessions.insert(row, plenty)
    const told: Array<SessionId> = []
    yield* race(8, [store, second], ({ sessions }, n) =>
      Effect.tap(sessions.insert(sampleSession(n + 100, ada, { createdAt: at }), 8), (ended) =>
        Effect.sync(() => told.push(...ended))
      )
    )
    const ids = before.map(({ session }) => session.id)
    yield* expectEqual([...told].sort(), ids.sort(), "what was told")
  }),

  raceLaw("SES-23 a parallel insert and replace leave no more than the limit allows", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const old = sampleSession(round, ada, { createdAt: start + round })
      yield* store.sessions.insert(old, 1)
      const heir = sampleSession(round + 1000, ada, { createdAt: start + round })
      const rival = sampleSession(round + 2000, ada, { createdAt: start + round })
      yield* duel(round, store.sessions.replace(keyOf(old), heir, at), second.sessions.insert(rival, 1))
      const left = (yield* store.sessions.list(ada, at, wholeList)).map(({ id }) => id)
      yield* expectEqual(left, [rival.session.id], `what is listed after round ${round}`)
    }
  }),

  raceLaw("SES-05 a parallel touch never brings a session back that gave way to another", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const old = sampleSession(round, ada)
      const rival = sampleSession(round + 1000, ada, { createdAt: at })
      yield* store.sessions.insert(old, 1)
      const use = { at, idleExpiresAt: at + minute }
      yield* duel(round, store.sessions.touch(keyOf(old), use), second.sessions.insert(rival, 1))
      yield* expectEqual(yield* store.sessions.find(ada, old.hash), null, `the session of round ${round}`)
      const left = (yield* store.sessions.list(ada, at, wholeList)).map(({ id }) => id)
      yield* expectEqual(left, [rival.session.id], `what is listed after round ${round}`)
    }
  })
]
