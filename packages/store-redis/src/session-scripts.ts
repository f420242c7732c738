import { MOST_ENDED } from "@latchkey/core/store"
import { newestFirstLua } from "./newest-first.ts"
import { addedLua } from "./restore-rows.ts"
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

/**
 * `all_sessions()`: the owner's sessions, and whether these are all. No limit allows more than it reads. Of more, which
 * only data from before the limit has, it reads some, so that no script is slow (OPS-07).
 */
const allSessionsLua = `
local MOST_READ = 1100

local function all_fields()
  if redis.call('HLEN', KEYS[1]) / 2 <= MOST_READ then return redis.call('HGETALL', KEYS[1]), true end
  local fields, cursor = {}, '0'
  repeat
    local reply = redis.call('HSCAN', KEYS[1], cursor, 'MATCH', 'h:*', 'COUNT', MOST_READ)
    cursor = reply[1]
    for _, field in ipairs(reply[2]) do fields[#fields + 1] = field end
  until cursor == '0' or #fields / 2 >= MOST_READ
  return fields, cursor == '0'
end

local function all_sessions()
  local fields, is_complete = all_fields()
  local found = {}
  for at = 1, #fields, 2 do
    if string.sub(fields[at], 1, 2) == 'h:' then
      local session = read_session(fields[at + 1])
      session.hash, session.text = fields[at], fields[at + 1]
      found[#found + 1] = session
    end
  end
  return found, is_complete
end
`

/**
 * `end_beyond(id, at, epoch, most, is_own)`. A copy of core's sessionsBeyond, given all that the owner has; the new one is among them.
 * Where there are more than a script reads, it counts as many of the kind as it has read.
 */
const endBeyondLua = `
local function end_beyond(id, at, epoch, most, is_own)
  if redis.call('HLEN', KEYS[1]) / 2 <= tonumber(most) then return {} end
  local others = {}
  for _, session in ipairs(all_sessions()) do
    read_fixed(session)
    session.is_dead = session.epoch < tonumber(epoch) or is_past_end(session, at)
    local is_counted = (further_field(session.further, 'impersonation') == nil) == (is_own == '1')
    if session.id ~= id and is_counted then others[#others + 1] = session end
  end
  local excess = math.min(#others + 1 - tonumber(most), ${MOST_ENDED})
  table.sort(others, function(a, b)
    if a.is_dead ~= b.is_dead then return a.is_dead end
    return newest_first(b, a)
  end)
  local ended = {}
  for n = 1, excess do
    redis.call('HDEL', KEYS[1], others[n].hash, 'i:' .. others[n].id)
    if not others[n].is_dead then ended[#ended + 1] = others[n].id end
  end
  return ended
end
`

/** Writes before it ends anything, so that a server without memory refuses it as a whole. */
export const insert = script(
  sessionTextLua,
  newestFirstLua,
  writeLua,
  allSessionsLua,
  endBeyondLua,
  `
local id, at, epoch, most, is_own, owner, hash, id_field, text, ending, ttl = unpack(ARGV)
if is_there(hash, id_field) then return false end
write(owner, hash, id_field, text, ending, ttl)
return end_beyond(id, at, epoch, most, is_own)`
)

export const restore = script(
  writeLua,
  addedLua,
  `
local owner = ARGV[1]
for n = 2, #ARGV, 5 do
  local hash, id, text, ending, ttl = unpack(ARGV, n, n + 4)
  local is_free = not is_there(hash, id)
  if is_free then write(owner, hash, id, text, ending, ttl) end
  note(is_free)
end
return added`
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
  newestFirstLua,
  allSessionsLua,
  `
local live = {}
for _, session in ipairs(all_sessions()) do
  if not is_past_end(session, ARGV[1]) then live[#live + 1] = read_fixed(session) end
end
return page_of(live, unpack(ARGV, 2))`
)

export const close = script(`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
redis.call('HDEL', KEYS[1], hash, ARGV[1])
return 1`)

/** All except the named one, if one is named. Unlinking takes no time, however many there are, so that one is written anew. */
export const closeAll = script(`
local id = ARGV[1]
local hash = id and redis.call('HGET', KEYS[1], id)
local all, ttl = redis.call('HLEN', KEYS[1]) / 2, redis.call('PTTL', KEYS[1])
local text = hash and redis.call('HGET', KEYS[1], hash)
redis.call('UNLINK', KEYS[1])
if not hash then return all end
redis.call('HSET', KEYS[1], hash, text, id, hash)
redis.call('PEXPIRE', KEYS[1], ttl)
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

/** Works on full memory by the index, which has no time to live that could be lost. */
export const setEpoch = script(
  althoughMemoryIsFullLua,
  sessionTextLua,
  `
although_memory_is_full(KEYS[2])
return move_session(KEYS[1], unpack(ARGV)) and 1 or 0`
)

/** Removes at most a given number of an owner's sessions that were past an end, and corrects the index once it has seen all. */
export const removeExpired = script(
  althoughMemoryIsFullLua,
  sessionTextLua,
  allSessionsLua,
  `
local owner, before, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
although_memory_is_full(KEYS[2])
local removed, soonest = 0, false
local sessions, is_complete = all_sessions()
for _, session in ipairs(sessions) do
  if not is_past_end(session, before) then
    soonest = soonest and earlier(soonest, end_of(session)) or end_of(session)
  elseif removed == limit then
    return removed
  else
    redis.call('HDEL', KEYS[1], session.hash, 'i:' .. read_fixed(session).id)
    removed = removed + 1
  end
end
if not is_complete then return removed end
if soonest then redis.call('ZADD', KEYS[2], soonest, owner) else redis.call('ZREM', KEYS[2], owner) end
return removed`
)
