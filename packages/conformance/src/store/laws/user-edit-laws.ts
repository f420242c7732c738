import type { EditedFields, UserChange } from "@latchkey/core/store"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { race } from "./race.ts"
import {
  accountName,
  fullUser,
  minute,
  newPassword,
  proofAt,
  sampleAdmin,
  sampleUser,
  start,
  userId
} from "./samples.ts"

const { law, race: raceLaw } = lawsOf("users")

const ada = userId(1)
const later = start + minute

/** A change of each edited field of sample user 1. The compiler asks for a new one. */
const changes: { readonly [Field in keyof EditedFields]: UserChange } = {
  username: { username: accountName("Ada") },
  email: { email: accountName("NAME1@example.org") },
  isActive: { isActive: false },
  isSuperuser: { isSuperuser: true },
  isVerified: { isVerified: true },
  mustChangePassword: { mustChangePassword: true },
  roles: { roles: ["editor"] }
}

/** What editing a user promises, beyond what `change` does. */
export const userEditLaws: ReadonlyArray<Law> = [
  law("edit changes a user who is as seen, as change does", function* ({ users }) {
    for (const [n, row] of [
      sampleUser(1),
      fullUser(2),
      sampleUser(3, { username: null, roles: ["editor"] })
    ].entries()) {
      yield* users.insert(row)
      const change = { username: accountName(`Edited${n}`), isActive: !row.user.isActive, roles: ["a", "b"] }
      const edited = yield* users.edit(row.user.id, row.user, change, later)
      const { username, email } = { username: `Edited${n}`, email: row.user.email }
      const changed = { ...row.user, username, email, isActive: change.isActive, roles: ["a", "b"] }
      yield* expectEqual(edited, { ...changed, epoch: row.user.epoch + 1, updatedAt: later }, "the returned user")
      yield* expectEqual(yield* users.find(row.user.id), edited, "the stored user")
      const found = yield* users.findByName({ kind: "username", canonical: `edited${n}` })
      yield* expectEqual(found?.user.id, row.user.id, "whom the new username leads to")
    }
  }),

  law("ADM-15 an edit of a user whose fields are not as seen changes nothing", function* ({ users }) {
    yield* users.insert(sampleAdmin(9))
    for (const [field, change] of Object.entries(changes)) {
      yield* users.insert(sampleUser(1))
      const seen = yield* users.find(ada)
      const now = yield* users.change(ada, change, later)
      if (seen === null) return yield* expectEqual(seen, now, "the user")
      const edit = { username: accountName("Late"), isSuperuser: false }
      yield* expectFailure(users.edit(ada, seen, edit, later + 1), "EditConflict", `the edit after another ${field}`)
      yield* expectEqual(yield* users.find(ada), now, `the user after another ${field}`)
      const late = yield* users.findByName({ kind: "username", canonical: "late" })
      yield* expectEqual(late, null, "whom the name of the edit leads to")
      yield* users.insert(sampleUser(2, { username: "Late" }))
      yield* users.remove(userId(2), null)
      yield* users.remove(ada, null)
    }
  }),

  law("an edit does not mind log-ins, passwords and endings since the user was seen", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.recordLogin(ada, later)
    yield* users.changeWithProof(ada, newPassword("new"), proofAt(user.epoch), later)
    yield* users.endCredentials(ada, later)
    yield* users.countRevocation(ada)
    const edited = yield* users.edit(ada, user, { roles: ["editor"] }, later)
    yield* expectEqual(edited?.roles, ["editor"], "the roles")
  }),

  law("an edit of nobody is null", function* ({ users }) {
    yield* expectEqual(yield* users.edit(ada, sampleUser(1).user, changes.username, later), null, "the edit")
  }),

  law("ADM-02 an edit never takes the last superuser away, nor a name that is taken", function* ({ users }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    yield* users.insert(sampleUser(2))
    yield* expectFailure(users.edit(ada, user, { isSuperuser: false }, later), "LastSuperuser", "the demotion")
    yield* expectFailure(users.edit(ada, user, { isActive: false }, later), "LastSuperuser", "the deactivation")
    const taken = { email: accountName("Name2@example.org") }
    yield* expectFailure(users.edit(ada, user, taken, later), "AccountNameTaken", "the taken name")
    yield* expectEqual(yield* users.find(ada), user, "the superuser")
  }),

  law("ADM-02 a refused edit of a superuser leaves them one who counts", function* ({ users }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    yield* users.insert(sampleAdmin(2))
    const stale = { ...user, isVerified: !user.isVerified }
    yield* expectFailure(users.edit(ada, stale, { isSuperuser: false }, later), "EditConflict", "the stale demotion")
    yield* users.change(userId(2), { isSuperuser: false }, later)
    yield* expectFailure(users.change(ada, { isActive: false }, later), "LastSuperuser", "the deactivation of the last")
  }),

  law(
    "roles are kept in their order, a change leaves the others' as they are, and ends no credential",
    function* ({ users }) {
      yield* users.insert(sampleUser(1, { roles: ["author", "editor"] }))
      yield* users.insert(sampleUser(2))
      yield* expectEqual((yield* users.find(ada))?.roles, ["author", "editor"], "the roles of a new user")
      const other = yield* users.change(ada, { roles: ["ed:it/or.1_-", "x"] }, later)
      yield* expectEqual([other?.roles, other?.epoch], [["ed:it/or.1_-", "x"], 3], "the changed roles and the epoch")
      yield* users.recordLogin(ada, later)
      yield* users.rehash(ada, { from: "hash-1", to: "newer" })
      yield* expectEqual((yield* users.find(ada))?.roles, ["ed:it/or.1_-", "x"], "the roles after other changes")
      yield* expectEqual((yield* users.find(userId(2)))?.roles, [], "another user's roles")
      const none = yield* users.change(ada, { roles: [] }, later)
      yield* expectEqual(none?.roles, [], "the roles after all were taken away")
    }
  ),

  raceLaw("ADM-15 of parallel edits that saw the same exactly one wins", function* (store, second) {
    const { user } = sampleUser(1)
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ users }, n) =>
      users.edit(ada, user, { roles: [`role-${n}`] }, later)
    )
    yield* expectEqual(outcomes, { done: 1, EditConflict: 15 }, "the outcomes")
    yield* expectEqual((yield* store.users.find(ada))?.roles.length, 1, "how many roles the user has")
  })
]
