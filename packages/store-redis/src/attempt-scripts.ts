import { script } from "./script.ts"

/*
 * One script for each verb on one bucket or mark. Keys: the bucket or mark, and its group's index of the ends of its kind.
 * A bucket is the text `count shutUntil forgetAt`, a mark is its end. Further fields may follow, each on its own line.
 */

/** Makes room in a full group: removes first what would be forgotten first. */
const makeRoomLua = `
local function make_room(member, most, stem)
  if redis.call('ZSCORE', KEYS[2], member) or redis.call('ZCARD', KEYS[2]) < tonumber(most) then return end
  redis.call('DEL', stem .. redis.call('ZPOPMIN', KEYS[2])[1])
end
`

/** A copy of core's countAttempt in Lua. The instant at which a shut bucket opens; nil when the attempt was counted. */
export const hit = script(
  makeRoomLua,
  `
local key, at, free, delay, longest, forget, ttl = unpack(ARGV)
local now = tonumber(at)
local count, shut, further = 0, '0', ''
local text = redis.call('GET', KEYS[1])
if text then
  local known_count, known_shut, known_forget, known_further = string.match(text, '^(%d+) (%d+) (%d+)(.*)$')
  if now < tonumber(known_forget) then count, shut, further = tonumber(known_count), known_shut, known_further end
end
if now < tonumber(shut) then return shut end
count = count + 1
local excess, pause = count - tonumber(free), 0
if excess >= 0 then pause = math.min(tonumber(longest), tonumber(delay) * 2 ^ math.min(excess, 40)) end
local shut_until = pause == 0 and 0 or now + pause
local forget_at = now + pause + tonumber(forget)
make_room(key, unpack(ARGV, 8))
local state = string.format('%.0f %.0f %.0f', count, shut_until, forget_at)
redis.call('SET', KEYS[1], state .. further, 'PX', ttl)
redis.call('ZADD', KEYS[2], forget_at, key)
return false`
)

/** A copy of core's takeBackAttempt in Lua. */
export const takeBack = script(`
local key, at, free = unpack(ARGV)
local text = redis.call('GET', KEYS[1])
if not text then return end
local count, shut, forgotten, further = string.match(text, '^(%d+) (%d+) (%d+)(.*)$')
if tonumber(at) >= tonumber(forgotten) or tonumber(count) <= 1 then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], key)
  return
end
count = tonumber(count) - 1
if count < tonumber(free) then shut = '0' end
redis.call('SET', KEYS[1], string.format('%.0f', count) .. ' ' .. shut .. ' ' .. forgotten .. further, 'KEEPTTL')`)

export const forget = script(`
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])`)

export const trust = script(
  makeRoomLua,
  `
local key, ending, ttl = unpack(ARGV)
make_room(key, unpack(ARGV, 4))
redis.call('SET', KEYS[1], ending, 'PX', ttl)
redis.call('ZADD', KEYS[2], ending, key)`
)

/** Removes what had ended, if it still matches the index. What the server itself has expired does not count. */
export const removeExpired = script(`
local member, before = ARGV[1], tonumber(ARGV[2])
local ending = redis.call('ZSCORE', KEYS[2], member)
if not ending or tonumber(ending) > before then return 0 end
redis.call('ZREM', KEYS[2], member)
return redis.call('DEL', KEYS[1])`)
