import { SessionId } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
  hour,
  keyOf,
  minute,
  plenty,
  sampleSession,
  sampleUser,
  secretHash,
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("sessions")

const ada = userId(1)
const row = sampleSession(1, ada, { data: { cart: 1 }, dataVersion: 7 })
const key = keyOf(row)
const use = { at: start + minute, idleExpiresAt: start + minute + hour }

/** What noting a use of a session promises. */
export const sessionTouchLaws: ReadonlyArray<Law> = [
  law("touch is true and notes the use and the new idle end, and nothing else", function* ({ users, sessions }) {
    const other = sampleSession(2, ada)
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* sessions.insert(other, plenty)
    yield* expectEqual(yield* sessions.touch(key, use), true, "touch")
    const expected = { ...row.session, lastSeenAt: use.at, idleExpiresAt: use.idleExpiresAt }
    yield* expectEqual(yield* sessions.find(ada, row.hash), expected, "the session")
    yield* expectEqual(yield* sessions.find(ada, other.hash), other.session, "another session of the owner")
  }),

  law("SES-05 a touch never shortens a session, though it notes the use", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* expectEqual(yield* sessions.touch(key, { ...use, idleExpiresAt: start + hour - 1 }), true, "touch")
    const expected = { ...row.session, lastSeenAt: use.at }
    yield* expectEqual(yield* sessions.find(ada, row.hash), expected, "the session")
  }),

  law("SES-04 a touch never goes past the absolute end", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    const { expiresAt } = row.session
    yield* expectEqual(yield* sessions.touch(key, { ...use, idleExpiresAt: expiresAt + 1 }), true, "touch")
    const found = yield* sessions.find(ada, row.hash)
    yield* expectEqual([found?.idleExpiresAt, found?.expiresAt], [expiresAt, expiresAt], "both ends")
  }),

  law("TIM-01 a touch is true until just before the idle end", function* ({ users, sessions }) {
    const end = row.session.idleExpiresAt
    const idleExpiresAt = end + hour
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* expectEqual(yield* sessions.touch(key, { at: end + 1, idleExpiresAt }), false, "1 ms after the end")
    yield* expectEqual(yield* sessions.touch(key, { at: end, idleExpiresAt }), false, "at the end")
    yield* expectEqual(yield* sessions.list(ada, end, wholeList), [], "the list at the end")
    yield* expectEqual(yield* sessions.touch(key, { at: end - 1, idleExpiresAt }), true, "1 ms before the end")
    yield* expectEqual((yield* sessions.list(ada, end, wholeList)).length, 1, "how many are listed, once touched")
  }),

  law("TIM-01 a touch is true until just before the absolute end", function* ({ users, sessions }) {
    const end = start + minute
    const idleExpiresAt = end + hour
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(sampleSession(1, ada, { idleExpiresAt, expiresAt: end }), plenty)
    yield* expectEqual(yield* sessions.touch(key, { at: end + 1, idleExpiresAt }), false, "1 ms after the end")
    yield* expectEqual(yield* sessions.touch(key, { at: end, idleExpiresAt }), false, "at the end")
    yield* expectEqual(yield* sessions.touch(key, { at: end - 1, idleExpiresAt }), true, "1 ms before the end")
  }),

  law("SES-05 a touch of a session that never was is false and makes none", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* sessions.touch(key, use), false, "touch")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [], "the list")
    yield* expectEqual(yield* sessions.close(key), false, "closing it")
  }),

  law("SES-05 a touch never brings a closed session back", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* sessions.close(key)
    yield* expectEqual(yield* sessions.touch(key, use), false, "touch")
    yield* expectEqual(yield* sessions.find(ada, row.hash), null, "the session")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [], "the list")
  }),

  law("SES-11 a touch needs both the owner and the id", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(row, plenty)
    yield* expectEqual(yield* sessions.touch({ owner: userId(2), id: key.id }, use), false, "another owner")
    const byHash = { owner: ada, id: SessionId(secretHash(1)) }
    yield* expectEqual(yield* sessions.touch(byHash, use), false, "the secret's hash in place of the id")
    yield* expectEqual(yield* sessions.find(ada, row.hash), row.session, "the session")
  })
]
