import { type NewUser, UserId, type UserStore } from "@latchkey/core/store"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { listUsers } from "./list-users.ts"
import { readNewUser, readUser, readUserAndPassword } from "./user-text.ts"
import { count, readList, readOptionalText, readText } from "./values.ts"

type FindingUsers = Pick<UserStore, "find" | "findByName" | "findWithPassword" | "list" | "count" | "export">

/** The verbs that only read. */
export const findingUsers = (db: Connection, keys: Keys): FindingUsers => {
  const { usernames, emails, users } = keys.directory
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
    ...listUsers(db, keys),
    export: (after, limit) =>
      attempt("users.export", async () => {
        const found: Array<NewUser> = []
        for (let from = after; found.length < count(limit); ) {
          const wanted = limit - found.length
          const range = [from === null ? "-" : `(${from}`, "+", "LIMIT", "0", String(wanted)]
          const ids = readList(await db.read("ZRANGEBYLEX", users, ...range)).map((id) => UserId(readText(id)))
          const rows = await Promise.all(ids.map(async (id) => readNewUser(id, await textOf(id))))
          found.push(...rows.filter((row) => row !== null)) // one who comes or goes at this moment has no text
          if (ids.length < wanted) break
          from = ids.at(-1) ?? null
        }
        return found
      })
  }
}
