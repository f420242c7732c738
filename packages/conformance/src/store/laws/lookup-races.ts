import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS } from "./race.ts"
import { plenty, sampleSession, sampleToken, sampleUser, userId } from "./samples.ts"

const { race: raceLaw } = lawsOf("lookup")

/** Racers between users and their sessions and tokens. */
export const lookupRaces: ReadonlyArray<Law> = [
  raceLaw("ADM-06 a session inserted while its user is removed opens nothing", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const early = sampleSession(1, owner)
      const late = sampleSession(2, owner)
      yield* store.users.insert(sampleUser(round))
      yield* store.sessions.insert(early, plenty)
      const [inserted, removed] = yield* duel(
        round,
        store.sessions.insert(late, plenty),
        second.users.remove(owner, null)
      )
      yield* expectEqual(Array.isArray(inserted) || inserted === "StoreError", true, `whether insert gave ${inserted}`)
      yield* expectEqual(removed, true, "the removal")
      yield* expectEqual(yield* store.lookupSession(owner, early.hash), null, "the session that was there")
      yield* expectEqual(yield* store.lookupSession(owner, late.hash), null, "the session that came")
    }
  }),

  raceLaw("ADM-06 a token inserted while its user is removed opens nothing", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const early = sampleToken(1, owner)
      const late = sampleToken(2, owner)
      yield* store.users.insert(sampleUser(round))
      yield* store.tokens.insert(early, 2)
      const [inserted, removed] = yield* duel(round, store.tokens.insert(late, 2), second.users.remove(owner, null))
      yield* expectEqual(inserted === undefined || inserted === "StoreError", true, `whether insert gave ${inserted}`)
      yield* expectEqual(removed, true, "the removal")
      yield* expectEqual(yield* store.lookupToken(owner, early.hash), null, "the token that was there")
      yield* expectEqual(yield* store.lookupToken(owner, late.hash), null, "the token that came")
    }
  })
]
