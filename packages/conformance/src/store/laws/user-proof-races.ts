import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, together } from "./race.ts"
import {
  accountName,
  minute,
  newPassword,
  plenty,
  proofAt,
  sampleSession,
  sampleUser,
  start,
  userId
} from "./samples.ts"

const { race: raceLaw } = lawsOf("users")

const ada = userId(1)
const later = start + minute

/** Racers with a proof for one user's row. */
export const userProofRaces: ReadonlyArray<Law> = [
  raceLaw("of parallel new passwords at one epoch exactly one wins, and its hash stays", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const winners: Array<string> = []
    const outcomes = yield* race(16, [store, second], ({ users }, n) =>
      Effect.tap(users.changeWithProof(ada, newPassword(`new-${n}`), proofAt(3), later), (user) =>
        Effect.sync(() => user !== null && winners.push(`new-${n}`))
      )
    )
    yield* expectEqual(outcomes, { done: 1, null: 15 }, "the outcomes")
    const stored = yield* store.users.findWithPassword(ada)
    yield* expectEqual([stored?.passwordHash, stored?.user.epoch], [winners[0], 4], "the hash and the epoch")
  }),

  raceLaw(
    "STO-03 a new hash is never seen with the old epoch, nor the old hash with the new one",
    function* (store, second) {
      yield* store.users.insert(sampleUser(1))
      const seen = Effect.map(
        second.users.findWithPassword(ada),
        (found) => `${found?.passwordHash} ${found?.user.epoch}`
      )
      const setting = store.users.changeWithProof(ada, newPassword("new"), proofAt(3), later)
      const watching = Array.from({ length: 12 }, () => seen)
      const outcomes = yield* together([...watching, Effect.as(setting, "done"), ...watching])
      const torn = outcomes.filter((outcome) => !["hash-1 3", "new 4", "done"].includes(outcome))
      yield* expectEqual(torn, [], "what was seen halfway")
    }
  ),

  raceLaw("PWD-12 a parallel rehash never undoes a new password", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      yield* store.users.insert(sampleUser(round))
      const [, set] = yield* duel(
        round,
        store.users.rehash(id, { from: `hash-${round}`, to: "rehashed" }),
        second.users.changeWithProof(id, newPassword("set"), proofAt(3), later)
      )
      const found = yield* store.users.findWithPassword(id)
      yield* expectEqual(set, found?.user, `the user returned in round ${round}`)
      yield* expectEqual([found?.passwordHash, found?.user.epoch], ["set", 4], "the hash and the epoch")
    }
  }),

  raceLaw("SES-20 of parallel countRevocation each adds one", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ users }) => users.countRevocation(ada))
    yield* expectEqual(outcomes, { done: 16 }, "the outcomes")
    yield* expectEqual((yield* store.users.findWithPassword(ada))?.revocations, 16, "the count in the end")
  }),

  raceLaw("SES-20 a parallel change never undoes the count of a revocation", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      yield* store.users.insert(sampleUser(round))
      const username = accountName(`Ada${round}`)
      const change = round % 2 === 0 ? newPassword("new") : { username }
      const [, changed] = yield* duel(
        round,
        store.users.countRevocation(id),
        second.users.changeWithProof(id, change, { epoch: 3, revocations: 0 }, later)
      )
      const found = yield* store.users.findWithPassword(id)
      yield* expectEqual(found?.revocations, 1, `the count in round ${round}`)
      const isChanged = found?.passwordHash === "new" || found?.user.username === username.typed
      yield* expectEqual(isChanged, changed !== null, `whether the change was made in round ${round}`)
    }
  }),

  raceLaw("a refused changeWithProof keeps no name from another user", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const [id, other] = [userId(2 * round), userId(2 * round + 1)]
      for (const n of [2 * round, 2 * round + 1]) yield* store.users.insert(sampleUser(n))
      const username = accountName(`Ada${round}`)
      const [refused, renamed] = yield* duel(
        round,
        store.users.changeWithProof(id, { username }, proofAt(2), later),
        second.users.change(other, { username }, later)
      )
      yield* expectEqual(refused === null || refused === "AccountNameTaken", true, `the refusal in round ${round}`)
      const found = yield* store.users.findByName({ kind: "username", canonical: username.canonical })
      yield* expectEqual(found?.user, renamed, `who has the name in round ${round}`)
      yield* expectEqual((yield* store.users.find(id))?.username, `Name${2 * round}`, "the name of the refused user")
    }
  }),

  raceLaw("SES-21 a look-up never sees the kept session in an epoch after its user's", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      const row = sampleSession(round, id)
      yield* store.users.insert(sampleUser(round))
      yield* store.sessions.insert(row, plenty)
      const seen = Effect.map(
        second.lookupSession(id, row.hash),
        (found) => `${found?.session.epoch} of ${found?.user.epoch}`
      )
      const change = store.users.changeWithProof(id, newPassword("new", row.session.id), proofAt(3), later)
      const outcomes = yield* together([seen, seen, Effect.as(change, "done"), seen, seen, seen])
      const torn = outcomes.filter((outcome) => outcome.startsWith("4 of 3"))
      yield* expectEqual(torn, [], "what was seen halfway")
      yield* expectEqual(yield* seen, "4 of 4", "what is seen in the end")
    }
  })
]
