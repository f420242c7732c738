import { script } from "./script.ts"

/*
 * One script for each verb on one bucket. Keys: the bucket, its group's index of ends, and the bucket that its key shares when
 * the group is full. A bucket is the text `count shutUntil forgetAt`. Further fields may follow, each on its own line.
 */

/** Which bucket counts a key: its own while there is room. One whose end has come makes room, and no other does (RAT-14). */
const placeLua = `
local function place(key, at, most, stem)
  local own, ends, shared = unpack(KEYS)
  if redis.call('ZSCORE', ends, key) or redis.call('ZCARD', ends) < tonumber(most) then return own, false end
  local ended = redis.call('ZRANGEBYSCORE', ends, '-inf', at, 'LIMIT', 0, 1)[1]
  if not ended then return shared, true end
  redis.call('DEL', stem .. ended)
  redis.call('ZREM', ends, ended)
  return own, false
end
`

/** A copy of core's takeBackAttempt in Lua, for the bucket in its place. */
const takeBackLua = `
local function take_back(bucket, is_shared, key, at, free)
  local text = redis.call('GET', bucket)
  if not text then return end
  local count, shut, forgotten, further = string.match(text, '^(%d+) (%d+) (%d+)(.*)$')
  if tonumber(at) >= tonumber(forgotten) or tonumber(count) <= 1 then
    redis.call('DEL', bucket)
    if not is_shared then redis.call('ZREM', KEYS[2], key) end
    return
  end
  count = tonumber(count) - 1
  if count < tonumber(free) then shut = '0' end
  redis.call('SET', bucket, string.format('%.0f', count) .. ' ' .. shut .. ' ' .. forgotten .. further, 'KEEPTTL')
end
`

/** A copy of core's countAttempt in Lua. The instant at which a shut bucket opens; nil when the attempt was counted. */
export const hit = script(
  placeLua,
  `
local key, at, most, stem, free, delay, longest, forget, ttl = unpack(ARGV)
local bucket, is_shared = place(key, at, most, stem)
local now = tonumber(at)
local count, shut, further = 0, '0', ''
local text = redis.call('GET', bucket)
if text then
  local known_count, known_shut, known_forget, known_further = string.match(text, '^(%d+) (%d+) (%d+)(.*)$')
  if now < tonumber(known_forget) then count, shut, further = tonumber(known_count), known_shut, known_further end
end
if now < tonumber(shut) and tonumber(shut) <= now + 2 * tonumber(longest) then return shut end
count = count + 1
local excess, pause = count - tonumber(free), 0
if excess >= 0 then pause = math.min(tonumber(longest), tonumber(delay) * 2 ^ math.min(excess, 40)) end
local shut_until = pause == 0 and 0 or now + pause
local forget_at = now + pause + tonumber(forget)
local state = string.format('%.0f %.0f %.0f', count, shut_until, forget_at)
redis.call('SET', bucket, state .. further, 'PX', ttl)
if not is_shared then redis.call('ZADD', KEYS[2], forget_at, key) end
return false`
)

export const takeBack = script(
  placeLua,
  takeBackLua,
  `
local key, at, most, stem, free = unpack(ARGV)
local bucket, is_shared = place(key, at, most, stem)
take_back(bucket, is_shared, key, at, free)`
)

export const forget = script(
  placeLua,
  takeBackLua,
  `
local key, at, most, stem, free = unpack(ARGV)
local bucket, is_shared = place(key, at, most, stem)
if is_shared then return take_back(bucket, is_shared, key, at, free) end
redis.call('DEL', bucket)
redis.call('ZREM', KEYS[2], key)`
)

/** Removes what had ended, if it still matches the index. What the server itself has expired does not count. */
export const removeExpired = script(`
local member, before = ARGV[1], tonumber(ARGV[2])
local ending = redis.call('ZSCORE', KEYS[2], member)
if not ending or tonumber(ending) > before then return 0 end
redis.call('ZREM', KEYS[2], member)
return redis.call('DEL', KEYS[1])`)

/** The secret of the data: the first that anybody brought. */
export const keepSecret = script(`
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])`)
