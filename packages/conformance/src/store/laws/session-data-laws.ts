import type { Json } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { keyOf, plenty, sampleSession, sampleUser, start, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("sessions")

const ada = userId(1)
const row = sampleSession(1, ada, { data: { cart: 1 }, dataVersion: 7 })
const key = keyOf(row)

const awkwardKeys: Json = JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3,"":4,"a.b":5,"$set":6}')

const documents: ReadonlyArray<Json> = [
  null,
  true,
  false,
  0,
  -1.5,
  1e300,
  Number.MAX_SAFE_INTEGER,
  "",
  "null",
  "a\u0000b \u2028 \u{1F600} \"'\\",
  [],
  {},
  [[], [null, {}], "x"],
  { z: 1, a: { m: [1, 2, { deep: null }] } },
  awkwardKeys,
  "x".repeat(16_000)
]

/** What the host's data in a session promises. */
export const sessionDataLaws: ReadonlyArray<Law> = [
  law(
    "setData is true, writes the data and adds one to its version, and changes nothing else",
    function* ({ users, sessions }) {
      yield* users.insert(sampleUser(1))
      yield* sessions.insert(row, plenty)
      const other = sampleSession(2, ada)
      yield* sessions.insert(other, plenty)
      yield* expectEqual(yield* sessions.setData(key, { version: 7, data: { cart: 2 } }), true, "setData")
      const expected = { ...row.session, data: { cart: 2 }, dataVersion: 8 }
      yield* expectEqual(yield* sessions.find(ada, row.hash), expected, "the session")
      yield* expectEqual(yield* sessions.find(ada, other.hash), other.session, "another session")
    }
  ),

  law("SES-16 setData of another version is false and writes nothing", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    for (const version of [6, 8, 0]) {
      yield* expectEqual(yield* sessions.setData(key, { version, data: "lost" }), false, `version ${version}`)
    }
    yield* expectEqual(yield* sessions.find(ada, row.hash), row.session, "the session")
  }),

  law("setData of a session that is gone is false and makes none", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* sessions.setData(key, { version: 0, data: "x" }), false, "one that never was")
    yield* sessions.insert(row, plenty)
    yield* sessions.close(key)
    yield* expectEqual(yield* sessions.setData(key, { version: 7, data: "x" }), false, "one that was closed")
    yield* expectEqual(yield* sessions.find(ada, row.hash), null, "the session")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [], "the list")
  }),

  law("SES-11 setData needs both the owner and the id", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(row, plenty)
    const theirs = { owner: userId(2), id: key.id }
    yield* expectEqual(yield* sessions.setData(theirs, { version: 7, data: "x" }), false, "another owner")
    yield* expectEqual(yield* sessions.find(ada, row.hash), row.session, "the session")
  }),

  law("any JSON round-trips as data, inserted and set", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (const [n, data] of documents.entries()) {
      const inserted = sampleSession(n, ada, { data })
      yield* sessions.insert(inserted, plenty)
      yield* expectEqual((yield* sessions.find(ada, inserted.hash))?.data, data, "data that was inserted")
      yield* sessions.setData(keyOf(inserted), { version: 0, data: [data] })
      yield* expectEqual((yield* sessions.find(ada, inserted.hash))?.data, [data], "data that was set")
    }
  })
]
