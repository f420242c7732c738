import { althoughMemoryIsFullLua, script } from "./script.ts"
import { sessionTextLua } from "./session-text.ts"

/*
 * One script for each verb. Keys: the owner's sessions, and the index of ends of the owner's group. The index has an instant
 * before which no session of the owner ends. Only scripts that make one end sooner write it; a sweep corrects it.
 */

/** `write(owner, field of hash, field of id, text, end, time to live)`. */
const writeLua = `
local sessions, ends = KEYS[1], KEYS[2]

local function keep_for(milliseconds)
  if redis.call('PTTL', sessions) < tonumber(milliseconds) then redis.call('PEXPIRE', sessions, milliseconds) end
end

local function is_there(hash, id)
  return redis.call('HEXISTS', sessions, hash) == 1 or redis.call('HEXISTS', sessions, id) == 1
end

local function write(owner, hash, id, text, ending, ttl)
  redis.call('HSET', sessions, hash, text, id, hash)
  redis.call('ZADD', ends, 'LT', ending, owner)
  keep_for(ttl)
end
`

export const insert = script(
  writeLua,
  `
if is_there(ARGV[2], ARGV[3]) then return 0 end
write(unpack(ARGV))
return 1`
)

/** A copy of core's touchedSession in Lua. It writes only where a session is (RDS-03). */
export const touch = script(
  sessionTextLua,
  writeLua,
  `
local id, at, idle, ttl = unpack(ARGV)
local hash = redis.call('HGET', sessions, id)
if not hash then return 0 end
local session = read_session(redis.call('HGET', sessions, hash))
if is_past_end(session, at) then return 0 end
session.seen = later(session.seen, at)
session.idle = later(session.idle, earlier(idle, session.expires))
redis.call('HSET', sessions, hash, session_text(session))
keep_for(ttl)
return 1`
)

export const replace = script(
  sessionTextLua,
  writeLua,
  `
local old_id, at, owner, hash, id, text, ending, ttl = unpack(ARGV)
local old = redis.call('HGET', sessions, old_id)
if not old or is_past_end(read_session(redis.call('HGET', sessions, old)), at) then return 0 end
if hash ~= old and redis.call('HEXISTS', sessions, hash) == 1 then return -1 end
if id ~= old_id and redis.call('HEXISTS', sessions, id) == 1 then return -1 end
redis.call('HDEL', sessions, old, old_id)
write(owner, hash, id, text, ending, ttl)
return 1`
)

export const list = script(
  sessionTextLua,
  `
local all, live = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #all, 2 do
  if string.sub(all[at], 1, 2) == 'h:' and not is_past_end(read_session(all[at + 1]), ARGV[1]) then
    live[#live + 1] = all[at + 1]
  end
end
return live`
)

export const close = script(`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
redis.call('HDEL', KEYS[1], hash, ARGV[1])
return 1`)

/** All except the named one, if one is named. */
export const closeAll = script(`
local id = ARGV[1]
local hash = id and redis.call('HGET', KEYS[1], id)
local all = redis.call('HLEN', KEYS[1]) / 2
if not hash then
  redis.call('DEL', KEYS[1])
  return all
end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= id and field ~= hash then redis.call('HDEL', KEYS[1], field) end
end
return all - 1`)

/** A copy of core's sessionWithData in Lua. */
export const setData = script(
  sessionTextLua,
  `
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
local session = read_session(redis.call('HGET', KEYS[1], hash))
if tonumber(session.version) ~= tonumber(ARGV[2]) then return 0 end
session.version, session.data = string.format('%.0f', tonumber(session.version) + 1), ARGV[3]
redis.call('HSET', KEYS[1], hash, session_text(session))
return 1`
)

export const isThere = script(
  sessionTextLua,
  `
local hash = redis.call('HGET', KEYS[1], ARGV[1])
return hash and not is_past_end(read_session(redis.call('HGET', KEYS[1], hash)), ARGV[2]) and 1 or 0`
)

export const setEpoch = script(
  althoughMemoryIsFullLua,
  sessionTextLua,
  `
although_memory_is_full(KEYS[1])
return move_session(KEYS[1], unpack(ARGV)) and 1 or 0`
)

/** Removes at most a given number of an owner's sessions that were past an end, and corrects the index once it has seen all. */
export const removeExpired = script(
  althoughMemoryIsFullLua,
  sessionTextLua,
  `
local owner, before, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
although_memory_is_full(KEYS[2])
local all, removed, soonest = redis.call('HGETALL', KEYS[1]), 0, false
local id_of = {}
for at = 1, #all, 2 do
  if string.sub(all[at], 1, 2) == 'i:' then id_of[all[at + 1]] = all[at] end
end
for at = 1, #all, 2 do
  if string.sub(all[at], 1, 2) == 'h:' then
    local session = read_session(all[at + 1])
    if not is_past_end(session, before) then
      soonest = soonest and earlier(soonest, end_of(session)) or end_of(session)
    elseif removed == limit then
      return removed
    else
      redis.call('HDEL', KEYS[1], all[at], id_of[all[at]])
      removed = removed + 1
    end
  end
end
if soonest then redis.call('ZADD', KEYS[2], soonest, owner) else redis.call('ZREM', KEYS[2], owner) end
return removed`
)
