import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { everyone, sampleAdmin, sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("users")

/** What the first administrator and the setup marker promise. */
export const userSetupLaws: ReadonlyArray<Law> = [
  law("setup of a fresh store is open", function* ({ users }) {
    yield* expectEqual(yield* users.isSetUp, false, "isSetUp")
  }),

  law("ordinary users and inactive superusers leave setup open", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleAdmin(2, { isActive: false }))
    yield* users.change(userId(1), { isVerified: true }, start)
    yield* expectEqual(yield* users.isSetUp, false, "isSetUp")
    yield* users.remove(userId(1), null)
    yield* users.remove(userId(2), null)
    yield* expectEqual(yield* users.isSetUp, false, "isSetUp when they are gone")
  }),

  law("adding a superuser completes setup", function* ({ users }) {
    yield* users.insert(sampleAdmin(1))
    yield* expectEqual(yield* users.isSetUp, true, "isSetUp")
  }),

  law("SET-02 insertFirstAdmin adds the user just as given and completes setup", function* ({ users }) {
    const { user, ...row } = sampleAdmin(1)
    yield* expectEqual(yield* users.insertFirstAdmin({ user, ...row }), true, "insertFirstAdmin")
    yield* expectEqual(yield* users.isSetUp, true, "isSetUp")
    const found = yield* users.findByName({ kind: "email", canonical: "name1@example.org" })
    yield* expectEqual(found, { user, passwordHash: row.passwordHash, revocations: 0 }, "the first admin")
  }),

  law("insertFirstAdmin adds a superuser beside ordinary users", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* users.insertFirstAdmin(sampleAdmin(2)), true, "insertFirstAdmin")
    yield* expectEqual((yield* users.find(userId(2)))?.isSuperuser, true, "the first admin")
  }),

  law("SET-02 insertFirstAdmin is false and writes nothing when setup was complete", function* ({ users }) {
    yield* users.insert(sampleAdmin(1))
    yield* expectEqual(yield* users.insertFirstAdmin(sampleAdmin(2)), false, "with logins of their own")
    yield* expectEqual(
      yield* users.insertFirstAdmin(sampleAdmin(3, { username: "Name1" })),
      false,
      "with a taken login"
    )
    const { total } = yield* users.count(everyone)
    yield* expectEqual(total, 1, "how many users there are")
    yield* users.insert(sampleUser(2))
  }),

  law(
    "SET-04 insertFirstAdmin fails with AccountNameTaken on a taken login, and leaves setup open",
    function* ({ users }) {
      const early = sampleUser(1)
      yield* users.insert(early)
      const failure = yield* expectFailure(
        users.insertFirstAdmin(sampleAdmin(2, { username: "Name1" })),
        "AccountNameTaken",
        "an admin with the username of an earlier user"
      )
      yield* expectEqual(failure.kind, "username", "the login that is taken")
      yield* expectFailure(
        users.insertFirstAdmin(sampleAdmin(2, { email: "Name1@example.org" })),
        "AccountNameTaken",
        "e-mail"
      )
      yield* expectEqual(yield* users.isSetUp, false, "isSetUp")
      const kept = yield* users.findWithPassword(early.user.id)
      yield* expectEqual(kept, { user: early.user, passwordHash: "hash-1", revocations: 0 }, "the earlier user")
      yield* expectEqual(yield* users.find(userId(2)), null, "the admin")
      yield* expectEqual(yield* users.insertFirstAdmin(sampleAdmin(2)), true, "an admin with other logins")
    }
  ),

  law("making an active user a superuser completes setup", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.change(userId(1), { isSuperuser: true }, start)
    yield* expectEqual(yield* users.isSetUp, true, "isSetUp")
  }),

  law("a superuser who is inactive completes setup when activated, not before", function* ({ users }) {
    yield* users.insert(sampleUser(1, { isActive: false }))
    yield* users.change(userId(1), { isSuperuser: true }, start)
    yield* expectEqual(yield* users.isSetUp, false, "isSetUp while inactive")
    yield* users.change(userId(1), { isActive: true }, start)
    yield* expectEqual(yield* users.isSetUp, true, "isSetUp once active")
  }),

  law("promoting a user completes setup", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.promote(userId(2), { passwordHash: "new", mustChangePassword: false }, start)
    yield* expectEqual(yield* users.isSetUp, false, "isSetUp after promoting nobody")
    yield* users.promote(userId(1), { passwordHash: "new", mustChangePassword: false }, start)
    yield* expectEqual(yield* users.isSetUp, true, "isSetUp")
  }),

  law("SET-03 setup stays complete when the first admin is demoted", function* ({ users }) {
    yield* users.insertFirstAdmin(sampleAdmin(1))
    yield* users.insert(sampleAdmin(2))
    yield* users.change(userId(1), { isSuperuser: false }, start)
    yield* expectEqual(yield* users.isSetUp, true, "isSetUp")
    yield* expectEqual(yield* users.insertFirstAdmin(sampleAdmin(3)), false, "another first admin")
  }),

  law("SET-03 setup stays complete when the first admin is removed", function* ({ users }) {
    yield* users.insertFirstAdmin(sampleAdmin(1))
    yield* users.insert(sampleAdmin(2))
    yield* users.remove(userId(1), null)
    yield* expectEqual(yield* users.isSetUp, true, "isSetUp")
    yield* expectEqual(yield* users.insertFirstAdmin(sampleAdmin(3)), false, "another first admin")
  })
]
