import { UserId, type UserStore } from "@latchkey/core/store"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { listUsers } from "./list-users.ts"
import { readUser, readUserAndPassword } from "./user-text.ts"
import { readOptionalText } from "./values.ts"

type FindingUsers = Pick<UserStore, "find" | "findByName" | "findWithPassword" | "list" | "count">

/** The verbs that only read. */
export const findingUsers = (db: Connection, keys: Keys): FindingUsers => {
  const { usernames, emails } = keys.directory
  const textOf = (id: UserId): Promise<unknown> => db.read("GET", keys.ofOwner(id).user)

  return {
    find: (id) => attempt("users.find", async () => readUser(id, await textOf(id))),
    findWithPassword: (id) => attempt("users.findWithPassword", async () => readUserAndPassword(id, await textOf(id))),
    findByName: (login) =>
      attempt("users.findByName", async () => {
        const index = login.kind === "username" ? usernames : emails
        const found = readOptionalText(await db.read("HGET", index, login.canonical))
        if (found === null) return null
        // Between the two reads, or during a change, the login may lead to a user who no longer has it.
        return readUserAndPassword(UserId(found), await textOf(UserId(found)), login)
      }),
    ...listUsers(db, keys)
  }
}
