import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, tally, together } from "./race.ts"
import { accountName, everyone, minute, newPassword, proofAt, sampleUser, start, userId } from "./samples.ts"

const { race: raceLaw } = lawsOf("users")

const ada = userId(1)
const later = start + minute

/** Racers for one user's row. */
export const userCredentialRaces: ReadonlyArray<Law> = [
  raceLaw("SET-07 of parallel promotes exactly one promotes, and its hash stays", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const winners: Array<string> = []
    const outcomes = yield* race(16, [store, second], ({ users }, n) =>
      Effect.tap(users.promote(ada, { passwordHash: `new-${n}`, mustChangePassword: true }, later), (user) =>
        Effect.sync(() => user !== null && winners.push(`new-${n}`))
      )
    )
    yield* expectEqual(outcomes, { done: 1, null: 15 }, "the outcomes")
    const stored = yield* store.users.findWithPassword(ada)
    yield* expectEqual([stored?.passwordHash, stored?.user.epoch], [winners[0], 4], "the hash and the epoch")
  }),

  raceLaw("SES-08 of parallel endCredentials each adds one to the epoch", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const epochs: Array<number> = []
    const outcomes = yield* race(16, [store, second], ({ users }) =>
      Effect.tap(users.endCredentials(ada, later), (user) => Effect.sync(() => epochs.push(user?.epoch ?? -1)))
    )
    yield* expectEqual(outcomes, { done: 16 }, "the outcomes")
    const expected = Array.from({ length: 16 }, (_, n) => 4 + n)
    yield* expectEqual(
      epochs.sort((a, b) => a - b),
      expected,
      "the epochs returned"
    )
    yield* expectEqual((yield* store.users.find(ada))?.epoch, 19, "the epoch in the end")
  }),

  raceLaw("parallel changes of one user do not undo each other", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      yield* store.users.insert(sampleUser(round))
      const outcomes = yield* together<unknown>([
        store.users.change(id, { username: accountName(`Ada${round}`) }, later),
        second.users.change(id, { email: accountName(`Ada${round}@example.org`) }, later),
        store.users.change(id, { isActive: false }, later),
        second.users.endCredentials(id, later),
        store.users.rehash(id, { from: `hash-${round}`, to: "newer" })
      ])
      yield* expectEqual(tally(outcomes), { done: 4, true: 1 }, "the outcomes")
      const { user } = sampleUser(round, {
        username: `Ada${round}`,
        email: `Ada${round}@example.org`,
        isActive: false,
        epoch: 5,
        updatedAt: later
      })
      yield* expectEqual(
        yield* store.users.findWithPassword(id),
        { user, passwordHash: "newer", revocations: 0 },
        "the user"
      )
    }
  }),

  raceLaw("a parallel recordLogin does not undo a deactivation", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      yield* store.users.insert(sampleUser(round))
      yield* duel(round, store.users.recordLogin(id, later), second.users.change(id, { isActive: false }, later))
      const { user } = sampleUser(round, { isActive: false, epoch: 4, updatedAt: later, lastLoginAt: later })
      yield* expectEqual(yield* store.users.find(id), user, "the user")
    }
  }),

  raceLaw("of parallel recordLogin the latest time stays", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    yield* race(16, [store, second], ({ users }, n) => users.recordLogin(ada, later + ((n * 7) % 16)))
    yield* expectEqual((yield* store.users.find(ada))?.lastLoginAt, later + 15, "lastLoginAt")
  }),

  raceLaw("of parallel removals of one user exactly one is true", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ users }) => users.remove(ada, null))
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
  }),

  raceLaw("no parallel verb brings a removed user back", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      const from = `hash-${round}`
      yield* store.users.insert(sampleUser(round))
      const verbs: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
        store.users.recordLogin(id, later),
        second.users.change(id, { username: accountName("Ada") }, later),
        store.users.endCredentials(id, later),
        second.users.rehash(id, { from, to: "newer" }),
        store.users.changeWithProof(id, newPassword("new"), proofAt(3), later),
        second.users.countRevocation(id)
      ]
      const at = round % verbs.length
      const outcomes = yield* together([...verbs.slice(0, at), second.users.remove(id, null), ...verbs.slice(at)])
      yield* expectEqual(outcomes[at], true, "the removal")
      yield* expectEqual(yield* store.users.find(id), null, "the user")
      const { total } = yield* store.users.count(everyone)
      yield* expectEqual(total, 0, "how many users there are")
    }
    yield* store.users.insert(sampleUser(99, { username: "Ada" }))
    yield* store.users.insert(sampleUser(0))
  })
]
