import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
  fullSession,
  hour,
  keyOf,
  minute,
  plenty,
  sampleSession,
  sampleUser,
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("sessions")

const ada = userId(1)
const bo = userId(2)

/** What exporting and restoring sessions promises. */
export const sessionBackupLaws: ReadonlyArray<Law> = [
  law("BAK-01 an export of sessions is the list of them with their hashes", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const full = fullSession(1, ada)
    const ended = sampleSession(2, ada, { createdAt: start - hour, idleExpiresAt: start - 1 })
    const newer = sampleSession(3, ada, { createdAt: start + 1 })
    for (const row of [full, ended, newer, sampleSession(4, bo)]) yield* sessions.insert(row, plenty)
    yield* expectEqual(yield* sessions.export(ada, start, wholeList), [newer, full], "the export")
    const first = yield* sessions.export(ada, start, { after: null, limit: 1 })
    yield* expectEqual(first, [newer], "its first page")
    const second = yield* sessions.export(ada, start, { after: newer.session, limit: 1 })
    yield* expectEqual(second, [full], "its second page")
    yield* expectEqual(yield* sessions.export(userId(3), start, wholeList), [], "that of nobody")
  }),

  law("BAK-01 restored sessions are there just as given, and end as others do", function* (store) {
    const { users, sessions } = store
    const rows = [fullSession(1, ada), sampleSession(2, bo, { idleExpiresAt: start + minute })]
    yield* users.restore([sampleUser(1), sampleUser(2)])
    yield* expectEqual(yield* sessions.restore(rows), [true, true], "which are added")
    for (const { session, hash } of rows) {
      yield* expectEqual(yield* sessions.find(session.userId, hash), session, `the session ${session.id}`)
      const found = yield* store.lookupSession(session.userId, hash)
      yield* expectEqual(found?.session, session, `the session ${session.id}, looked up`)
    }
    yield* expectEqual(yield* sessions.isThere(keyOf(fullSession(1, ada)), start), true, "whether it is there")
    yield* expectEqual(yield* sessions.close(keyOf(fullSession(1, ada))), true, "closing it")
    yield* expectEqual(yield* sessions.removeExpired(start + hour, 10), 1, "those that the sweep removes")
  }),

  law("BAK-02 a session that is there already is not restored, and nothing changes", function* (store) {
    const { users, sessions } = store
    yield* users.insert(sampleUser(1))
    const row = sampleSession(1, ada)
    yield* sessions.insert(row, plenty)
    yield* sessions.touch(keyOf(row), { at: start + minute, idleExpiresAt: start + 2 * hour })
    const now = yield* sessions.find(ada, row.hash)
    const sameHash = { ...sampleSession(2, ada), hash: row.hash }
    const sameId = { hash: sampleSession(3, ada).hash, session: row.session }
    yield* expectEqual(yield* sessions.restore([row, sameHash, sameId]), [false, false, false], "which are added")
    yield* expectEqual(yield* sessions.restore([]), [], "none at all")
    yield* expectEqual(yield* sessions.find(ada, row.hash), now, "the session")
    yield* expectEqual(yield* sessions.find(ada, sameId.hash), null, "another hash of it")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [now], "the list")
    const twice = sampleSession(4, ada)
    yield* expectEqual(yield* sessions.restore([twice, twice]), [true, false], "one of them twice")
  })
]
