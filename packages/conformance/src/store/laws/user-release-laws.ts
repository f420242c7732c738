import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import {
  accountName,
  awkwardTexts,
  minute,
  newPassword,
  plenty,
  proofAt,
  sampleAdmin,
  sampleSession,
  sampleUser,
  start,
  userId,
  usersPage
} from "./samples.ts"

const { law, race: raceLaw } = lawsOf("users")

const ada = userId(1)
const later = start + minute

/** What taking an address away promises that nobody proved. */
const plainReleaseLaws: ReadonlyArray<Law> = [
  law("REC-13 releaseEmail takes an address that was never proved, and leaves everything else", function* (store) {
    const { users, sessions } = store
    const { user } = sampleUser(1)
    const row = sampleSession(1, ada)
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* users.countRevocation(ada)
    const released = yield* users.releaseEmail(ada, "name1@example.org", later)
    yield* expectEqual(released, { ...user, email: null, updatedAt: later }, "the returned user")
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user: released, passwordHash: "hash-1", revocations: 1 }, "the stored user")
    yield* expectEqual(yield* sessions.find(ada, row.hash), row.session, "a session")
    const byName = yield* users.findByName({ kind: "username", canonical: "name1" })
    yield* expectEqual(byName?.user, released, "who has the username")
    const byEmail = yield* users.findByName({ kind: "email", canonical: "name1@example.org" })
    yield* expectEqual(byEmail, null, "who has the address")
    yield* expectEqual(yield* users.releaseEmail(ada, "name1@example.org", later), null, "a second call")
  }),

  law("REC-13 an address that was released is free, and its user can have another", function* ({ users }) {
    const canonicalEmail = "name1@example.org"
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* users.releaseEmail(ada, canonicalEmail, later)
    const email = accountName("Name1@example.org")
    const moved = yield* users.changeWithProof(userId(2), { email, isVerified: true }, proofAt(3), later)
    yield* expectEqual([moved?.email, moved?.isVerified], [email.typed, true], "who got the address")
    yield* expectFailure(users.change(ada, { email }, later), "AccountNameTaken", "the former holder's wish")
    const atNone = { ...proofAt(3), canonicalEmail: null }
    const other = { email: accountName("Ada@example.org") }
    const again = yield* users.changeWithProof(ada, other, atNone, later)
    yield* expectEqual([again?.email, again?.isVerified], [other.email.typed, false], "another address")
  }),

  law("REC-13 releaseEmail leaves a user whose only name it was", function* ({ users }) {
    const { user } = sampleUser(1, { username: null })
    yield* users.insert(sampleUser(1, { username: null }))
    const released = yield* users.releaseEmail(ada, "name1@example.org", later)
    yield* expectEqual(released, { ...user, email: null, updatedAt: later }, "the returned user")
    yield* expectEqual(yield* users.find(ada), released, "the stored user")
    yield* expectEqual(yield* users.list(usersPage(10)), { items: [released], next: null }, "the list")
    const found = yield* users.list(usersPage(10, "name1"))
    yield* expectEqual(found, { items: [], next: null }, "who is found by the address")
    const named = yield* users.change(ada, { username: accountName("Ada") }, later)
    yield* expectEqual(named?.username, "Ada", "a name that is given later")
    yield* expectEqual(yield* users.remove(ada, null), true, "the removal")
  }),

  law("REC-13 releaseEmail is null and changes nothing when the address was proved, or is another", function* (store) {
    const { users } = store
    const rows = [sampleUser(1), sampleUser(2, { isVerified: true }), sampleUser(3, { email: null })]
    for (const row of rows) yield* users.insert(row)
    for (const [n, canonicalEmail] of [
      [1, "Name1@example.org"],
      [1, "name2@example.org"],
      [1, "name1@example.or"],
      [1, ""],
      [2, "name2@example.org"],
      [3, ""],
      [3, "null"],
      [4, "name1@example.org"]
    ] as const) {
      const released = yield* users.releaseEmail(userId(n), canonicalEmail, later)
      yield* expectEqual(released, null, `the address ${canonicalEmail} of user ${n}`)
    }
    for (const { user } of rows) yield* expectEqual(yield* users.find(user.id), user, `user ${user.id}`)
    const holder = yield* users.findByName({ kind: "email", canonical: "name1@example.org" })
    yield* expectEqual(holder?.user.id, ada, "who has the address")
  }),

  law("REC-13 releaseEmail leaves the last superuser one", function* ({ users }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    yield* users.insert(sampleUser(2))
    const released = yield* users.releaseEmail(ada, "name1@example.org", later)
    yield* expectEqual(released, { ...user, email: null, updatedAt: later }, "the returned user")
    yield* expectFailure(users.change(ada, { isActive: false }, later), "LastSuperuser", "a deactivation")
    yield* users.change(userId(2), { isSuperuser: true }, later)
    yield* expectEqual((yield* users.change(ada, { isActive: false }, later))?.isActive, false, "with another one")
  }),

  law("STO-05 releaseEmail takes an address of any text, and no other", function* ({ users }) {
    const rows = awkwardTexts.map((text, n) => ({ ...sampleUser(n, { email: text }), canonicalEmail: text }))
    for (const row of rows) yield* users.insert(row)
    for (const { user, canonicalEmail } of rows) {
      yield* expectEqual(yield* users.releaseEmail(user.id, `${canonicalEmail} `, later), null, "another address")
      const released = yield* users.releaseEmail(user.id, canonicalEmail, later)
      yield* expectEqual(released, { ...user, email: null, updatedAt: later }, `the user with ${canonicalEmail}`)
    }
  })
]

/** Racers for an address that nobody proved. */
const releaseRaces: ReadonlyArray<Law> = [
  raceLaw("REC-13 of 16 parallel calls to releaseEmail exactly one takes the address", function* (store, second) {
    const { user } = sampleUser(1)
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ users }) =>
      users.releaseEmail(ada, "name1@example.org", later)
    )
    yield* expectEqual(outcomes, { done: 1, null: 15 }, "the outcomes")
    yield* expectEqual(yield* store.users.find(ada), { ...user, email: null, updatedAt: later }, "the user")
  }),

  raceLaw("REC-13 an address that is proved at the same moment stays, or was gone before", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const id = userId(round)
      const { user } = sampleUser(round)
      const canonicalEmail = `name${round}@example.org`
      yield* store.users.insert(sampleUser(round))
      const change = round % 2 === 0 ? { isVerified: true } : { ...newPassword("new"), isVerified: true }
      const [released, proved] = yield* duel(
        round,
        store.users.releaseEmail(id, canonicalEmail, later),
        second.users.changeWithProof(id, change, { ...proofAt(3), canonicalEmail }, later)
      )
      const epoch = round % 2 === 0 ? 3 : 4
      const expected =
        released === null
          ? [null, { ...user, isVerified: true, epoch, updatedAt: later }]
          : [{ ...user, email: null, updatedAt: later }, null]
      yield* expectEqual([released, proved], expected, `the outcomes of round ${round}`)
      yield* expectEqual(yield* store.users.find(id), released ?? proved, `the user after round ${round}`)
    }
  }),

  raceLaw("REC-13 who gets a released address at the same moment keeps it", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const [holder, rival] = [sampleUser(2 * round), sampleUser(2 * round + 1)]
      const email = accountName(`Name${2 * round}@example.org`)
      for (const row of [holder, rival]) yield* store.users.insert(row)
      const [released, moved] = yield* duel(
        round,
        store.users.releaseEmail(holder.user.id, email.canonical, later),
        second.users.change(rival.user.id, { email }, later)
      )
      yield* expectEqual(
        released,
        { ...holder.user, email: null, updatedAt: later },
        `what the release of round ${round} gave`
      )
      const got = moved === "AccountNameTaken" ? null : { ...rival.user, email: email.typed, updatedAt: later }
      if (got !== null) yield* expectEqual(moved, got, `what the change of round ${round} gave`)
      const found = yield* store.users.findByName({ kind: "email", canonical: email.canonical })
      yield* expectEqual(found?.user ?? null, got, `who has the address after round ${round}`)
    }
  })
]

/** The laws of `releaseEmail`. */
export const userReleaseLaws: ReadonlyArray<Law> = [...plainReleaseLaws, ...releaseRaces]
