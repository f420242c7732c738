import { EXPIRED_KEPT_MS, MOST_ENDED } from "@latchkey/core/store"
import { newestFirstLua } from "./newest-first.ts"
import { script } from "./script.ts"

/*
 * What leads to challenges. The directory has the codes and the limit of open challenges; its keys are the open ones by their end, and
 * the keys of codes. Each owner's group has what the owner claimed; its key is that index. None of it proves anything: what is in
 * the challenge itself decides. So an entry that a process left behind when it died does no harm.
 */

const keepForLua = `
local function keep_for(key, milliseconds)
  if redis.call('PTTL', key) < tonumber(milliseconds) then redis.call('PEXPIRE', key, milliseconds) end
end
`

/**
 * Takes a place and a code for a new challenge: the limit and the code are checked in the step that takes them (DEV-13, DEV-18). A code
 * whose challenge is past its end leads to the new one from here on. The answer is `done`, or what is in the way.
 */
export const reserve = script(
  keepForLua,
  `
local open, code = unpack(KEYS)
local at, most, id, ending, ttl = unpack(ARGV)
if redis.call('ZSCORE', open, id) then return 'there' end
if redis.call('ZCOUNT', open, '(' .. at, '+inf') >= tonumber(most) then return 'full' end
local known_ending = string.match(redis.call('GET', code) or '', '^(%d+) ')
if known_ending and tonumber(at) < tonumber(known_ending) then return 'taken' end
redis.call('SET', code, ending .. ' ' .. id, 'PX', ttl)
redis.call('ZADD', open, ending, id)
local past = string.format('%.0f', tonumber(at) - ${EXPIRED_KEPT_MS})
for _, each in ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', past, 'LIMIT', 0, ${MOST_ENDED})) do
  redis.call('ZREM', open, each)
end
keep_for(open, ttl)
return 'done'`
)

/** Gives the places and the codes of these challenges back. A code that leads to another by now stays. */
export const release = script(`
for n, id in ipairs(ARGV) do
  redis.call('ZREM', KEYS[1], id)
  local code = KEYS[n + 1]
  if string.match(redis.call('GET', code) or '', '^%d+ (.*)$') == id then redis.call('UNLINK', code) end
end`)

/** Enters a challenge that an owner is about to claim, so that no claim is missing in their list. */
export const enter = script(
  keepForLua,
  `
local id, created, ttl = unpack(ARGV)
redis.call('ZADD', KEYS[1], created, id)
keep_for(KEYS[1], ttl)`
)

/**
 * Takes from the index what an owner's claim leaves no room for, and returns it, to be removed: the oldest others beyond the limit, as
 * many as core's challengesBeyond gives. If a parallel claim has taken the claimed one itself, it is that.
 */
export const makeRoom = script(`
local claims = KEYS[1]
local id, most = unpack(ARGV)
if not redis.call('ZSCORE', claims, id) then return { id } end
local excess = math.min(redis.call('ZCARD', claims) - math.max(1, tonumber(most)), ${MOST_ENDED})
local oldest = {}
if excess <= 0 then return oldest end
for _, each in ipairs(redis.call('ZRANGE', claims, 0, excess)) do
  if each ~= id and #oldest < excess then
    redis.call('ZREM', claims, each)
    oldest[#oldest + 1] = each
  end
end
return oldest`)

/** Keeps an owner's index as long as a challenge of theirs. It creates none. */
export const keep = script(keepForLua, "if redis.call('EXISTS', KEYS[1]) == 1 then keep_for(KEYS[1], ARGV[1]) end")

export const leave = script("for _, id in ipairs(ARGV) do redis.call('ZREM', KEYS[1], id) end")

/** At most a given number of ids, newest first, after a place; each with its time behind it. */
export const page = script(
  newestFirstLua,
  `
local claims = KEYS[1]
local limit, created, after = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local start = created and redis.call('ZCOUNT', claims, '(' .. created, '+inf') or 0
local found = {}
while #found < 2 * limit do
  local entries = redis.call('ZREVRANGE', claims, start, start + limit - 1, 'WITHSCORES')
  for n = 1, #entries, 2 do
    local is_before = created and tonumber(entries[n + 1]) == tonumber(created) and not is_smaller(entries[n], after)
    if not is_before and #found < 2 * limit then
      found[#found + 1], found[#found + 2] = entries[n], entries[n + 1]
    end
  end
  if #entries < 2 * limit then break end
  start = start + limit
end
return found`
)
