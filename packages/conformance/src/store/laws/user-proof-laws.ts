import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import {
  accountName,
  everyone,
  keyOf,
  minute,
  newPassword,
  plenty,
  proofAt,
  sampleSession,
  sampleUser,
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("users")

const ada = userId(1)
const later = start + minute
const both = { username: accountName("Ada"), email: accountName("Ada@example.org") }

/** What changes with a proof promise, and the count that they compare. */
export const userProofLaws: ReadonlyArray<Law> = [
  law("changeWithProof replaces the hash, adds one to the epoch, and returns the user", function* ({ users }) {
    const { user } = sampleUser(1, { isVerified: true, lastLoginAt: start })
    yield* users.insert(sampleUser(1, { isVerified: true, lastLoginAt: start }))
    yield* users.insert(sampleUser(2))
    const returned = yield* users.changeWithProof(ada, newPassword("new"), proofAt(3), later)
    yield* expectEqual(returned, { ...user, epoch: 4, updatedAt: later }, "the returned user")
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user: returned, passwordHash: "new", revocations: 0 }, "the stored user and hash")
    yield* expectEqual((yield* users.findWithPassword(userId(2)))?.passwordHash, "hash-2", "another user's hash")
  }),

  law("changeWithProof sets mustChangePassword as told, either way", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const by = { password: { hash: "first", mustChangePassword: true, keep: null } }
    const told = yield* users.changeWithProof(ada, by, proofAt(3), later)
    yield* expectEqual(told?.mustChangePassword, true, "set")
    const chosen = yield* users.changeWithProof(ada, newPassword("second"), proofAt(4), later)
    yield* expectEqual(chosen?.mustChangePassword, false, "cleared")
  }),

  law("changeWithProof gives a first password to a user without one", function* ({ users }) {
    yield* users.insert({ ...sampleUser(1), passwordHash: null })
    const user = yield* users.changeWithProof(ada, newPassword("new"), proofAt(3), later)
    yield* expectEqual(user?.epoch, 4, "the epoch after the first password")
    yield* expectEqual((yield* users.findWithPassword(ada))?.passwordHash, "new", "the first hash")
  }),

  law("changeWithProof changes names as change does, and leaves the epoch", function* ({ users }) {
    const { user } = sampleUser(1, { isVerified: true })
    yield* users.insert(sampleUser(1, { isVerified: true }))
    const renamed = yield* users.changeWithProof(ada, both, proofAt(3), later)
    const { typed: username } = both.username
    const { typed: email } = both.email
    const expected = { ...user, username, email, isVerified: false, updatedAt: later }
    yield* expectEqual(renamed, expected, "the returned user")
    const found = yield* users.findByName({ kind: "username", canonical: "ada" })
    yield* expectEqual(found, { user: expected, passwordHash: "hash-1", revocations: 0 }, "by the new username")
    yield* users.insert(sampleUser(2, { username: "Name1", email: "Name1@example.org" }))
  }),

  law("changeWithProof changes names and password in one step", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const user = yield* users.changeWithProof(ada, { ...both, ...newPassword("new") }, proofAt(3), later)
    yield* expectEqual([user?.username, user?.email, user?.epoch], ["Ada", "Ada@example.org", 4], "the user")
    const found = yield* users.findByName({ kind: "email", canonical: "ada@example.org" })
    yield* expectEqual(found, { user, passwordHash: "new", revocations: 0 }, "as stored")
  }),

  law("changeWithProof of nothing moves only the time", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    const same = yield* users.changeWithProof(ada, {}, proofAt(3), later)
    yield* expectEqual(same, { ...user, updatedAt: later }, "the returned user")
  }),

  law("PWD-23 changeWithProof at another epoch is null and changes nothing", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    for (const change of [newPassword("new"), both, { ...both, ...newPassword("new") }]) {
      for (const epoch of [0, 2, 4, 33]) {
        const returned = yield* users.changeWithProof(ada, change, proofAt(epoch), later)
        yield* expectEqual(returned, null, `the change at epoch ${epoch}`)
      }
    }
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user, passwordHash: "hash-1", revocations: 0 }, "the stored user")
  }),

  law("SES-20 changeWithProof at another count of revocations is null and changes nothing", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.countRevocation(ada)
    for (const change of [newPassword("new"), both, { ...both, ...newPassword("new") }]) {
      for (const revocations of [0, 2, 11]) {
        const returned = yield* users.changeWithProof(ada, change, { epoch: 3, revocations }, later)
        yield* expectEqual(returned, null, `the change at ${revocations} revocations`)
      }
    }
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user, passwordHash: "hash-1", revocations: 1 }, "the stored user")
    const renamed = yield* users.changeWithProof(ada, both, { epoch: 3, revocations: 1 }, later)
    yield* expectEqual(renamed?.username, "Ada", "the username with the count as it is")
    const changed = yield* users.changeWithProof(ada, newPassword("new"), { epoch: 3, revocations: 1 }, later)
    yield* expectEqual(changed?.epoch, 4, "the epoch with the count as it is")
  }),

  law("a refused changeWithProof leaves the names that it wanted free, and its own in use", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.changeWithProof(ada, both, proofAt(2), later)
    const retyped = { username: accountName("NAME1"), email: both.email }
    yield* users.changeWithProof(ada, retyped, proofAt(2), later)
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "ada" }), null, "the wanted username")
    const byOld = yield* users.findByName({ kind: "username", canonical: "name1" })
    yield* expectEqual(byOld?.user, user, "the user by the username")
    yield* users.insert(sampleUser(2, { username: "Ada", email: "Ada@example.org" }))
    yield* expectFailure(users.insert(sampleUser(3, { username: "Name1" })), "AccountNameTaken", "an insert")
    const { total } = yield* users.count({ ...everyone, query: "name1" })
    yield* expectEqual(total, 1, "how many are found by the old username")
  }),

  law("SET-03 a refused changeWithProof leaves a superuser one", function* ({ users }) {
    yield* users.insert(sampleUser(1, { isSuperuser: true }))
    yield* users.changeWithProof(ada, both, proofAt(2), later)
    yield* expectFailure(users.change(ada, { isSuperuser: false }, later), "LastSuperuser", "the demotion")
    yield* users.changeWithProof(ada, both, proofAt(3), later)
    yield* expectFailure(users.remove(ada, null), "LastSuperuser", "the removal")
  }),

  law("STO-03 changeWithProof to a name in use fails with AccountNameTaken and changes nothing", function* ({ users }) {
    const { user } = sampleUser(2)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const change = { username: accountName("Ada"), email: accountName("NAME1@example.org"), ...newPassword("new") }
    const refusal = yield* expectFailure(
      users.changeWithProof(user.id, change, proofAt(3), later),
      "AccountNameTaken",
      "the change"
    )
    yield* expectEqual(refusal.kind, "email", "the taken name")
    const stored = yield* users.findWithPassword(user.id)
    yield* expectEqual(stored, { user, passwordHash: "hash-2", revocations: 0 }, "the stored user")
    yield* users.insert(sampleUser(3, { username: "Ada" }))
  }),

  law("changeWithProof of nobody is null and makes nobody", function* ({ users }) {
    yield* expectEqual(yield* users.changeWithProof(ada, newPassword("new"), proofAt(3), later), null, "a password")
    yield* expectEqual(yield* users.changeWithProof(ada, both, proofAt(3), later), null, "names")
    yield* expectEqual(yield* users.find(ada), null, "the user")
    yield* users.insert(sampleUser(2, { username: "Ada", email: "Ada@example.org" }))
  }),

  law("SES-21 a new password moves the kept session to its epoch, and no other", function* ({ users, sessions }) {
    const [kept, other] = [sampleSession(1, ada, { data: "kept" }), sampleSession(2, ada)]
    const old = sampleSession(3, ada, { epoch: 2 })
    const another = sampleSession(4, userId(2), { id: kept.session.id })
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    for (const row of [kept, other, old, another]) yield* sessions.insert(row, plenty)
    yield* users.changeWithProof(ada, newPassword("new", kept.session.id), proofAt(3), later)
    const found = yield* sessions.find(ada, kept.hash)
    yield* expectEqual(found, { ...kept.session, epoch: 4 }, "the kept session")
    for (const { session, hash } of [other, old, another]) {
      yield* expectEqual(yield* sessions.find(session.userId, hash), session, `session ${session.id}`)
    }
    yield* users.changeWithProof(ada, { ...both, ...newPassword("newer", kept.session.id) }, proofAt(4), later)
    yield* expectEqual((yield* sessions.find(ada, kept.hash))?.epoch, 5, "the epoch after a change of all")
    yield* users.changeWithProof(ada, newPassword("newest", old.session.id), proofAt(5), later)
    yield* expectEqual((yield* sessions.find(ada, old.hash))?.epoch, 2, "the epoch of a session that had ended")
    yield* users.changeWithProof(ada, newPassword("last", keyOf(sampleSession(9, ada)).id), proofAt(6), later)
    yield* expectEqual((yield* sessions.list(ada, later, wholeList)).length, 3, "how many sessions there are")
  }),

  law("SES-21 a refused changeWithProof moves no session", function* ({ users, sessions }) {
    const row = sampleSession(1, ada)
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* users.changeWithProof(ada, newPassword("new", row.session.id), proofAt(2), later)
    yield* users.changeWithProof(ada, { ...both, ...newPassword("new", row.session.id) }, proofAt(2), later)
    yield* expectEqual(yield* sessions.find(ada, row.hash), row.session, "the session")
  }),

  law("a moved session goes on as before: it is used, replaced, changed and ended", function* ({ users, sessions }) {
    const row = sampleSession(1, ada)
    const key = keyOf(row)
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* users.changeWithProof(ada, newPassword("new", key.id), proofAt(3), later)
    yield* sessions.touch(key, { at: later, idleExpiresAt: row.session.idleExpiresAt })
    yield* sessions.setData(key, { version: 0, data: "new" })
    const expected = { ...row.session, epoch: 4, lastSeenAt: later, data: "new", dataVersion: 1 }
    yield* expectEqual(yield* sessions.find(ada, row.hash), expected, "the used session")
    const next = sampleSession(2, ada, { epoch: 5 })
    yield* expectEqual(yield* sessions.replace(key, next, later), true, "the replacement")
    yield* expectEqual(yield* sessions.find(ada, next.hash), next.session, "its successor")
    yield* expectEqual(yield* sessions.close(keyOf(next)), true, "the end")
  }),

  law("countRevocation adds one to the count, and changes nothing else", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* users.countRevocation(ada)
    yield* users.countRevocation(ada)
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user, passwordHash: "hash-1", revocations: 2 }, "the stored user")
    yield* users.change(ada, { isVerified: true }, later)
    yield* users.endCredentials(ada, later)
    yield* users.recordLogin(ada, later)
    yield* expectEqual((yield* users.findWithPassword(ada))?.revocations, 2, "the count after other changes")
    yield* expectEqual((yield* users.findWithPassword(userId(2)))?.revocations, 0, "another user's count")
  }),

  law("countRevocation leaves a user who is gone gone", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.remove(ada, null)
    yield* users.countRevocation(ada)
    yield* expectEqual(yield* users.find(ada), null, "the user")
  })
]
