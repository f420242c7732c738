import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, tally, together } from "./race.ts"
import { accountName, everyone, sampleAdmin, sampleUser, start, userId, usersPage } from "./samples.ts"

const { race: raceLaw } = lawsOf("users")

/** Racers for one login or one first admin. */
export const userLoginRaces: ReadonlyArray<Law> = [
  raceLaw("of parallel inserts of one username exactly one wins", function* (store, second) {
    const outcomes = yield* race(16, [store, second], ({ users }, n) =>
      users.insert({ ...sampleUser(n), canonicalUsername: "same" })
    )
    yield* expectEqual(outcomes, { done: 1, AccountNameTaken: 15 }, "the outcomes")
    const { items } = yield* store.users.list(usersPage(20))
    const { total } = yield* store.users.count(everyone)
    yield* expectEqual(total, 1, "how many users there are")
    const owner = yield* store.users.findByName({ kind: "username", canonical: "same" })
    yield* expectEqual(owner?.user, items[0], "the owner of the login")
  }),

  raceLaw(
    "of parallel inserts of one e-mail address exactly one wins, and the others' usernames stay free",
    function* (store, second) {
      const outcomes = yield* race(16, [store, second], ({ users }, n) =>
        users.insert({ ...sampleUser(n), canonicalEmail: "same" })
      )
      yield* expectEqual(outcomes, { done: 1, AccountNameTaken: 15 }, "the outcomes")
      const again = yield* race(16, [store, second], ({ users }, n) =>
        users.insert(sampleUser(n + 100, { username: `name${n}` }))
      )
      yield* expectEqual(again, { done: 15, AccountNameTaken: 1 }, "the outcomes for their usernames")
    }
  ),

  raceLaw("of parallel changes to one login exactly one wins", function* (store, second) {
    for (let n = 0; n < 16; n++) yield* store.users.insert(sampleUser(n))
    const outcomes = yield* race(16, [store, second], ({ users }, n) =>
      users.change(userId(n), { username: accountName("same") }, start)
    )
    yield* expectEqual(outcomes, { done: 1, AccountNameTaken: 15 }, "the outcomes")
    const { items } = yield* store.users.list(usersPage(20))
    const renamed = items.filter(({ username }) => username === "same")
    yield* expectEqual(renamed.length, 1, "how many have the login")
    const owner = yield* store.users.findByName({ kind: "username", canonical: "same" })
    yield* expectEqual(owner?.user, renamed[0], "the owner of the login")
  }),

  raceLaw("of a parallel insert and change to one login exactly one wins", function* (store, second) {
    yield* store.users.insert(sampleUser(0))
    for (let round = 1; round <= ROUNDS; round++) {
      const username = accountName(`same${round}`)
      const newcomer = sampleUser(round, { username: username.typed })
      const outcomes = yield* duel(
        round,
        store.users.insert(newcomer),
        second.users.change(userId(0), { username }, start)
      )
      yield* expectEqual(tally(outcomes), { done: 1, AccountNameTaken: 1 }, "the outcomes")
      const owner = yield* store.users.findByName({ kind: "username", canonical: username.canonical })
      const winner = outcomes[0] === "AccountNameTaken" ? userId(0) : newcomer.user.id
      yield* expectEqual(owner?.user.id, winner, "the owner of the login")
    }
  }),

  raceLaw("of a parallel insert and promote to one e-mail address exactly one wins", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const [known, newcomer] = [sampleUser(2 * round), sampleUser(2 * round + 1)]
      yield* store.users.insert(known)
      const email = accountName(newcomer.user.email ?? "")
      const outcomes = yield* duel(
        round,
        store.users.insert(newcomer),
        second.users.promote(known.user.id, { passwordHash: "new", mustChangePassword: true, email }, start)
      )
      yield* expectEqual(tally(outcomes), { done: 1, AccountNameTaken: 1 }, "the outcomes")
      const owner = yield* store.users.findByName({ kind: "email", canonical: email.canonical })
      const winner = outcomes[0] === "AccountNameTaken" ? known : newcomer
      yield* expectEqual(owner?.user.id, winner.user.id, "the owner of the address")
      const promoted = yield* store.users.find(known.user.id)
      yield* expectEqual(promoted?.isSuperuser, winner === known, "whether the user was promoted")
    }
  }),

  raceLaw("SET-02 of 50 parallel first admins exactly one is added", function* (store, second) {
    const outcomes = yield* race(50, [store, second], ({ users }, n) =>
      users.insertFirstAdmin(sampleAdmin(n, { username: `Name${n % 25}` }))
    )
    yield* expectEqual(outcomes, { true: 1, false: 49 }, "the outcomes")
    yield* expectEqual((yield* store.users.count(everyone)).total, 1, "how many users there are")
    yield* expectEqual(yield* second.users.isSetUp, true, "isSetUp")
  }),

  raceLaw(
    "STO-03 setup is never seen complete without its superuser, nor a superuser before it",
    function* (store, second) {
      const admin = sampleAdmin(1)
      const markerFirst = Effect.gen(function* () {
        const isSetUp = yield* second.users.isSetUp
        return isSetUp && (yield* second.users.find(admin.user.id)) === null ? "complete without a superuser" : "fine"
      })
      const userFirst = Effect.gen(function* () {
        const found = yield* second.users.find(admin.user.id)
        return found !== null && !(yield* second.users.isSetUp) ? "a superuser while setup is open" : "fine"
      })
      const watching = Array.from({ length: 12 }, () => [markerFirst, userFirst]).flat()
      const adding = Effect.as(store.users.insertFirstAdmin(admin), "fine")
      const outcomes = yield* together([...watching.slice(0, 12), adding, ...watching.slice(12)])
      yield* expectEqual(tally(outcomes), { fine: 25 }, "what was seen")
    }
  )
]
