import { type User, UserId, type UserStore } from "@latchkey/core/store"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { script } from "./script.ts"
import { readUser, readUserAndPassword } from "./user-text.ts"
import { count, readCount, readList, readOptionalText, readText } from "./values.ts"

type FindingUsers = Pick<UserStore, "find" | "findByName" | "findWithPassword" | "list">

/** How many users one step of a search looks at. Other commands run between the steps. */
const SEARCH_STEP = 1_000

/** The verbs that only read. */
export const findingUsers = (db: Connection, keys: Keys): FindingUsers => {
  const { usernames, emails, users, usernameOf, emailOf } = keys.directory
  const textOf = (id: UserId): Promise<unknown> => db.read("GET", keys.ofOwner(id).user)

  /** How many users match, and the ids of those on the page, in order. */
  const search = async (query: string, from: number, to: number) => {
    const page: Array<unknown> = []
    let total = 0
    for (let after: string | null = "-"; after !== null; ) {
      const reply = await db.run("losable", searchStep, [users, usernameOf, emailOf], [query, after, SEARCH_STEP])
      const [last, ...ids] = readList(reply)
      page.push(...ids.slice(Math.max(0, from - total), Math.max(0, to - total)))
      total += ids.length
      after = readOptionalText(last)
    }
    return { total, page }
  }

  const everyone = async (from: number, to: number) => {
    const range = from === to ? [] : db.read("ZRANGE", users, String(from), String(to - 1)).then(readList)
    const [total, page] = await Promise.all([db.read("ZCARD", users).then(readCount), range])
    return { total, page }
  }

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
    list: ({ query, offset, limit }) =>
      attempt("users.list", async () => {
        const [from, to] = [count(offset), count(offset) + count(limit)]
        const { total, page } = query === null ? await everyone(from, to) : await search(query, from, to)
        const ids = page.map((id) => UserId(readText(id)))
        const items = await Promise.all(ids.map(async (id) => readUser(id, await textOf(id))))
        // A user who is listed but missing is being added or removed at this moment.
        return { items: items.filter((user): user is User => user !== null), total }
      })
  }
}

/** A step of a search: where the next step continues (nothing at the end), and the matching users. */
const searchStep = script(`
local ids = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], '+', 'LIMIT', 0, ARGV[3])
if #ids == 0 then return { false } end
local reply = { #ids == tonumber(ARGV[3]) and '(' .. ids[#ids] }
local usernames, emails = redis.call('HMGET', KEYS[2], unpack(ids)), redis.call('HMGET', KEYS[3], unpack(ids))
for at, id in ipairs(ids) do
  if string.find(usernames[at] or '', ARGV[1], 1, true) or string.find(emails[at] or '', ARGV[1], 1, true) then
    reply[#reply + 1] = id
  end
end
return reply`)
