import type { UserStore } from "@latchkey/core/store"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { althoughMemoryIsFullLua, script } from "./script.ts"
import { readUser, userTextLua } from "./user-text.ts"
import { bit, instant, jsonLine } from "./values.ts"

type OwnUsers = Pick<UserStore, "setPassword" | "rehash" | "endCredentials" | "recordLogin">

/** The verbs that change only the user's own text: one script on one key. */
export const ownUsers = (db: Connection, keys: Keys): OwnUsers => {
  const keysOf = (id: Parameters<Keys["ofOwner"]>[0]) => [keys.ofOwner(id).user]

  return {
    setPassword: (id, { from, to, mustChangePassword }, at) =>
      attempt("users.setPassword", async () => {
        const args = [jsonLine(from), jsonLine(to), bit(mustChangePassword), instant(at)]
        return readUser(id, await db.run("lasting", setPassword, keysOf(id), args))
      }),
    rehash: (id, { from, to }) =>
      attempt("users.rehash", async () => {
        const changed = await db.run("lasting", rehash, keysOf(id), [jsonLine(from), jsonLine(to)])
        return changed !== null
      }),
    endCredentials: (id, at) =>
      attempt("users.endCredentials", async () =>
        readUser(id, await db.run("lasting", endCredentials, keysOf(id), [instant(at)]))
      ),
    recordLogin: (id, at) =>
      attempt("users.recordLogin", async () => {
        await db.run("losable", recordLogin, keysOf(id), [instant(at)])
      })
  }
}

/** A change of an existing user; `change` returns early to change nothing. */
const ownChange = (change: string) =>
  script(
    althoughMemoryIsFullLua,
    userTextLua,
    `
local text = redis.call('GET', KEYS[1])
if not text then return false end
local user = read_user(text)
${change}
text = user_text(user)
redis.call('SET', KEYS[1], text)
return text`
  )

/** A copy of core's userWithPassword. */
const setPassword = ownChange(`
if user.passwordHash ~= ARGV[1] then return false end
user.passwordHash, user.mustChangePassword = ARGV[2], ARGV[3]
end_credentials(user, ARGV[4])
although_memory_is_full(KEYS[1])`)

/** A copy of core's rehashedUser. */
const rehash = ownChange(`
if user.passwordHash ~= ARGV[1] then return false end
user.passwordHash = ARGV[2]`)

/** A copy of core's userWithoutCredentials. */
const endCredentials = ownChange(`
end_credentials(user, ARGV[1])
although_memory_is_full(KEYS[1])`)

/** A copy of core's loggedInUser. */
const recordLogin = ownChange(`
local last = further_field(user.further, 'lastLoginAt')
if not last or tonumber(last) < tonumber(ARGV[1]) then set_field(user, 'lastLoginAt', ARGV[1]) end`)
