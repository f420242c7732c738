import {
  AccountNameTaken,
  type ChangeByOthers,
  EditConflict,
  LastSuperuser,
  type NewUser,
  StoreProblem,
  type User,
  type UserRestoration,
  type UserStore
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { attempt, type Connection } from "./connection.ts"
import { findingUsers } from "./finding-users.ts"
import type { Keys } from "./keys.ts"
import { ownUsers } from "./own-users.ts"
import { proofAlone, provedChange } from "./proved-user.ts"
import { ID_IN_USE, type Outcome, type UserChanges } from "./user-changes.ts"
import { changedFields, readUser, seenFields, userBody } from "./user-text.ts"
import { bit, instant, jsonLine } from "./values.ts"

/** The users' verbs: the reading ones, those on one owner's group alone, and (in this file) those that involve the directory. */
export const redisUsers = (db: Connection, keys: Keys, { perform, isSetUp }: UserChanges): UserStore => {
  const adding = (verb: "insert" | "first", row: NewUser): Promise<Outcome> => {
    const { user, canonicalUsername: username, canonicalEmail: email } = row
    return perform({ verb, id: user.id, username, email, losesSuperuser: false, details: [userBody(row)] })
  }

  /** Whether the user was added. */
  const add = async (verb: "insert" | "first", row: NewUser): Promise<Exit.Exit<boolean, AccountNameTaken>> => {
    const outcome = await adding(verb, row)
    if (outcome === ID_IN_USE) throw new StoreProblem({ message: "the id is in use" })
    return outcome instanceof AccountNameTaken ? Exit.fail(outcome) : Exit.succeed(outcome !== null)
  }

  /** One who is half there, because a former call died, is completed by this call, and then there. */
  const restore = async (row: NewUser): Promise<UserRestoration> => {
    const outcome = await adding("insert", row)
    if (outcome === ID_IN_USE) return "there"
    return outcome instanceof AccountNameTaken ? "name-taken" : "added"
  }

  const { changeOwn, ...own } = ownUsers(db, keys)

  return {
    ...findingUsers(db, keys),
    ...own,
    isSetUp: attempt("users.isSetUp", isSetUp),
    insert: (row) => Effect.flatten(attempt("users.insert", async () => Exit.asVoid(await add("insert", row)))),
    insertFirstAdmin: (row) => Effect.flatten(attempt("users.insertFirstAdmin", () => add("first", row))),
    change: (id, change, at) =>
      Effect.flatten(
        attempt("users.change", async (): Promise<Exit.Exit<User | null, AccountNameTaken | LastSuperuser>> => {
          const outcome = await perform({
            ...namesOf(change),
            verb: change.codes === "end" ? "changeAndEndCodes" : "change",
            id,
            details: [String(instant(at)), ...changedFields(change)]
          })
          return outcome instanceof AccountNameTaken
            ? Exit.fail(outcome)
            : unlessLast(outcome, (text) => readUser(id, text))
        })
      ),
    edit: (id, seen, change, at) =>
      Effect.flatten(
        attempt(
          "users.edit",
          async (): Promise<Exit.Exit<User | null, AccountNameTaken | LastSuperuser | EditConflict>> => {
            const fields = seenFields(seen)
            const outcome = await perform({
              ...namesOf(change),
              verb: change.codes === "end" ? "editAndEndCodes" : "edit",
              id,
              details: [String(instant(at)), String(fields.length), ...fields, ...changedFields(change)]
            })
            if (outcome instanceof EditConflict) return Exit.fail(outcome)
            return outcome instanceof AccountNameTaken
              ? Exit.fail(outcome)
              : unlessLast(outcome, (text) => readUser(id, text))
          }
        )
      ),
    changeWithProof: (id, { password, ...fields }, proof, at) =>
      Effect.flatten(
        attempt("users.changeWithProof", async (): Promise<Exit.Exit<User | null, AccountNameTaken>> => {
          const proved = { proof, password }
          const set = changedFields(fields)
          if (fields.username === undefined && fields.email === undefined) {
            return Exit.succeed(await changeOwn(id, proved, set, at))
          }
          const { verb, args } = provedChange(proved)
          const outcome = await perform({
            verb,
            id,
            username: fields.username?.canonical ?? null,
            email: fields.email?.canonical ?? null,
            losesSuperuser: false,
            details: [String(instant(at)), ...args, ...set]
          })
          if (outcome instanceof AccountNameTaken) return Exit.fail(outcome)
          return Exit.succeed(typeof outcome === "string" ? readUser(id, outcome) : null)
        })
      ),
    releaseEmail: (id, canonicalEmail, at) =>
      attempt("users.releaseEmail", async () => {
        const details = [String(instant(at)), jsonLine(canonicalEmail)]
        const outcome = await perform({ verb: "release", id, ...noLogins, losesSuperuser: false, details })
        return typeof outcome === "string" ? readUser(id, outcome) : null
      }),
    promote: (id, { passwordHash, mustChangePassword, email }, at) =>
      Effect.flatten(
        attempt("users.promote", async (): Promise<Exit.Exit<User | null, AccountNameTaken>> => {
          const fields = ["passwordHash", jsonLine(passwordHash), "mustChangePassword", bit(mustChangePassword)]
          const address = email === undefined ? [] : changedFields({ email, isVerified: true })
          const outcome = await perform({
            verb: "promote",
            id,
            username: null,
            email: email?.canonical ?? null,
            losesSuperuser: false,
            details: [String(instant(at)), ...fields, ...address]
          })
          return outcome instanceof AccountNameTaken
            ? Exit.fail(outcome)
            : Exit.succeed(typeof outcome === "string" ? readUser(id, outcome) : null)
        })
      ),
    remove: (id, proof) =>
      Effect.flatten(
        attempt("users.remove", async () => {
          const removal = proof === null ? ALWAYS : ({ verb: "removeProved", details: proofAlone(proof) } as const)
          const outcome = await perform({ ...removal, id, ...noLogins, losesSuperuser: true })
          return unlessLast(outcome, (text) => text !== null)
        })
      ),
    restore: (rows) => attempt("users.restore", () => Promise.all(rows.map(restore)))
  }
}

/** A removal that compares no proof. */
const ALWAYS = { verb: "remove", details: [] } as const

/** What the directory must know of a change. */
const namesOf = ({ username, email, isActive, isSuperuser }: ChangeByOthers) => ({
  username: username?.canonical ?? null,
  email: email?.canonical ?? null,
  losesSuperuser: isActive === false || isSuperuser === false
})

const noLogins = { username: null, email: null }

const unlessLast = <A>(outcome: Outcome, read: (text: string | null) => A): Exit.Exit<A, LastSuperuser> => {
  if (outcome instanceof LastSuperuser) return Exit.fail(outcome)
  return Exit.succeed(read(typeof outcome === "string" ? outcome : null))
}
