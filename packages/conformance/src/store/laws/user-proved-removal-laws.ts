import * as Effect from "effect/Effect"
import { reach, sampleChallenge } from "./challenge-samples.ts"
import { sampleCode } from "./code-samples.ts"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import {
  minute,
  newPassword,
  plenty,
  proofAt,
  sampleAdmin,
  sampleSession,
  sampleToken,
  sampleUser,
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law, race: raceLaw } = lawsOf("users")

const ada = userId(1)
const later = start + minute

/** What a removal with a proof promises. */
export const userProvedRemovalLaws: ReadonlyArray<Law> = [
  law("remove with a proof that fits removes the user and all that is theirs", function* (store) {
    const { users, sessions, tokens, challenges, codes } = store
    yield* users.insert(sampleUser(1))
    yield* users.countRevocation(ada)
    const row = sampleSession(1, ada)
    yield* sessions.insert(row, plenty)
    yield* tokens.insert(sampleToken(1, ada), plenty)
    yield* reach(store, sampleChallenge(1), ada, "claimed")
    yield* codes.insert(sampleCode(1, ada), "replace")
    yield* expectEqual(yield* users.remove(ada, { epoch: 3, revocations: 1 }), true, "the removal")
    yield* expectEqual(yield* users.find(ada), null, "the user")
    yield* expectEqual(yield* sessions.find(ada, row.hash), null, "the session")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [], "the tokens")
    yield* expectEqual(yield* challenges.list(ada, wholeList), [], "the CLI logins")
    yield* expectEqual(yield* codes.list(ada), [], "the codes")
    yield* expectEqual(yield* users.remove(ada, { epoch: 3, revocations: 1 }), false, "the removal once more")
    yield* users.insert(sampleUser(2, { username: "Name1", email: "Name1@example.org" }))
  }),

  law("SES-20 remove with a proof that does not fit is false and removes nothing", function* (store) {
    const { users, sessions, tokens, challenges, codes } = store
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.countRevocation(ada)
    const [row, token] = [sampleSession(1, ada), sampleToken(1, ada)]
    yield* sessions.insert(row, plenty)
    yield* tokens.insert(token, plenty)
    const challenge = yield* reach(store, sampleChallenge(1), ada, "claimed")
    const code = sampleCode(1, ada)
    yield* codes.insert(code, "replace")
    const counts = [0, 2, 11].map((revocations) => ({ epoch: 3, revocations }))
    const elsewhere = { epoch: 3, revocations: 1, canonicalEmail: "name2@example.org" }
    for (const proof of [...counts, ...[0, 2, 4, 33].map(proofAt), { epoch: 2, revocations: 1 }, elsewhere]) {
      const text = `the removal at epoch ${proof.epoch} and ${proof.revocations} revocations`
      yield* expectEqual(yield* users.remove(ada, proof), false, text)
    }
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user, passwordHash: "hash-1", revocations: 1 }, "the stored user")
    const byName = yield* users.findByName({ kind: "email", canonical: "name1@example.org" })
    yield* expectEqual(byName, stored, "the user by the address")
    yield* expectEqual((yield* store.lookupSession(ada, row.hash))?.session, row.session, "the session")
    yield* expectEqual((yield* store.lookupToken(ada, token.hash))?.token, token.token, "the token")
    yield* expectEqual(yield* challenges.list(ada, wholeList), [challenge], "the CLI login")
    yield* expectEqual(yield* codes.list(ada), [code.code], "the code")
    yield* expectFailure(users.insert(sampleUser(2, { username: "Name1" })), "AccountNameTaken", "an insert")
    yield* expectEqual(yield* users.remove(ada, proofAt(3)), true, "the removal that asks for no count")
  }),

  law("remove of nobody with a proof is false", function* ({ users }) {
    yield* expectEqual(yield* users.remove(ada, proofAt(3)), false, "the removal")
  }),

  law("ADM-02 the last superuser is not removed, whether a proof fits or not", function* ({ users }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    for (const epoch of [3, 2]) {
      yield* expectFailure(users.remove(ada, proofAt(epoch)), "LastSuperuser", `the removal at epoch ${epoch}`)
    }
    yield* expectEqual(yield* users.find(ada), user, "the superuser")
  }),

  law("ADM-02 who stays because a proof did not fit is a superuser still", function* ({ users }) {
    for (const n of [1, 2]) yield* users.insert(sampleAdmin(n))
    yield* expectEqual(yield* users.remove(ada, proofAt(2)), false, "the refused removal")
    yield* expectEqual(yield* users.remove(userId(2), proofAt(3)), true, "the removal of the other one")
    yield* expectFailure(users.remove(ada, proofAt(3)), "LastSuperuser", "the removal")
    yield* users.insert(sampleAdmin(3))
    yield* expectEqual(yield* users.remove(ada, proofAt(3)), true, "the removal beside another superuser")
  }),

  raceLaw("of parallel removals with one proof exactly one is true", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ users }) => users.remove(ada, { epoch: 3, revocations: 0 }))
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
  }),

  raceLaw("SES-20 of a removal and a new password with one proof exactly one wins", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      yield* store.users.insert(sampleUser(round))
      const [removed, changed] = yield* duel(
        round,
        store.users.remove(id, { epoch: 3, revocations: 0 }),
        second.users.changeWithProof(id, newPassword("new"), proofAt(3), later)
      )
      yield* expectEqual(removed, changed === null, `whether the user was removed in round ${round}`)
      const found = yield* store.users.findWithPassword(id)
      yield* expectEqual(found?.passwordHash, changed === null ? undefined : "new", `the hash in round ${round}`)
    }
  }),

  raceLaw(
    "SES-20 once a revocation is counted, a removal with a proof of before removes nobody",
    function* (store, second) {
      for (let round = 0; round < ROUNDS; round++) {
        const id = userId(round)
        yield* store.users.insert(sampleUser(round))
        const seenAfter = Effect.andThen(second.users.countRevocation(id), second.users.find(id))
        const [removed, seen] = yield* duel(round, store.users.remove(id, { epoch: 3, revocations: 0 }), seenAfter)
        yield* expectEqual(removed, seen === null, `whether the user was removed in round ${round}`)
        const found = yield* store.users.findWithPassword(id)
        yield* expectEqual(found?.revocations, seen === null ? undefined : 1, `the count in round ${round}`)
      }
    }
  )
]
