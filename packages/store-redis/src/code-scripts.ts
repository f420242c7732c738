import { codeTextLua } from "./code-text.ts"
import { addedLua } from "./restore-rows.ts"
import { althoughMemoryIsFullLua, instantsLua, script } from "./script.ts"

/*
 * One script for each change of an owner's codes. Keys: the hash of the codes by their purpose, and the index of ends of the owner's
 * group. The index has an instant before which no code of the owner ends; a sweep corrects it.
 */

/** `keep(owner, end, time to live)`. The time to live of the hash only grows, so no code goes before its end. */
const keepLua = `
local codes, ends = KEYS[1], KEYS[2]

local function keep(owner, ending, ttl)
  redis.call('ZADD', ends, 'LT', ending, owner)
  if redis.call('PTTL', codes) < tonumber(ttl) then redis.call('PEXPIRE', codes, ttl) end
end
`

/** A copy of core's stayingCode. */
export const insert = script(
  instantsLua,
  codeTextLua,
  keepLua,
  `
local owner, purpose, insertion, at, ending, text, ttl = unpack(ARGV)
local known = insertion == 'or-prolong' and redis.call('HGET', codes, purpose)
local staying = known and read_code(known)
if staying and (staying.used ~= '-' or not is_in_time(staying, at)) then staying = false end
if staying then
  staying.expires = later(staying.expires, ending)
  text = code_text(staying)
end
redis.call('HSET', codes, purpose, text)
keep(owner, staying and staying.expires or ending, ttl)
return staying and 0 or 1`
)

export const restore = script(
  keepLua,
  addedLua,
  `
local owner = ARGV[1]
for n = 2, #ARGV, 4 do
  local purpose, ending, text, ttl = unpack(ARGV, n, n + 3)
  local is_free = redis.call('HSETNX', codes, purpose, text) == 1
  if is_free then keep(owner, ending, ttl) end
  note(is_free)
end
return added`
)

/**
 * A copy of core's consumedCode. Returns the code's text as it is afterwards, and whether this call used it. Works on full memory,
 * because a code may end what a thief has.
 */
export const consume = script(
  althoughMemoryIsFullLua,
  codeTextLua,
  `
local codes, ends = KEYS[1], KEYS[2]
local purpose, hash, at = unpack(ARGV)
local text = redis.call('HGET', codes, purpose)
if not text then return false end
local code = read_code(text)
if code.hash ~= hash or not is_in_time(code, at) then return false end
if code.used ~= '-' then return { text, 0 } end
code.used = at
text = code_text(code)
although_memory_is_full(ends)
redis.call('HSET', codes, purpose, text)
return { text, 1 }`
)

/** A copy of core's givenBackCode. Works on full memory, as `consume` does. */
export const giveBack = script(
  althoughMemoryIsFullLua,
  codeTextLua,
  `
local codes, ends = KEYS[1], KEYS[2]
local purpose, hash = unpack(ARGV)
local text = redis.call('HGET', codes, purpose)
if not text then return 0 end
local code = read_code(text)
if code.hash ~= hash or code.used == '-' then return 0 end
code.used = '-'
although_memory_is_full(ends)
redis.call('HSET', codes, purpose, code_text(code))
return 1`
)

/** Removes the code of a purpose; only if its secret has this hash, unless that is null. */
export const remove = script(
  codeTextLua,
  `
local purpose, hash = unpack(ARGV)
local text = redis.call('HGET', KEYS[1], purpose)
if not text or (hash ~= 'null' and read_code(text).hash ~= hash) then return 0 end
redis.call('HDEL', KEYS[1], purpose)
return 1`
)

export const removeAll = script(`
local all = redis.call('HLEN', KEYS[1])
redis.call('UNLINK', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return all`)

/** Removes at most a given number of an owner's codes that were past their end, and corrects the index. */
export const removeExpired = script(
  althoughMemoryIsFullLua,
  instantsLua,
  codeTextLua,
  `
local codes, ends = KEYS[1], KEYS[2]
local owner, before, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
although_memory_is_full(ends)
local removed, soonest = 0, false
local fields = redis.call('HGETALL', codes)
for n = 1, #fields, 2 do
  local ending = read_code(fields[n + 1]).expires
  if removed < limit and tonumber(ending) <= tonumber(before) then
    redis.call('HDEL', codes, fields[n])
    removed = removed + 1
  else
    soonest = soonest and earlier(soonest, ending) or ending
  end
end
if soonest then redis.call('ZADD', ends, soonest, owner) else redis.call('ZREM', ends, owner) end
return removed`
)
