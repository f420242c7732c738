import { UserId } from "@latchkey/core/store"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, everyone, fullUser, sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("users")

/** What adding and finding users promises. */
export const userInsertLaws: ReadonlyArray<Law> = [
  law("an inserted user is found by id, just as given", function* ({ users }) {
    const plain = sampleUser(1)
    const full = fullUser(2)
    yield* users.insert(plain)
    yield* users.insert(full)
    yield* expectEqual(yield* users.find(plain.user.id), plain.user, "the plain user")
    yield* expectEqual(yield* users.find(full.user.id), full.user, "the user with every field set")
  }),

  law(
    "a user is found by each canonical login and by id together with the password hash and the count of ended credentials",
    function* ({ users }) {
      const { user, passwordHash, canonicalUsername, canonicalEmail } = sampleUser(1)
      yield* users.insert(sampleUser(2))
      yield* users.insert({ user, passwordHash, canonicalUsername, canonicalEmail, revocations: 7 })
      const expected = { user, passwordHash, revocations: 7 }
      const byUsername = yield* users.findByName({ kind: "username", canonical: "name1" })
      yield* expectEqual(byUsername, expected, "by username")
      const byEmail = yield* users.findByName({ kind: "email", canonical: "name1@example.org" })
      yield* expectEqual(byEmail, expected, "by e-mail address")
      yield* expectEqual(yield* users.findWithPassword(user.id), expected, "by id")
    }
  ),

  law("a look-up that misses is null", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* users.find(userId(2)), null, "an unknown id")
    yield* expectEqual(yield* users.findWithPassword(userId(2)), null, "an unknown id, with password")
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "name2" }), null, "an unknown username")
    yield* expectEqual(yield* users.findByName({ kind: "email", canonical: "name2" }), null, "an unknown address")
  }),

  law("a user is looked up by the canonical login, never by the typed one", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "Name1" }), null, "the typed username")
    const byTyped = yield* users.findByName({ kind: "email", canonical: "Name1@example.org" })
    yield* expectEqual(byTyped, null, "the typed address")
  }),

  law("usernames and e-mail addresses are kept apart", function* ({ users }) {
    const one = { ...sampleUser(1), canonicalUsername: "same" }
    const other = { ...sampleUser(2), canonicalEmail: "same" }
    yield* users.insert(one)
    yield* expectEqual(yield* users.findByName({ kind: "email", canonical: "same" }), null, "before the second")
    yield* users.insert(other)
    const byUsername = yield* users.findByName({ kind: "username", canonical: "same" })
    yield* expectEqual(byUsername?.user, one.user, "the one with the username")
    const byEmail = yield* users.findByName({ kind: "email", canonical: "same" })
    yield* expectEqual(byEmail?.user, other.user, "the one with the address")
  }),

  law("any number of users may lack a username, an e-mail address or a password", function* ({ users }) {
    for (const n of [1, 2]) {
      const nameless = { ...sampleUser(n, { username: null }), passwordHash: null }
      const homeless = sampleUser(n + 10, { email: null })
      yield* users.insert(nameless)
      yield* users.insert(homeless)
      yield* expectEqual(
        yield* users.findWithPassword(nameless.user.id),
        { user: nameless.user, passwordHash: null, revocations: 0 },
        "a user without username and password"
      )
      yield* expectEqual(yield* users.find(homeless.user.id), homeless.user, "a user without e-mail address")
    }
  }),

  law("STO-04 a username in use fails with AccountNameTaken and names it", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const late = { ...sampleUser(2), canonicalUsername: "name1" }
    const failure = yield* expectFailure(users.insert(late), "AccountNameTaken", "a second user of one username")
    yield* expectEqual(failure.kind, "username", "the login that is taken")
  }),

  law("STO-04 an e-mail address in use fails with AccountNameTaken and names it", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const late = { ...sampleUser(2), canonicalEmail: "name1@example.org" }
    const failure = yield* expectFailure(users.insert(late), "AccountNameTaken", "a second user of one address")
    yield* expectEqual(failure.kind, "email", "the login that is taken")
  }),

  law("STO-03 an insert that fails with AccountNameTaken writes nothing", function* ({ users }) {
    const first = sampleUser(1)
    const second = sampleUser(2)
    yield* users.insert(first)
    yield* expectFailure(
      users.insert({ ...second, canonicalEmail: "name1@example.org" }),
      "AccountNameTaken",
      "the address"
    )
    yield* expectFailure(users.insert({ ...second, canonicalUsername: "name1" }), "AccountNameTaken", "the username")
    yield* expectEqual(yield* users.find(second.user.id), null, "the refused user")
    const { total } = yield* users.count(everyone)
    yield* expectEqual(total, 1, "how many users there are")
    const owner = yield* users.findByName({ kind: "username", canonical: "name1" })
    yield* expectEqual(owner, { user: first.user, passwordHash: "hash-1", revocations: 0 }, "the owner of the logins")
    yield* users.insert(second)
    yield* expectEqual(yield* users.find(second.user.id), second.user, "the refused user, with logins of their own")
  }),

  law("SET-04 an id in use is a StoreError, and the user who has it stays as they were", function* ({ users }) {
    const first = sampleUser(1)
    yield* users.insert(first)
    const again = sampleUser(2, { id: first.user.id })
    yield* expectFailure(users.insert(again), "StoreError", "a second user of one id")
    const kept = yield* users.findWithPassword(first.user.id)
    yield* expectEqual(kept, { user: first.user, passwordHash: "hash-1", revocations: 0 }, "the first user")
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "name2" }), null, "the second one's name")
  }),

  law("STO-05 any text round-trips as a login, typed and canonical", function* ({ users }) {
    const rows = awkwardTexts.map((text, n) => ({
      ...sampleUser(n, { username: text, email: `${text}@` }),
      canonicalUsername: text,
      canonicalEmail: text
    }))
    for (const row of rows) yield* users.insert(row)
    for (const { user, canonicalUsername, passwordHash } of rows) {
      const canonical = canonicalUsername
      const expected = { user, passwordHash, revocations: 0 }
      yield* expectEqual(yield* users.findByName({ kind: "username", canonical }), expected, `username ${canonical}`)
      yield* expectEqual(yield* users.findByName({ kind: "email", canonical }), expected, `address ${canonical}`)
      const renamed = yield* users.change(
        user.id,
        { username: { typed: `${canonical}~`, canonical: `${canonical}~` } },
        start
      )
      yield* expectEqual(renamed?.username, `${canonical}~`, `the name changed from ${canonical}`)
    }
  }),

  law("STO-05 any text round-trips as an id and as a password hash", function* ({ users }) {
    const rows = awkwardTexts.map((text, n) => ({ ...sampleUser(n, { id: UserId(text) }), passwordHash: text }))
    for (const row of rows) yield* users.insert(row)
    for (const { user, passwordHash } of rows) {
      yield* expectEqual(
        yield* users.findWithPassword(user.id),
        { user, passwordHash, revocations: 0 },
        `id ${user.id}`
      )
    }
    for (const { user } of rows) yield* expectEqual(yield* users.remove(user.id, null), true, `removing ${user.id}`)
    const { total } = yield* users.count(everyone)
    yield* expectEqual(total, 0, "how many are left")
  })
]
