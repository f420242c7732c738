import {
  AccountNameTaken,
  type ChangeByOthers,
  changedUser,
  EditConflict,
  fitsProof,
  type Instant,
  isActiveSuperuser,
  isAsSeen,
  LastSuperuser,
  loggedInUser,
  type NewUser,
  type Proof,
  promotedUser,
  provedUser,
  rehashedUser,
  type User,
  type UserId,
  type UserRestoration,
  type UserStore,
  userWithoutCredentials,
  userWithoutEmail,
  userWithRevocation
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Connection, Keep } from "./connection.ts"
import { findingUsers } from "./finding-users.ts"
import { STEP } from "./in-steps.ts"
import { optionalRow, rowOf } from "./row.ts"
import { assignments, insertIfFree, insertInto } from "./row-kind.ts"
import { readStoredUser, STORED_USER_COLUMNS, storedUserNames, storedUserValues } from "./rows.ts"
import { instant } from "./values.ts"

/**
 * The users' verbs: the reading ones, and (in this file) those that read before they write. These hold the write lock from their
 * first statement, so nothing comes between. Core's rules say how the row changes.
 */
export const sqliteUsers = (db: Connection): UserStore => {
  const stored = db.prepare(`SELECT ${STORED_USER_COLUMNS} FROM latchkey_users WHERE id = ?`)
  const otherWithUsername = db.prepare("SELECT id FROM latchkey_users WHERE canonical_username = ? AND id <> ?")
  const otherWithEmail = db.prepare("SELECT id FROM latchkey_users WHERE canonical_email = ? AND id <> ?")
  const otherSuperuser = db.prepare(`SELECT id FROM latchkey_users
    WHERE is_active = 1 AND is_superuser = 1 AND id <> ? LIMIT 1`)
  const completeSetup = db.prepare(`INSERT INTO latchkey_settings (key, value) VALUES ('setup', 'complete')
    ON CONFLICT DO NOTHING`)
  const setUp = db.prepare("SELECT value FROM latchkey_settings WHERE key = 'setup'")
  const insert = db.prepare(insertInto("latchkey_users", storedUserNames))
  const insertFree = db.prepare(insertIfFree("latchkey_users", storedUserNames))
  const isThere = db.prepare("SELECT 1 FROM latchkey_users WHERE id = ?")
  // All but the id, which comes first. Setting it, even to the same value, would make SQLite search everything that refers to it.
  const update = db.prepare(`UPDATE latchkey_users SET ${assignments(storedUserNames.slice(1))} WHERE id = ?`)
  /** A copy of core's sessionInEpoch in SQL. */
  const keepSession = db.prepare("UPDATE latchkey_sessions SET epoch = ? WHERE user_id = ? AND id = ? AND epoch = ?")
  const endCodes = db.prepare("DELETE FROM latchkey_codes WHERE user_id = ?")
  const remove = db.prepare("DELETE FROM latchkey_users WHERE id = ?")
  const endSome = [
    ...["latchkey_sessions", "latchkey_tokens"].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE (user_id, hash) IN (
        SELECT user_id, hash FROM ${table} WHERE user_id = ? LIMIT ${STEP})`)
    ),
    db.prepare(`DELETE FROM latchkey_challenges WHERE id IN (
      SELECT id FROM latchkey_challenges WHERE user_id = ? LIMIT ${STEP})`)
  ]

  const takenLogin = ({ user, canonicalUsername, canonicalEmail }: NewUser): AccountNameTaken | null => {
    if (rowOf(otherWithUsername.get(canonicalUsername, user.id)) !== null)
      return new AccountNameTaken({ kind: "username" })
    if (rowOf(otherWithEmail.get(canonicalEmail, user.id)) !== null) return new AccountNameTaken({ kind: "email" })
    return null
  }

  const isLastSuperuser = ({ user }: NewUser): boolean =>
    isActiveSuperuser(user) && rowOf(otherSuperuser.get(user.id)) === null

  const find = (id: UserId): NewUser | null => optionalRow(stored.get(id), readStoredUser)

  const add = (row: NewUser): Exit.Exit<true, AccountNameTaken> => {
    const taken = takenLogin(row)
    if (taken !== null) return Exit.fail(taken)
    insert.run(...storedUserValues(row))
    if (isActiveSuperuser(row.user)) completeSetup.run()
    return Exit.succeed(true)
  }

  const restore = (row: NewUser): UserRestoration => {
    if (insertFree.run(...storedUserValues(row)).changes > 0) {
      if (isActiveSuperuser(row.user)) completeSetup.run()
      return "added"
    }
    return rowOf(isThere.get(row.user.id)) === null ? "name-taken" : "there"
  }

  const replace = (before: NewUser, after: NewUser): User => {
    update.run(...storedUserValues(after).slice(1), before.user.id)
    if (isActiveSuperuser(after.user) && !isActiveSuperuser(before.user)) completeSetup.run()
    return after.user
  }

  /** Changes a user unless a name is taken, or no superuser would be left. */
  const guarded = (
    before: NewUser,
    change: ChangeByOthers,
    at: Instant
  ): Exit.Exit<User, AccountNameTaken | LastSuperuser> => {
    const after = changedUser(before, change, instant(at))
    const taken = takenLogin(after)
    if (taken !== null) return Exit.fail(taken)
    if (isLastSuperuser(before) && !isActiveSuperuser(after.user)) return Exit.fail(new LastSuperuser())
    if (change.codes === "end") endCodes.run(before.user.id)
    return Exit.succeed(replace(before, after))
  }

  /** Applies a rule to a user; null if there is no such user, or the rule returns null. */
  const follow = (keep: Keep, verb: keyof UserStore, id: UserId, rule: (row: NewUser) => NewUser | null) =>
    db.transaction(keep, `users.${verb}`, () => {
      const before = find(id)
      const after = before === null ? null : rule(before)
      return Exit.succeed(before === null || after === null ? null : replace(before, after))
    })

  /**
   * Of a user with many credentials or CLI logins it first ends some, because other requests wait for each step (OPS-07). Each step
   * compares the proof, so one that fitted at first may end some and then remove nobody.
   */
  const removeStep = (id: UserId, proof: Proof | null): Exit.Exit<boolean | "not yet", LastSuperuser> => {
    const row = find(id)
    if (row === null) return Exit.succeed(false)
    if (isLastSuperuser(row)) return Exit.fail(new LastSuperuser())
    if (proof !== null && !fitsProof(row, proof)) return Exit.succeed(false)
    const ended = endSome.map((end) => Number(end.run(id).changes))
    if (ended.includes(STEP)) return Exit.succeed("not yet")
    remove.run(id)
    return Exit.succeed(true)
  }

  return {
    ...findingUsers(db),
    insert: (row) => db.transaction("lasting", "users.insert", () => Exit.asVoid(add(row))),
    insertFirstAdmin: (row) =>
      db.transaction("lasting", "users.insertFirstAdmin", () =>
        rowOf(setUp.get()) === null ? add(row) : Exit.succeed(false)
      ),
    change: (id, change, at) =>
      db.transaction("lasting", "users.change", () => {
        const before = find(id)
        return before === null ? Exit.succeed(null) : guarded(before, change, at)
      }),
    edit: (id, seen, change, at) =>
      db.transaction(
        "lasting",
        "users.edit",
        (): Exit.Exit<User | null, AccountNameTaken | LastSuperuser | EditConflict> => {
          const before = find(id)
          if (before === null) return Exit.succeed(null)
          return isAsSeen(before.user, seen) ? guarded(before, change, at) : Exit.fail(new EditConflict())
        }
      ),
    changeWithProof: (id, change, proof, at) =>
      db.transaction("lasting", "users.changeWithProof", (): Exit.Exit<User | null, AccountNameTaken> => {
        const before = find(id)
        const after = before === null ? null : provedUser(before, change, proof, instant(at))
        if (before === null || after === null) return Exit.succeed(null)
        const taken = takenLogin(after)
        if (taken !== null) return Exit.fail(taken)
        keepSession.run(after.user.epoch, id, change.password?.keep ?? null, before.user.epoch)
        return Exit.succeed(replace(before, after))
      }),
    releaseEmail: (id, canonicalEmail, at) =>
      follow("lasting", "releaseEmail", id, (row) => userWithoutEmail(row, canonicalEmail, instant(at))),
    // What it stops are requests under way in this machine, which a power cut ends too.
    countRevocation: (id) => Effect.asVoid(follow("losable", "countRevocation", id, userWithRevocation)),
    rehash: (id, change) =>
      Effect.map(
        follow("lasting", "rehash", id, (row) => rehashedUser(row, change)),
        (user) => user !== null
      ),
    endCredentials: (id, at) =>
      follow("lasting", "endCredentials", id, (row) => userWithoutCredentials(row, instant(at))),
    promote: (id, promotion, at) =>
      db.transaction("lasting", "users.promote", (): Exit.Exit<User | null, AccountNameTaken> => {
        const before = find(id)
        const after = before === null ? null : promotedUser(before, promotion, instant(at))
        if (before === null || after === null) return Exit.succeed(null)
        const taken = takenLogin(after)
        return taken === null ? Exit.succeed(replace(before, after)) : Exit.fail(taken)
      }),
    recordLogin: (id, at) =>
      Effect.asVoid(follow("losable", "recordLogin", id, (row) => loggedInUser(row, instant(at)))),
    restore: (rows) => db.transaction("lasting", "users.restore", () => Exit.succeed(rows.map(restore))),
    remove: Effect.fnUntraced(function* (id, proof) {
      while (true) {
        const isRemoved = yield* db.transaction("lasting", "users.remove", () => removeStep(id, proof))
        if (isRemoved !== "not yet") return isRemoved
        yield* Effect.yieldNow
      }
    })
  }
}
