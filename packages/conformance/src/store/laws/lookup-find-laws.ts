import * as Effect from "effect/Effect"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import {
  fullSession,
  fullUser,
  hour,
  keyOf,
  minute,
  newPassword,
  plenty,
  proofAt,
  sampleAdmin,
  sampleSession,
  sampleUser,
  secretHash,
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("lookup")

const ada = userId(1)
const bo = userId(2)
const row = sampleSession(1, ada, { kind: "bearer", ip: "192.0.2.1", data: { cart: 1 }, dataVersion: 2 })

/** What the one call of every request promises. */
export const lookupFindLaws: ReadonlyArray<Law> = [
  law(
    "lookup gives the user and the session of a credential, just as they are",
    function* ({ lookupSession, ...store }) {
      const given = fullUser(1)
      const full = fullSession(3, ada)
      yield* store.users.insert(given)
      yield* store.users.insert(sampleUser(2))
      for (const each of [row, full, sampleSession(2, ada)]) yield* store.sessions.insert(each, plenty)
      const { user } = given
      yield* expectEqual(yield* lookupSession(ada, row.hash), { user, session: row.session }, "what is found")
      const expected = { user, session: full.session }
      yield* expectEqual(yield* lookupSession(ada, full.hash), expected, "one with every field set")
    }
  ),

  law("lookup of a missing user or session is null", function* ({ lookupSession, users, sessions }) {
    yield* expectEqual(yield* lookupSession(ada, row.hash), null, "in an empty store")
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* lookupSession(ada, row.hash), null, "of a user without sessions")
    yield* sessions.insert(row, plenty)
    yield* expectEqual(yield* lookupSession(ada, secretHash(2)), null, "of an unknown secret")
    yield* expectEqual(yield* lookupSession(userId(3), secretHash(2)), null, "of nobody")
  }),

  law("SES-11 lookup of a user and a session that do not belong together is null", function* (store) {
    yield* store.users.insert(sampleUser(1))
    yield* store.users.insert(sampleUser(2))
    yield* store.sessions.insert(row, plenty)
    yield* store.sessions.insert(sampleSession(2, bo), plenty)
    yield* expectEqual(yield* store.lookupSession(bo, row.hash), null, "another user's secret")
    yield* expectEqual(yield* store.lookupSession(userId(3), row.hash), null, "nobody with a user's secret")
  }),

  law("lookup tells also inactive users and sessions of another epoch: core judges them", function* (store) {
    yield* store.users.insert(sampleUser(1))
    yield* store.sessions.insert(row, plenty)
    const user = yield* store.users.change(ada, { isActive: false }, start + minute)
    yield* expectEqual(yield* store.lookupSession(ada, row.hash), { user, session: row.session }, "what is found")
  }),

  law("SES-09 lookup sees every change of the user at once", function* ({ lookupSession, users, sessions }) {
    const at = start + minute
    yield* users.insert(sampleAdmin(9))
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* lookupSession(ada, row.hash)
    const changes = [
      users.change(ada, { isActive: false }, at),
      users.endCredentials(ada, at),
      Effect.flatMap(users.find(ada), (user) =>
        users.changeWithProof(ada, newPassword("new"), proofAt(user?.epoch ?? 0), at)
      ),
      users.promote(ada, { passwordHash: "newer", mustChangePassword: false }, at),
      users.change(ada, { isSuperuser: false }, at)
    ]
    for (const [n, change] of changes.entries()) {
      const user = yield* change
      yield* expectEqual((yield* lookupSession(ada, row.hash))?.user, user, `the user after change ${n + 1}`)
    }
  }),

  law("lookup sees every change of the session at once", function* ({ lookupSession, users, sessions }) {
    const next = sampleSession(2, ada)
    const use = { at: start + minute, idleExpiresAt: start + minute + hour }
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* lookupSession(ada, row.hash)
    yield* sessions.touch(keyOf(row), use)
    yield* sessions.setData(keyOf(row), { version: 2, data: "new" })
    const touched = { ...row.session, lastSeenAt: use.at, idleExpiresAt: use.idleExpiresAt }
    const found = yield* lookupSession(ada, row.hash)
    yield* expectEqual(found?.session, { ...touched, data: "new", dataVersion: 3 }, "the touched session")
    yield* sessions.replace(keyOf(row), next, use.at)
    yield* expectEqual(yield* lookupSession(ada, row.hash), null, "the replaced session")
    yield* expectEqual((yield* lookupSession(ada, next.hash))?.session, next.session, "the session in its place")
    yield* sessions.close(keyOf(next))
    yield* expectEqual(yield* lookupSession(ada, next.hash), null, "the closed session")
    yield* sessions.insert(sampleSession(3, ada), plenty)
    yield* sessions.closeAll(ada, null)
    yield* expectEqual(yield* lookupSession(ada, secretHash(3)), null, "a session closed with all others")
    yield* sessions.insert(sampleSession(4, ada), plenty)
    yield* sessions.removeExpired(start + hour, 10)
    yield* expectEqual(yield* lookupSession(ada, secretHash(4)), null, "a purged session")
  }),

  law(
    "ADM-06 removing a user removes their sessions, and nobody else's",
    function* ({ lookupSession, users, sessions }) {
      const theirs = sampleSession(3, bo)
      yield* users.insert(sampleUser(1))
      yield* users.insert(sampleUser(2))
      for (const n of [1, 2]) yield* sessions.insert(sampleSession(n, ada), plenty)
      yield* sessions.insert(theirs, plenty)
      yield* users.remove(ada, null)
      yield* expectEqual(yield* lookupSession(ada, secretHash(1)), null, "lookup")
      yield* expectEqual(yield* sessions.find(ada, secretHash(1)), null, "find")
      yield* expectEqual(yield* sessions.list(ada, start, wholeList), [], "the list")
      yield* expectEqual(yield* sessions.close(keyOf(sampleSession(2, ada))), false, "closing one")
      yield* expectEqual((yield* lookupSession(bo, theirs.hash))?.session, theirs.session, "another user's session")
    }
  ),

  law("a removal that fails with LastSuperuser leaves the sessions", function* ({ lookupSession, users, sessions }) {
    yield* users.insert(sampleAdmin(1))
    yield* sessions.insert(row, plenty)
    yield* expectFailure(users.remove(ada, null), "LastSuperuser", "the removal")
    yield* expectEqual((yield* lookupSession(ada, row.hash))?.session, row.session, "the session")
  }),

  law("what one connection writes the other reads at once", function* (store, second) {
    yield* store.users.insertFirstAdmin(sampleAdmin(1))
    yield* expectEqual(yield* second.users.isSetUp, true, "isSetUp")
    yield* second.sessions.insert(row, plenty)
    yield* expectEqual((yield* store.lookupSession(ada, row.hash))?.session, row.session, "the session")
    yield* store.users.endCredentials(ada, start)
    yield* expectEqual((yield* second.lookupSession(ada, row.hash))?.user.epoch, 4, "the epoch")
    yield* second.sessions.close(keyOf(row))
    yield* expectEqual(yield* store.lookupSession(ada, row.hash), null, "the closed session")
    const mark = { account: "a", key: "a" }
    yield* store.attempts.trust(
      { ...mark, until: start + hour },
      { at: start, most: 1, replaced: null, keep: "losable" }
    )
    yield* expectEqual(yield* second.attempts.isTrusted(mark, start), true, "the mark")
  })
]
