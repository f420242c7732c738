import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { accountName, hour, minute, sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("users")

const later = start + minute

/** What the verbs about passwords, epochs and log-ins promise, but for changes with a proof. */
export const userPasswordLaws: ReadonlyArray<Law> = [
  law("PWD-12 rehash replaces the hash and nothing else", function* ({ users }) {
    const { user } = sampleUser(1, { mustChangePassword: true })
    yield* users.insert(sampleUser(1, { mustChangePassword: true }))
    yield* expectEqual(yield* users.rehash(user.id, { from: "hash-1", to: "newer" }), true, "rehash")
    yield* expectEqual(
      yield* users.findWithPassword(user.id),
      { user, passwordHash: "newer", revocations: 0 },
      "the stored user"
    )
  }),

  law("PWD-12 rehash from another hash, or of nobody, is false and changes nothing", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.insert({ ...sampleUser(2), passwordHash: null })
    yield* expectEqual(yield* users.rehash(user.id, { from: "hash-2", to: "newer" }), false, "from another hash")
    yield* expectEqual(yield* users.rehash(userId(2), { from: "hash-2", to: "newer" }), false, "from no hash")
    yield* expectEqual(yield* users.rehash(userId(3), { from: "hash-3", to: "newer" }), false, "of nobody")
    yield* expectEqual(
      yield* users.findWithPassword(user.id),
      { user, passwordHash: "hash-1", revocations: 0 },
      "the stored user"
    )
    yield* expectEqual((yield* users.findWithPassword(userId(2)))?.passwordHash, null, "the hash of who has none")
    yield* expectEqual(yield* users.find(userId(3)), null, "nobody")
  }),

  law("endCredentials adds one to the epoch and returns the user as it now is", function* ({ users }) {
    const { user } = sampleUser(1, { isActive: false })
    yield* users.insert(sampleUser(1, { isActive: false }))
    yield* users.insert(sampleUser(2))
    const returned = yield* users.endCredentials(user.id, later)
    yield* expectEqual(returned, { ...user, epoch: 4, updatedAt: later }, "the returned user")
    const stored = yield* users.findWithPassword(user.id)
    yield* expectEqual(stored, { user: returned, passwordHash: "hash-1", revocations: 0 }, "the stored user")
    yield* expectEqual((yield* users.endCredentials(user.id, later))?.epoch, 5, "the epoch after a second time")
    yield* expectEqual((yield* users.find(userId(2)))?.epoch, 3, "another user's epoch")
  }),

  law("endCredentials of nobody is null and makes nobody", function* ({ users }) {
    yield* expectEqual(yield* users.endCredentials(userId(1), later), null, "endCredentials")
    yield* expectEqual(yield* users.find(userId(1)), null, "the user")
  }),

  law("promote makes a superuser with the hash, adds one to the epoch, and returns the user", function* ({ users }) {
    const { user } = sampleUser(1, { isVerified: true })
    yield* users.insert({ ...sampleUser(1, { isVerified: true }), passwordHash: null })
    const returned = yield* users.promote(user.id, { passwordHash: "new", mustChangePassword: true }, later)
    const expected = { ...user, isSuperuser: true, mustChangePassword: true, epoch: 4, updatedAt: later }
    yield* expectEqual(returned, expected, "the returned user")
    yield* expectEqual(
      yield* users.findWithPassword(user.id),
      { user: expected, passwordHash: "new", revocations: 0 },
      "as stored"
    )
  }),

  law("SET-07 promote of a superuser is null, and their password and credentials stay", function* ({ users }) {
    yield* users.insert(sampleUser(1, { isSuperuser: true }))
    const before = yield* users.findWithPassword(userId(1))
    const returned = yield* users.promote(userId(1), { passwordHash: "newer", mustChangePassword: true }, later)
    yield* expectEqual(returned, null, "promote")
    yield* expectEqual(yield* users.findWithPassword(userId(1)), before, "as stored")
  }),

  law("promote makes an inactive user active", function* ({ users }) {
    yield* users.insert(sampleUser(1, { isActive: false }))
    const user = yield* users.promote(userId(1), { passwordHash: "new", mustChangePassword: false }, later)
    yield* expectEqual([user?.isActive, user?.isSuperuser], [true, true], "activity and role")
  }),

  law("SET-12 promote with an e-mail address gives it, verified, and frees the old one", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2, { email: null }))
    const by = { passwordHash: "new", mustChangePassword: true }
    const ada = yield* users.promote(userId(1), { ...by, email: accountName("Ada@example.org") }, later)
    yield* expectEqual([ada?.email, ada?.isVerified, ada?.epoch], ["Ada@example.org", true, 4], "the returned user")
    const found = yield* users.findByName({ kind: "email", canonical: "ada@example.org" })
    yield* expectEqual(found, { user: ada, passwordHash: "new", revocations: 0 }, "the user by the new address")
    const bo = yield* users.promote(userId(2), { ...by, email: accountName("Name1@example.org") }, later)
    yield* expectEqual([bo?.email, bo?.isVerified], ["Name1@example.org", true], "who had none, with the freed address")
    yield* users.insert(sampleUser(3, { email: null, isVerified: true }))
    const unreachable = yield* users.promote(userId(3), by, later)
    yield* expectEqual(unreachable?.isVerified, false, "isVerified of who has none and gets none")
  }),

  law(
    "STO-03 STO-04 promote to an address in use fails with AccountNameTaken and changes nothing",
    function* ({ users }) {
      yield* users.insert(sampleUser(1))
      yield* users.insert(sampleUser(2))
      const before = yield* users.findWithPassword(userId(2))
      const by = { passwordHash: "new", mustChangePassword: true, email: accountName("NAME1@example.org") }
      const taken = yield* expectFailure(users.promote(userId(2), by, later), "AccountNameTaken", "promote")
      yield* expectEqual(taken.kind, "email", "the taken login")
      yield* expectEqual(yield* users.findWithPassword(userId(2)), before, "the user")
      yield* expectEqual(yield* users.isSetUp, false, "isSetUp")
      const own = { ...by, email: accountName("NAME2@example.org") }
      yield* expectEqual(
        (yield* users.promote(userId(2), own, later))?.email,
        "NAME2@example.org",
        "their own, retyped"
      )
    }
  ),

  law("promote of nobody is null and makes nobody", function* ({ users }) {
    const by = { passwordHash: "new", mustChangePassword: false }
    yield* expectEqual(yield* users.promote(userId(1), by, later), null, "promote")
    yield* expectEqual(yield* users.find(userId(1)), null, "the user")
  }),

  law("recordLogin notes the time and nothing else", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* users.recordLogin(user.id, later)
    const stored = yield* users.findWithPassword(user.id)
    yield* expectEqual(
      stored,
      { user: { ...user, lastLoginAt: later }, passwordHash: "hash-1", revocations: 0 },
      "the stored user"
    )
    yield* users.recordLogin(user.id, later + hour)
    yield* expectEqual((yield* users.find(user.id))?.lastLoginAt, later + hour, "lastLoginAt after a later log-in")
    yield* expectEqual((yield* users.find(userId(2)))?.lastLoginAt, null, "another user's lastLoginAt")
  }),

  law("recordLogin never moves the time backwards", function* ({ users }) {
    yield* users.insert(sampleUser(1, { lastLoginAt: later }))
    yield* users.recordLogin(userId(1), later - 1)
    yield* expectEqual((yield* users.find(userId(1)))?.lastLoginAt, later, "lastLoginAt")
  }),

  law("recordLogin leaves a user who is gone gone", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.remove(userId(1), null)
    yield* users.recordLogin(userId(1), later)
    yield* expectEqual(yield* users.find(userId(1)), null, "the user")
  })
]
