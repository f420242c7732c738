import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { accountName, minute, sampleAdmin, sampleUser, start, userId, usersPage } from "./samples.ts"

const { law } = lawsOf("users")

const later = start + minute

/** What keeps the last superuser, and what removing a user promises. */
export const userGuardLaws: ReadonlyArray<Law> = [
  law("ADM-02 the last superuser is not demoted, and nothing of the change is done", function* ({ users }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    yield* users.insert(sampleUser(2))
    const change = users.change(user.id, { username: accountName("Ada"), isSuperuser: false }, later)
    yield* expectFailure(change, "LastSuperuser", "the demotion")
    yield* expectEqual(yield* users.find(user.id), user, "the superuser")
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "ada" }), null, "the new username")
    const byOld = yield* users.findByName({ kind: "username", canonical: "name1" })
    yield* expectEqual(byOld?.user, user, "the superuser by the old username")
  }),

  law("ADM-02 the last superuser is not deactivated", function* ({ users }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    yield* expectFailure(users.change(user.id, { isActive: false }, later), "LastSuperuser", "the deactivation")
    yield* expectEqual(yield* users.find(user.id), user, "the superuser")
  }),

  law("ADM-02 the last superuser is not removed", function* ({ users }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    yield* users.insert(sampleUser(2))
    yield* expectFailure(users.remove(user.id, null), "LastSuperuser", "the removal")
    const found = yield* users.findByName({ kind: "username", canonical: "name1" })
    yield* expectEqual(found, { user, passwordHash: "hash-1", revocations: 0 }, "the superuser")
  }),

  law("ADM-02 an inactive superuser is not one who is left", function* ({ users }) {
    yield* users.insert(sampleAdmin(1))
    yield* users.insert(sampleAdmin(2, { isActive: false }))
    yield* expectFailure(users.change(userId(1), { isSuperuser: false }, later), "LastSuperuser", "the demotion")
    yield* expectFailure(users.change(userId(1), { isActive: false }, later), "LastSuperuser", "the deactivation")
    yield* expectFailure(users.remove(userId(1), null), "LastSuperuser", "the removal")
  }),

  law("one of two superusers may be demoted, deactivated or removed", function* ({ users }) {
    yield* users.insert(sampleAdmin(1))
    for (const n of [2, 3, 4]) yield* users.insert(sampleAdmin(n))
    yield* users.remove(userId(4), null)
    yield* expectEqual(yield* users.find(userId(4)), null, "the removed one")
    const off = yield* users.change(userId(3), { isActive: false }, later)
    yield* expectEqual(off?.isActive, false, "the deactivated one")
    const down = yield* users.change(userId(2), { isSuperuser: false }, later)
    yield* expectEqual(down?.isSuperuser, false, "the demoted one")
  }),

  law("the last superuser may be changed in all else", function* ({ users }) {
    yield* users.insert(sampleAdmin(1))
    const change = { username: accountName("Ada"), isVerified: true, isActive: true, isSuperuser: true }
    const user = yield* users.change(userId(1), change, later)
    yield* expectEqual([user?.username, user?.isVerified, user?.epoch], ["Ada", true, 3], "the changed superuser")
  }),

  law("who is no superuser is free to change and to go, also while there is no superuser", function* ({ users }) {
    for (const hasSuperuser of [false, true]) {
      if (hasSuperuser) yield* users.insert(sampleAdmin(1))
      yield* users.insert(sampleUser(2))
      yield* users.insert(sampleAdmin(3, { isActive: false }))
      yield* expectEqual((yield* users.change(userId(2), { isActive: false }, later))?.isActive, false, "deactivated")
      const down = yield* users.change(userId(3), { isSuperuser: false }, later)
      yield* expectEqual(down?.isSuperuser, false, "an inactive superuser, demoted")
      yield* expectEqual(yield* users.remove(userId(2), null), true, "an ordinary user, removed")
      yield* expectEqual(yield* users.remove(userId(3), null), true, "an inactive user, removed")
    }
  }),

  law("remove takes the user and frees the logins, and leaves the others", function* ({ users }) {
    const bystander = sampleUser(2)
    yield* users.insert(sampleUser(1))
    yield* users.insert(bystander)
    yield* expectEqual(yield* users.remove(userId(1), null), true, "remove")
    yield* expectEqual(yield* users.find(userId(1)), null, "by id")
    yield* expectEqual(yield* users.findWithPassword(userId(1)), null, "by id, with password")
    yield* expectEqual(yield* users.findByName({ kind: "username", canonical: "name1" }), null, "by username")
    yield* expectEqual(yield* users.findByName({ kind: "email", canonical: "name1@example.org" }), null, "by address")
    const page = yield* users.list(usersPage(10))
    yield* expectEqual(page, { items: [bystander.user], next: null }, "those who are left")
    yield* users.insert(sampleUser(3, { username: "Name1", email: "Name1@example.org" }))
  }),

  law("remove of nobody is false", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* users.remove(userId(2), null), false, "removing nobody")
    yield* users.remove(userId(1), null)
    yield* expectEqual(yield* users.remove(userId(1), null), false, "removing a user again")
  })
]
