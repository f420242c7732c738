import {
  type ChangeByOthers,
  codePurposes,
  type EditedFields,
  type UserChange,
  type UserStore
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { codeKeyOf, codeOfEachPurpose, inOrder, sampleCode } from "./code-samples.ts"
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

const changeOf = (users: UserStore) => (change: ChangeByOthers) => users.change(ada, change, later)

const editOf = (users: UserStore) => (change: ChangeByOthers) =>
  Effect.flatMap(users.find(ada), (user) => users.edit(ada, user ?? sampleUser(1).user, change, later))

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

  law("ADM-19 a change that ends codes ends all of the user's, and others' stay", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const theirs = sampleCode(30, userId(2))
    yield* codes.insert(theirs, "replace")
    for (const [n, write] of [changeOf(users), editOf(users)].entries()) {
      const mine = codeOfEachPurpose(10 * (n + 1), ada)
      for (const row of mine) yield* codes.insert(row, "replace")
      yield* write({ username: accountName(`Ada${n}`) })
      yield* expectEqual(
        (yield* codes.list(ada)).length,
        codePurposes.length,
        "the codes after a change that names none"
      )
      const changed = yield* write({ email: accountName(`Ada${n}@example.org`), codes: "end" })
      yield* expectEqual(changed, yield* users.find(ada), "the changed user")
      yield* expectEqual(changed?.email, `Ada${n}@example.org`, "the address")
      yield* expectEqual(yield* codes.list(ada), [], "the user's codes")
      for (const row of mine) yield* expectEqual(yield* codes.find(codeKeyOf(row)), null, row.code.purpose)
      yield* expectEqual(yield* codes.list(userId(2)), [theirs.code], "another user's codes")
    }
    yield* codes.insert(sampleCode(40, ada), "replace")
    yield* expectEqual(yield* codes.removeAll(ada), 1, "how many come later")
  }),

  law("ADM-19 a change that is refused ends no code", function* ({ users, codes }) {
    const { user } = sampleAdmin(1)
    yield* users.insert(sampleAdmin(1))
    yield* users.insert(sampleUser(2))
    for (const row of codeOfEachPurpose(10, ada)) yield* codes.insert(row, "replace")
    const before = inOrder(yield* codes.list(ada))
    const taken = { email: accountName("Name2@example.org"), codes: "end" } as const
    const demoted = { isSuperuser: false, codes: "end" } as const
    yield* expectFailure(users.change(ada, taken, later), "AccountNameTaken", "the taken address")
    yield* expectFailure(users.edit(ada, user, taken, later), "AccountNameTaken", "the edit to a taken address")
    yield* expectFailure(users.change(ada, demoted, later), "LastSuperuser", "the demotion")
    yield* expectFailure(users.edit(ada, user, demoted, later), "LastSuperuser", "the edit that demotes")
    const free = { email: accountName("Free@example.org"), codes: "end" } as const
    const stale = { ...user, isVerified: !user.isVerified }
    yield* expectFailure(users.edit(ada, stale, free, later), "EditConflict", "the stale edit")
    yield* expectEqual(inOrder(yield* codes.list(ada)), before, "the codes")
  }),

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
