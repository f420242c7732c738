import { UserId, type UserPlace } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { script } from "./script.ts"
import { readNamedUser } from "./user-text.ts"
import { readList, readText } from "./values.ts"

/*
 * What lists of users are read from, all in the directory: an entry for each name that a user is found by, and the ids of superusers and
 * of inactive users. Entries are members of sorted sets with one score, which the server keeps in the order of their bytes.
 */

/** Scripts that change names call `forget_names` before and `note_names` after. Both read what the directory has of the user. */
export const userIndexLua = String.raw`
-- A copy of escapedName. The id is behind the first U+0000.
local function name_entry(name, id)
  local escaped = string.gsub(name, '[%z\1]', { ['\0'] = '\1\1', ['\1'] = '\1\2' })
  return escaped .. '\0' .. id
end

local function name_entries(username_of, email_of, id)
  local entries = {}
  local username, email = redis.call('HGET', username_of, id), redis.call('HGET', email_of, id)
  if username then entries[#entries + 1] = name_entry(username, id) end
  if email then
    entries[#entries + 1] = name_entry(email, id)
    local at = string.find(email, '@', 1, true)
    if at then entries[#entries + 1] = name_entry(string.sub(email, at), id) end
  end
  return entries
end

local function forget_names(names, username_of, email_of, id)
  for _, entry in ipairs(name_entries(username_of, email_of, id)) do redis.call('ZREM', names, entry) end
end

local function note_names(names, username_of, email_of, id)
  for _, entry in ipairs(name_entries(username_of, email_of, id)) do redis.call('ZADD', names, 0, entry) end
end

local function enter(index, id, is_there)
  if is_there then redis.call('ZADD', index, 0, id) else redis.call('ZREM', index, id) end
end
`

/** A name as entries begin with it: without U+0000, and in the same order. */
const escapedName = (name: string): string =>
  name.replaceAll("\u0001", "\u0001\u0002").replaceAll("\u0000", "\u0001\u0001")

const nameOf = (escaped: string): string =>
  escaped.replaceAll("\u0001\u0001", "\u0000").replaceAll("\u0001\u0002", "\u0001")

/** Where a range of names begins and ends, as arguments of `ZRANGEBYLEX`. */
export const afterPlace = ({ name, id }: UserPlace): string => `(${escapedName(name)}\u0000${id}`
export const upToName = (name: string | null): string => (name === null ? "+" : `(${escapedName(name)}`)

export const readEntry = (entry: unknown): UserPlace => {
  const text = readText(entry)
  const end = text.indexOf("\u0000")
  return { name: nameOf(text.slice(0, end)), id: UserId(text.slice(end + 1)) }
}

/** How many users one step of `indexUsers` looks at. */
const STEP = 500

/**
 * Makes entries of users that were stored without them, of a step of users after this id. Returns the last one's, or null at the
 * end. Processes that write meanwhile keep their own entries, so this only adds, and only for users who are there.
 */
export const indexUsers = async (db: Connection, keys: Keys, after: string | null): Promise<string | null> => {
  const { users, usernameOf, emailOf, names, allSuperusers, inactive } = keys.directory
  const from = after === null ? "-" : `(${after}`
  const ids = readList(await db.run("lasting", enterNames, [users, usernameOf, emailOf, names], [from, STEP])).map(
    readText
  )
  const rows = await Promise.all(
    ids.map(async (id) => readNamedUser(UserId(id), await db.read("GET", keys.ofOwner(UserId(id)).user)))
  )
  const listed = rows.filter((row) => row !== null).map(({ user }) => user)
  const some = {
    [allSuperusers]: listed.filter(({ isSuperuser }) => isSuperuser),
    [inactive]: listed.filter(({ isActive }) => !isActive)
  }
  for (const [index, theirs] of Object.entries(some)) {
    if (theirs.length > 0)
      await db.run(
        "lasting",
        enterIds,
        [users, index],
        theirs.map(({ id }) => id)
      )
  }
  return ids.length < STEP ? null : (ids.at(-1) ?? null)
}

const enterNames = script(
  userIndexLua,
  `
local users, username_of, email_of, names = unpack(KEYS)
local ids = redis.call('ZRANGEBYLEX', users, ARGV[1], '+', 'LIMIT', 0, ARGV[2])
for _, id in ipairs(ids) do note_names(names, username_of, email_of, id) end
return ids`
)

/** Meanwhile a user may be gone. One who has changed keeps an entry too many, which lists pass over. */
const enterIds = script(`
local users, index = unpack(KEYS)
for _, id in ipairs(ARGV) do
  if redis.call('ZSCORE', users, id) then redis.call('ZADD', index, 0, id) end
end`)
