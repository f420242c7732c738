import type { SessionKey, StoreError, StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, tally } from "./race.ts"
import { hour, keyOf, minute, plenty, sampleSession, sampleUser, start, userId, wholeList } from "./samples.ts"

const { race: raceLaw } = lawsOf("sessions")

const ada = userId(1)
const use = { at: start + minute, idleExpiresAt: start + minute + hour }

type Ending = (store: StoreShape, key: SessionKey, round: number) => Effect.Effect<unknown, StoreError>

/** A session is used and ended at the same moment, in many rounds. It must be gone in each. */
const staysGone = (states: string, end: Ending): Law =>
  raceLaw(states, function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleSession(round, ada)
      const key = keyOf(row)
      yield* store.sessions.insert(row, plenty)
      yield* duel(round, store.sessions.touch(key, use), end(second, key, round))
      yield* expectEqual(yield* store.sessions.find(ada, row.hash), null, `the session of round ${round}`)
      const listed = (yield* store.sessions.list(ada, start, wholeList)).filter(({ id }) => id === key.id)
      yield* expectEqual(listed, [], `the list of round ${round}`)
      yield* expectEqual(yield* store.sessions.touch(key, use), false, `a touch after round ${round}`)
    }
  })

/** Racers between the uses of a session, and between its use and its end. */
export const sessionTouchRaces: ReadonlyArray<Law> = [
  staysGone("SES-05 a parallel touch never brings a closed session back", ({ sessions }, key) => sessions.close(key)),
  staysGone("SES-05 a parallel touch never brings a session back that closeAll ended", ({ sessions }) =>
    sessions.closeAll(ada, null)
  ),
  staysGone("SES-05 a parallel touch never brings a replaced session back", ({ sessions }, key, round) =>
    sessions.replace(key, sampleSession(round + 1000, ada), start)
  ),

  raceLaw("SES-05 a parallel touch never brings a removed user's session back", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const row = sampleSession(1, owner)
      yield* store.users.insert(sampleUser(round))
      yield* store.sessions.insert(row, plenty)
      yield* duel(round, store.sessions.touch(keyOf(row), use), second.users.remove(owner, null))
      yield* expectEqual(yield* store.sessions.find(owner, row.hash), null, `the session of round ${round}`)
      yield* expectEqual(yield* store.sessions.list(owner, start, wholeList), [], `the list of round ${round}`)
    }
  }),

  raceLaw("SES-19 a parallel purge never removes a session whose touch was true", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const end = start + hour
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleSession(round, ada)
      yield* store.sessions.insert(row, plenty)
      const [touched, removed] = yield* duel(
        round,
        store.sessions.touch(keyOf(row), { at: end - 1, idleExpiresAt: end + hour }),
        second.sessions.removeExpired(end, 10)
      )
      const isThere = (yield* store.sessions.find(ada, row.hash)) !== null
      yield* expectEqual(
        [isThere, removed],
        touched === true ? [true, 0] : [false, 1],
        `whether it is there, and removed`
      )
      yield* store.sessions.close(keyOf(row))
    }
  }),

  raceLaw("SES-05 of parallel touches the longest stays", function* (store, second) {
    const row = sampleSession(1, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.sessions.insert(row, plenty)
    const outcomes = yield* race(16, [store, second], ({ sessions }, n) =>
      sessions.touch(keyOf(row), { at: use.at, idleExpiresAt: use.idleExpiresAt + ((n * 7) % 16) })
    )
    yield* expectEqual(outcomes, { true: 16 }, "the outcomes")
    const found = yield* store.sessions.find(ada, row.hash)
    yield* expectEqual(found?.idleExpiresAt, use.idleExpiresAt + 15, "the idle end")
  }),

  raceLaw("SES-16 a parallel touch does not undo a change of the data", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleSession(round, ada)
      yield* store.sessions.insert(row, plenty)
      const outcomes = yield* duel(
        round,
        store.sessions.touch(keyOf(row), use),
        second.sessions.setData(keyOf(row), { version: 0, data: "new" })
      )
      yield* expectEqual(tally(outcomes), { true: 2 }, "the outcomes")
      const touched = { lastSeenAt: use.at, idleExpiresAt: use.idleExpiresAt }
      const expected = { ...row.session, ...touched, data: "new", dataVersion: 1 }
      yield* expectEqual(yield* store.sessions.find(ada, row.hash), expected, `the session of round ${round}`)
    }
  }),

  raceLaw(
    "SES-16 of parallel setData from one version exactly one wins, and no addition is lost",
    function* (store, second) {
      const row = sampleSession(1, ada, { data: 0 })
      const key = keyOf(row)
      yield* store.users.insert(sampleUser(1))
      yield* store.sessions.insert(row, plenty)
      const outcomes = yield* race(16, [store, second], ({ sessions }) =>
        sessions.setData(key, { version: 0, data: 1 })
      )
      yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
      const addOne = ({ sessions }: StoreShape) =>
        Effect.gen(function* () {
          for (let tries = 0; tries < 64; tries++) {
            const found = yield* sessions.find(ada, row.hash)
            const version = found?.dataVersion ?? 0
            if (yield* sessions.setData(key, { version, data: Number(found?.data) + 1 })) return true
          }
          return false
        })
      yield* expectEqual(yield* race(16, [store, second], addOne), { true: 16 }, "who added one")
      const found = yield* store.sessions.find(ada, row.hash)
      yield* expectEqual([found?.data, found?.dataVersion], [17, 17], "the sum and the version")
    }
  ),

  raceLaw("SES-16 a parallel setData never brings a closed session back", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleSession(round, ada)
      yield* store.sessions.insert(row, plenty)
      yield* duel(
        round,
        store.sessions.setData(keyOf(row), { version: 0, data: "new" }),
        second.sessions.close(keyOf(row))
      )
      yield* expectEqual(yield* store.sessions.find(ada, row.hash), null, `the session of round ${round}`)
      yield* expectEqual(yield* store.sessions.list(ada, start, wholeList), [], `the list of round ${round}`)
    }
  })
]
