import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { accountName, minute, sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("users")

const later = start + minute

/** What changing a user promises, but for the last superuser. */
export const userChangeLaws: ReadonlyArray<Law> = [
  law("change writes what it names at its time, leaves the rest, and returns the result", function* ({ users }) {
    const { user, passwordHash, ...logins } = sampleUser(1, { mustChangePassword: true, lastLoginAt: start })
    const bystander = sampleUser(2)
    yield* users.insert({ user, passwordHash, ...logins })
    yield* users.insert(bystander)
    const verified = yield* users.change(user.id, { isVerified: true }, later)
    yield* expectEqual(verified, { ...user, isVerified: true, updatedAt: later }, "the returned user")
    const renamed = yield* users.change(user.id, { username: accountName("Ada") }, later + 1)
    const expected = { ...user, isVerified: true, username: "Ada", updatedAt: later + 1 }
    yield* expectEqual(renamed, expected, "the user returned by the second change")
    yield* expectEqual(
      yield* users.findWithPassword(user.id),
      { user: expected, passwordHash, revocations: 0 },
      "the stored user"
    )
    yield* expectEqual(yield* users.find(bystander.user.id), bystander.user, "another user")
  }),

  law("a change of nobody is null and makes nobody", function* ({ users }) {
    yield* expectEqual(yield* users.change(userId(1), { username: accountName("Ada") }, later), null, "the change")
    yield* expectEqual(yield* users.find(userId(1)), null, "the user")
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "ada" }), null, "the login")
  }),

  law("after a change of logins only the new ones lead to the user, and the old ones are free", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const change = { username: accountName("Ada"), email: accountName("Ada@example.org") }
    const user = yield* users.change(userId(1), change, later)
    const expected = { user, passwordHash: "hash-1", revocations: 0 }
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "ada" }), expected, "the new username")
    const byEmail = yield* users.findByName({ kind: "email", canonical: "ada@example.org" })
    yield* expectEqual(byEmail, expected, "the new address")
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "name1" }), null, "the old username")
    yield* expectEqual(yield* users.findByName({ kind: "email", canonical: "name1@example.org" }), null, "old address")
    yield* users.insert(sampleUser(2, { username: "Name1", email: "Name1@example.org" }))
  }),

  law("a user who lacks a login gets one by a change", function* ({ users }) {
    yield* users.insert(sampleUser(1, { username: null }))
    yield* users.insert(sampleUser(2, { email: null }))
    yield* users.change(userId(1), { username: accountName("Ada") }, later)
    yield* users.change(userId(2), { email: accountName("Bo@example.org") }, later)
    const ada = yield* users.findByName({ kind: "username", canonical: "ada" })
    yield* expectEqual(ada?.user.id, userId(1), "the owner of the new username")
    const bo = yield* users.findByName({ kind: "email", canonical: "bo@example.org" })
    yield* expectEqual(bo?.user.id, userId(2), "the owner of the new address")
  }),

  law("a user may retype their own logins", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const change = { username: accountName("NAME1"), email: accountName("NAME1@example.org") }
    const user = yield* users.change(userId(1), change, later)
    yield* expectEqual([user?.username, user?.email], ["NAME1", "NAME1@example.org"], "the logins as typed")
  }),

  law("an e-mail address with another canonical form becomes unverified", function* ({ users }) {
    yield* users.insert(sampleUser(1, { isVerified: true }))
    const user = yield* users.change(userId(1), { email: accountName("Ada@example.org") }, later)
    yield* expectEqual(user?.isVerified, false, "isVerified")
  }),

  law(
    "an e-mail address with the same canonical form stays verified, as it does beside other changes",
    function* ({ users }) {
      yield* users.insert(sampleUser(1, { isVerified: true }))
      const retyped = yield* users.change(userId(1), { email: accountName("NAME1@example.org") }, later)
      yield* expectEqual(retyped?.isVerified, true, "isVerified with the address typed otherwise")
      const renamed = yield* users.change(userId(1), { username: accountName("Ada"), isActive: false }, later)
      yield* expectEqual(renamed?.isVerified, true, "isVerified with another username")
    }
  ),

  law("a change may say itself whether the e-mail address is verified", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const proved = yield* users.change(userId(1), { email: accountName("Ada@example.org"), isVerified: true }, later)
    yield* expectEqual(proved?.isVerified, true, "isVerified of a new address said to be verified")
    const doubted = yield* users.change(userId(1), { isVerified: false }, later)
    yield* expectEqual(doubted?.isVerified, false, "isVerified of an address said to be unverified")
  }),

  law("REG-10 nobody without an e-mail address is verified, whatever a change says", function* ({ users }) {
    yield* users.insert(sampleUser(1, { email: null }))
    const named = yield* users.change(userId(1), { isVerified: true }, later)
    yield* expectEqual(named?.isVerified, false, "isVerified when the change says that it is")
    const renamed = yield* users.change(userId(1), { username: accountName("Ada"), isVerified: true }, later)
    yield* expectEqual(renamed?.isVerified, false, "isVerified beside a new username")
    yield* expectEqual((yield* users.find(userId(1)))?.isVerified, false, "isVerified as stored")
    const email = accountName("Ada@example.org")
    const reachable = yield* users.change(userId(1), { email, isVerified: true }, later)
    yield* expectEqual(reachable?.isVerified, true, "isVerified with a first address")
    yield* users.insert(sampleUser(2, { email: null, isVerified: true }))
    const older = yield* users.change(userId(2), { username: accountName("Bo") }, later)
    yield* expectEqual(older?.isVerified, false, "isVerified of a row from before this law, after its next change")
  }),

  law("SES-09 a deactivation and an activation each add one to the epoch", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const off = yield* users.change(userId(1), { isActive: false }, later)
    yield* expectEqual([off?.isActive, off?.epoch], [false, 4], "isActive and epoch after deactivation")
    const on = yield* users.change(userId(1), { isActive: true }, later)
    yield* expectEqual([on?.isActive, on?.epoch], [true, 5], "isActive and epoch after activation")
  }),

  law("SES-09 a change of role adds one to the epoch", function* ({ users }) {
    yield* users.insert(sampleUser(1, { isSuperuser: true }))
    yield* users.insert(sampleUser(2))
    const up = yield* users.change(userId(2), { isSuperuser: true }, later)
    yield* expectEqual([up?.isSuperuser, up?.epoch], [true, 4], "isSuperuser and epoch after promotion")
    const down = yield* users.change(userId(2), { isSuperuser: false }, later)
    yield* expectEqual([down?.isSuperuser, down?.epoch], [false, 5], "isSuperuser and epoch after demotion")
  }),

  law("PWD-27 the demand for another password, and its end, each add one to the epoch", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const demanded = yield* users.change(userId(1), { mustChangePassword: true }, later)
    yield* expectEqual([demanded?.mustChangePassword, demanded?.epoch], [true, 4], "the demand and the epoch")
    yield* expectEqual((yield* users.find(userId(1)))?.mustChangePassword, true, "the demand, read again")
    const again = yield* users.change(userId(1), { mustChangePassword: true, username: accountName("Ada") }, later)
    yield* expectEqual([again?.mustChangePassword, again?.epoch], [true, 4], "the same demand again")
    const ended = yield* users.change(userId(1), { mustChangePassword: false }, later)
    yield* expectEqual([ended?.mustChangePassword, ended?.epoch], [false, 5], "its end and the epoch")
  }),

  law("one change of both role and activity adds one to the epoch", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const user = yield* users.change(userId(1), { isSuperuser: true, isActive: false }, later)
    yield* expectEqual([user?.isSuperuser, user?.isActive, user?.epoch], [true, false, 4], "role, activity and epoch")
  }),

  law("other changes, and a role, activity or demand named as it is, leave the epoch", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    const logins = { username: accountName("Ada"), email: accountName("Ada@example.org"), isVerified: true }
    yield* expectEqual((yield* users.change(userId(1), logins, later))?.epoch, 3, "epoch after a change of logins")
    const same = { isActive: true, isSuperuser: false, mustChangePassword: false }
    yield* expectEqual((yield* users.change(userId(1), same, later))?.epoch, 3, "epoch after a change of nothing")
  }),

  law("STO-04 a change to a login in use fails with AccountNameTaken and names it", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const toName = users.change(userId(2), { username: accountName("NAME1") }, later)
    yield* expectEqual(
      (yield* expectFailure(toName, "AccountNameTaken", "the username")).kind,
      "username",
      "the taken login"
    )
    const toEmail = users.change(userId(2), { email: accountName("NAME1@example.org") }, later)
    yield* expectEqual(
      (yield* expectFailure(toEmail, "AccountNameTaken", "the address")).kind,
      "email",
      "the taken login"
    )
  }),

  law("STO-03 a change that fails with AccountNameTaken changes nothing", function* ({ users }) {
    const { user } = sampleUser(2, { isVerified: true })
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2, { isVerified: true }))
    const change = { username: accountName("Ada"), email: accountName("Name1@example.org"), isActive: false }
    yield* expectFailure(users.change(user.id, change, later), "AccountNameTaken", "the change")
    yield* expectEqual(yield* users.find(user.id), user, "the user")
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "ada" }), null, "the free username")
    const byOld = yield* users.findByName({ kind: "username", canonical: "name2" })
    yield* expectEqual(byOld?.user, user, "the user by the old username")
    yield* users.insert(sampleUser(3, { username: "Ada" }))
  })
]
