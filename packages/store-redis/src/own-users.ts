import type { Instant, User, UserId, UserStore } from "@latchkey/core/store"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { type Proved, proofArguments, provedUserLua } from "./proved-user.ts"
import { althoughMemoryIsFullLua, script } from "./script.ts"
import { readUser, userTextLua } from "./user-text.ts"
import { instant, jsonLine } from "./values.ts"

type OwnUsers = Pick<UserStore, "rehash" | "endCredentials" | "countRevocation" | "recordLogin"> & {
  /** `changeWithProof` for a change of no login; `fields` are what it sets, as alternating names and values. */
  readonly changeOwn: (id: UserId, proved: Proved, fields: ReadonlyArray<string>, at: Instant) => Promise<User | null>
}

/** The verbs that change only the user's own text: one script on one key. */
export const ownUsers = (db: Connection, keys: Keys): OwnUsers => {
  const keysOf = (id: Parameters<Keys["ofOwner"]>[0]) => [keys.ofOwner(id).user]

  return {
    changeOwn: async (id, proved, fields, at) => {
      const args = [instant(at), ...proofArguments(proved), ...fields]
      const { user, sessions } = keys.ofOwner(id)
      return readUser(id, await db.run("lasting", changeOwn, [user, sessions], args))
    },
    // Lasting: processes with requests under way outlive a server that fails over.
    countRevocation: (id) =>
      attempt("users.countRevocation", async () => {
        await db.run("lasting", countRevocation, keysOf(id), [])
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
const ownChange = (change: string, lua: string = userTextLua) =>
  script(
    althoughMemoryIsFullLua,
    lua,
    `
local text = redis.call('GET', KEYS[1])
if not text then return false end
local user = read_user(text)
${change}
text = user_text(user)
redis.call('SET', KEYS[1], text)
return text`
  )

/** A copy of core's provedUser, for a change of no login. */
const changeOwn = ownChange(
  `
local at, epoch, revocations, hash, must_change, keep, email = unpack(ARGV)
if not fits(user, epoch, revocations, email) then return false end
although_memory_is_full(KEYS[1])
user.updatedAt = at
for n = 8, #ARGV, 2 do set_field(user, ARGV[n], ARGV[n + 1]) end
if user.email == 'null' then user.isVerified = '0' end -- A copy of core's hasVerifiedEmail.
end_by_proof(user, KEYS[2], at, hash, must_change, keep)`,
  provedUserLua
)

/** A copy of core's userWithRevocation. */
const countRevocation = ownChange(`
set_field(user, 'revocations', string.format('%.0f', tonumber(revocations_of(user)) + 1))
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
