import { script } from "./script.ts"
import { timeToLiveLua } from "./time-to-live.ts"

/*
 * Keys: the sorted set of an account's marks by their end, and its group's index of accounts by the soonest end of a mark.
 */

/** Puts the index right. */
const indexLua = `
local function index(account)
  local soonest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  if soonest then redis.call('ZADD', KEYS[2], soonest, account) else redis.call('ZREM', KEYS[2], account) end
end
`

/** A copy of core's marksAfter in Lua. It adds first, because Redis refuses a script for full memory only at its first write. */
export const trust = script(
  timeToLiveLua,
  indexLua,
  `
local account, key, ending, at, most, replaced_until, replaced = unpack(ARGV)
redis.call('ZADD', KEYS[1], ending, key)
if replaced_until ~= '-' then
  local known = redis.call('ZSCORE', KEYS[1], replaced)
  if known and tonumber(known) > tonumber(replaced_until) then redis.call('ZADD', KEYS[1], replaced_until, replaced) end
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at)
redis.call('ZREM', KEYS[1], key)
local excess = redis.call('ZCARD', KEYS[1]) - (tonumber(most) - 1)
if excess > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, excess - 1) end
redis.call('ZADD', KEYS[1], ending, key)
local latest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIRE', KEYS[1], time_to_live(latest, at))
index(account)`
)

/** Removes at most so many marks of an account that had ended. What the server itself has expired does not count. */
export const removeExpired = script(
  indexLua,
  `
local account, before, limit = unpack(ARGV)
local ended = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', before, 'LIMIT', 0, limit)
for _, key in ipairs(ended) do redis.call('ZREM', KEYS[1], key) end
index(account)
return #ended`
)
