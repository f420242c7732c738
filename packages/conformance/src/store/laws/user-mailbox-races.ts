import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { accountName, minute, newPassword, proofAt, sampleUser, start, userId } from "./samples.ts"

const { race: raceLaw } = lawsOf("users")

const later = start + minute

/** Racers with a code from a mailbox for one user's row. */
export const userMailboxRaces: ReadonlyArray<Law> = [
  raceLaw("REC-02 of 16 parallel changes at one address exactly one is made", function* (store, second) {
    const ada = userId(1)
    yield* store.users.insert(sampleUser(1))
    const proof = { ...proofAt(3), canonicalEmail: "name1@example.org" }
    const winners: Array<string> = []
    const outcomes = yield* race(16, [store, second], ({ users }, n) => {
      const change = { email: accountName(`Ada${n}@example.org`), isVerified: true }
      return Effect.tap(users.changeWithProof(ada, change, proof, later), (user) =>
        Effect.sync(() => user !== null && winners.push(change.email.typed))
      )
    })
    yield* expectEqual(outcomes, { done: 1, null: 15 }, "the outcomes")
    const { user } = sampleUser(1, { email: winners[0] ?? null, isVerified: true, updatedAt: later })
    yield* expectEqual(yield* store.users.find(ada), user, "the user")
    for (let n = 0; n < 16; n++) {
      const typed = `Ada${n}@example.org`
      const found = yield* store.users.findByName({ kind: "email", canonical: typed.toLowerCase() })
      yield* expectEqual(found?.user ?? null, typed === winners[0] ? user : null, `who has ${typed}`)
    }
  }),

  raceLaw(
    "REC-02 a parallel change of the address is never followed by a change at the former",
    function* (store, second) {
      for (let round = 0; round < ROUNDS; round++) {
        const id = userId(round)
        const { user } = sampleUser(round)
        const email = accountName(`Ada${round}@example.org`)
        yield* store.users.insert(sampleUser(round))
        const [reset, moved] = yield* duel(
          round,
          store.users.changeWithProof(
            id,
            newPassword("new"),
            { ...proofAt(3), canonicalEmail: `name${round}@example.org` },
            later
          ),
          second.users.change(id, { email }, later)
        )
        const wasFirst = reset !== null
        const changed = { ...user, epoch: wasFirst ? 4 : 3, updatedAt: later }
        yield* expectEqual(reset, wasFirst ? changed : null, `what the reset of round ${round} gave`)
        yield* expectEqual(moved, { ...changed, email: email.typed }, `what the change of round ${round} gave`)
        const stored = yield* store.users.findWithPassword(id)
        const passwordHash = wasFirst ? "new" : `hash-${round}`
        yield* expectEqual(stored, { user: moved, passwordHash, revocations: 0 }, `the user after round ${round}`)
      }
    }
  )
]
