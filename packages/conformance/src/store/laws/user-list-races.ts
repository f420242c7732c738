import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, together } from "./race.ts"
import { accountName, everyone, sampleUser, start, userId, usersPage } from "./samples.ts"

const { race: raceLaw } = lawsOf("users")

/** Racers beside lists of users, whose indexes must not lag behind the users for good. */
export const userListRaces: ReadonlyArray<Law> = [
  raceLaw("ADM-12 of parallel inserts each is listed and counted once", function* (store, second) {
    yield* race(16, [store, second], ({ users }, n) => users.insert(sampleUser(n)))
    const { items } = yield* store.users.list(usersPage(20, "name"))
    yield* expectEqual(
      items.map(({ id }) => id).toSorted(),
      Array.from({ length: 16 }, (_, n) => userId(n)),
      "the list"
    )
    yield* expectEqual(yield* second.users.count(everyone), { total: 16, isExact: true }, "the count")
  }),

  raceLaw(
    "ADM-12 after parallel changes of a user's name they are found by the one that stays alone",
    function* (store, second) {
      yield* store.users.insert(sampleUser(1, { email: null }))
      for (let round = 0; round < ROUNDS; round++) {
        const change = (name: string) => ({ username: accountName(name) })
        yield* duel(
          round,
          store.users.change(userId(1), change(`one${round}`), start),
          second.users.change(userId(1), change(`other${round}`), start)
        )
        const user = yield* store.users.find(userId(1))
        for (const name of [`one${round}`, `other${round}`]) {
          const { items } = yield* second.users.list(usersPage(9, name))
          yield* expectEqual(items, user?.username === name ? [user] : [], `who is found by ${name}`)
        }
      }
    }
  ),

  raceLaw("ADM-12 who is renamed while others list is on each list of all users once", function* (store, second) {
    for (let n = 0; n < 8; n++) yield* store.users.insert(sampleUser(n))
    const ids = Array.from({ length: 8 }, (_, n) => userId(7 - n))
    const renaming = ids.map((id, n) => store.users.change(id, { username: accountName(`Other${n}`) }, start))
    const listing = ids.map(() =>
      Effect.map(second.users.list(usersPage(20)), ({ items }) => items.map(({ id }) => id))
    )
    const outcomes = yield* together<unknown>(renaming.flatMap((rename, n) => [rename, listing[n] ?? rename]))
    const lists = outcomes.filter((outcome) => Array.isArray(outcome))
    yield* expectEqual(
      lists,
      Array.from({ length: 8 }, () => ids),
      "the lists"
    )
  }),

  raceLaw("ADM-12 who is removed while they are renamed is in no list, by neither name", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      yield* store.users.insert(sampleUser(round))
      yield* duel(
        round,
        store.users.change(userId(round), { username: accountName("Ada"), isActive: false }, start),
        second.users.remove(userId(round), null)
      )
      for (const query of [null, "ada", "name", "@"]) {
        const page = yield* store.users.list(usersPage(9, query))
        yield* expectEqual(page, { items: [], next: null }, `the list of ${query ?? "all"}`)
        yield* expectEqual(yield* second.users.count({ ...everyone, query }), { total: 0, isExact: true }, "the count")
      }
      const inactive = { query: null, filter: { isActive: false } }
      yield* expectEqual(yield* store.users.count(inactive), { total: 0, isExact: true }, "the count of inactive users")
    }
  })
]
