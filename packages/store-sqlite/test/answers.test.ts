import { AccountNameTaken, SecretHash, StoreError } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { challenge, code, codeOf, now, person, plenty, session, userId } from "./samples.ts"
import { build, drivers, hostHandles, outcome } from "./stores.ts"

test.each(drivers)(
  "STO-04 with %s a login in use is AccountNameTaken of its kind, and nothing else is",
  async (driver) => {
    const store = await build(sqliteStore(hostHandles[driver]().handle))
    Effect.runSync(store.users.insert(person(1)))
    Effect.runSync(store.users.insert(person(2)))
    const failure = <A, E>(effect: Effect.Effect<A, E>): E => Effect.runSync(Effect.flip(effect))

    const sameName = { ...person(3), canonicalUsername: "name1" }
    const sameEmail = { ...person(3), canonicalEmail: "name1@example.org" }
    expect(failure(store.users.insert(sameName))).toEqual(new AccountNameTaken({ kind: "username" }))
    expect(failure(store.users.insert(sameEmail))).toEqual(new AccountNameTaken({ kind: "email" }))
    const [username, email] = ["name1", "name1@example.org"].map((canonical) => ({ typed: canonical, canonical }))
    expect(username && failure(store.users.change(userId(2), { username }, now))).toMatchObject({ kind: "username" })
    expect(email && failure(store.users.change(userId(2), { email }, now))).toMatchObject({ kind: "email" })

    const sameId = { ...person(3), user: { ...person(3).user, id: userId(1) } }
    expect(failure(store.users.insert(sameId))).toBeInstanceOf(StoreError)
    const orphan = failure(store.sessions.insert(session(1, userId(9)), plenty))
    expect(orphan).toBeInstanceOf(StoreError)
    expect(orphan).toMatchObject({ operation: "sessions.insert", message: "the store failed at sessions.insert" })
    expect(orphan.cause).toBeInstanceOf(Error)
    expect(failure(store.codes.insert(code(1, userId(9)), "replace"))).toMatchObject({ operation: "codes.insert" })
  }
)

test.each(drivers)(
  "STO-04 with %s a user code in use is UserCodeTaken, and a challenge that is there already is not",
  async (driver) => {
    const { challenges } = await build(sqliteStore(hostHandles[driver]().handle))
    Effect.runSync(challenges.insert(challenge(1), 9))
    expect(outcome(challenges.insert(challenge(2, { codeHash: codeOf(1) }), 9))).toBe("UserCodeTaken")
    expect(outcome(challenges.insert(challenge(1), 9))).toBe("StoreError")
    expect(outcome(challenges.insert(challenge(1, { codeHash: codeOf(2) }), 9))).toBe("StoreError")
    expect(outcome(challenges.insert(challenge(2), 1))).toBe("TooManyChallenges")
    expect(outcome(challenges.insert(challenge(2), 0))).toBe("TooManyChallenges")
    expect(outcome(challenges.insert(challenge(2), 2))).toBe(undefined)
  }
)

test("SQL-04 text is compared exactly: case, accents, spaces and Unicode forms make another text", async () => {
  const store = await build(sqliteStore(":memory:"))
  const spellings = ["ada", "Ada", "ADA", "ada ", " ada", "adá", "ada\u0301"]
  for (const [n, canonicalUsername] of spellings.entries()) {
    Effect.runSync(store.users.insert({ ...person(n), canonicalUsername }))
  }
  for (const [n, canonical] of spellings.entries()) {
    expect(outcome(store.users.findByName({ kind: "username", canonical }))).toMatchObject({ user: person(n).user })
  }
  const one = { ...session(1, userId(1)), hash: SecretHash("abcdef") }
  Effect.runSync(store.sessions.insert(one, plenty))
  for (const other of ["ABCDEF", "abcdef ", "abcde", "abcdef0"]) {
    expect(outcome(store.lookupSession(userId(1), SecretHash(other)))).toBe(null)
  }
  expect(outcome(store.lookupSession(userId(1), one.hash))).toMatchObject({ session: one.session })
})
