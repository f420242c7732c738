import { MOST_ENDED } from "@latchkey/core/store"
import { newestFirstLua } from "./newest-first.ts"
import { addedLua } from "./restore-rows.ts"
import { althoughMemoryIsFullLua, script } from "./script.ts"
import { timeToLiveLua } from "./time-to-live.ts"
import { tokenTextLua } from "./token-text.ts"

/*
 * One script for each verb. Keys: the owner's tokens, and the index of ends of the owner's group. Scripts that add a token
 * also have the keys of the user. The index has an instant before which no token of the owner ends, and a sweep corrects it.
 * The time to live follows the last end. Scripts read all of the owner's tokens only where they must, because all other calls
 * wait meanwhile (OPS-07).
 */

const tokensLua = `
local tokens, ends = KEYS[1], KEYS[2]

local function is_there(hash, id)
  return redis.call('HEXISTS', tokens, hash) == 1 or redis.call('HEXISTS', tokens, id) == 1
end

local function all_tokens()
  local fields, found = redis.call('HGETALL', tokens), {}
  for at = 1, #fields, 2 do
    if string.sub(fields[at], 1, 2) == 'h:' then
      local token = read_token(fields[at + 1])
      token.hash = fields[at]
      found[#found + 1] = token
    end
  end
  return found
end
`

/**
 * `follow_ends(owner, now)` sets the index and the time to live by all of the owner's tokens. `write(owner, now, hash, id, text)`
 * reads only the new one. A token without an end is in no index, and stops the server from expiring the owner's tokens.
 */
const endsLua = `
${timeToLiveLua}
local function follow_ends(owner, now)
  local soonest, last, is_endless = false, false, false
  for _, token in ipairs(all_tokens()) do
    if token.expires == '-' then
      is_endless = true
    else
      soonest = soonest and earlier(soonest, token.expires) or token.expires
      last = last and later(last, token.expires) or token.expires
    end
  end
  if soonest then redis.call('ZADD', ends, soonest, owner) else redis.call('ZREM', ends, owner) end
  if is_endless then
    redis.call('PERSIST', tokens)
  elseif last then
    redis.call('PEXPIRE', tokens, time_to_live(last, now))
  end
end

local function end_by(owner, ending)
  redis.call('ZADD', ends, 'LT', ending, owner)
end

local function write(owner, now, hash, id, text)
  local had_any, left = redis.call('EXISTS', tokens) == 1, redis.call('PTTL', tokens)
  redis.call('HSET', tokens, hash, text, id, hash)
  local ending = read_token(text).expires
  if ending == '-' then return redis.call('PERSIST', tokens) end
  end_by(owner, ending)
  local ttl = time_to_live(ending, now)
  if not had_any or (left >= 0 and left < tonumber(ttl)) then redis.call('PEXPIRE', tokens, ttl) end
end
`

/** A token without an end that is added after its user was removed would stay forever, because nothing sweeps it. */
const removedLua = `
local function is_removed(user, gone)
  return redis.call('EXISTS', gone) == 1 and redis.call('EXISTS', user) == 0
end
`

/**
 * `beyond(most, epoch, at, replaced)`, asked before the new token is written: what to remove once it is, or nil if the limit of
 * live tokens is reached. A copy of core's countsBeside and tokensBeyond.
 */
const limitLua = `
local function oldest_first(a, b)
  return newest_first(b, a)
end

local function beyond(most, epoch, at, replaced)
  local others = redis.call('HLEN', tokens) / 2 - (replaced and 1 or 0)
  local excess = math.min(others + 1 - tonumber(most), ${MOST_ENDED})
  if excess <= 0 then return {} end
  local live, dead = 0, {}
  for _, token in ipairs(all_tokens()) do
    if token.hash == replaced then
    elseif tonumber(token.epoch) >= tonumber(epoch) and not is_past_end(token, at) then
      live = live + 1
    else
      dead[#dead + 1] = read_fixed(token)
    end
  end
  if live >= tonumber(most) then return nil end
  table.sort(dead, oldest_first)
  return { unpack(dead, 1, excess) }
end

local function remove(dead)
  for _, token in ipairs(dead) do redis.call('HDEL', tokens, token.hash, 'i:' .. token.id) end
end
`

/**
 * Writes before it removes anything, so that a server without memory refuses it as a whole. If there is a token with the id, returns
 * a list of its text.
 */
export const insert = script(
  tokenTextLua,
  newestFirstLua,
  tokensLua,
  endsLua,
  limitLua,
  removedLua,
  `
local now, at, most, owner, epoch, hash, id, text = unpack(ARGV)
if is_removed(KEYS[3], KEYS[4]) then return 'removed' end
local issued = redis.call('HGET', tokens, id)
if issued then return { redis.call('HGET', tokens, issued) } end
if redis.call('HEXISTS', tokens, hash) == 1 then return 'there' end
local dead = beyond(most, epoch, at)
if not dead then return 'full' end
write(owner, now, hash, id, text)
remove(dead)
return 'done'`
)

/** A copy of core's usedToken in Lua. Writes only the text of an existing token. */
export const recordUse = script(
  tokenTextLua,
  `
local id, at = unpack(ARGV)
local hash = redis.call('HGET', KEYS[1], id)
if not hash then return 0 end
local token = read_token(redis.call('HGET', KEYS[1], hash))
if is_past_end(token, at) then return 0 end
token.used = token.used == '-' and at or later(token.used, at)
redis.call('HSET', KEYS[1], hash, token_text(token))
return 1`
)

/** A copy of core's replacedToken in Lua. */
export const rotate = script(
  tokenTextLua,
  newestFirstLua,
  tokensLua,
  endsLua,
  limitLua,
  `
local old_id, old_ending, replaced_by, at, most, owner, epoch, hash, id, text = unpack(ARGV)
local old = redis.call('HGET', tokens, old_id)
if not old then return 'no' end
local token = read_token(redis.call('HGET', tokens, old))
if token.replaced ~= 'null' or is_past_end(token, at) then return 'no' end
if is_there(hash, id) then return 'there' end
local dead = beyond(most, epoch, at, old)
if not dead then return 'full' end
local was_endless = token.expires == '-'
token.expires = was_endless and old_ending or earlier(token.expires, old_ending)
token.replaced = replaced_by
redis.call('HSET', tokens, old, token_text(token))
end_by(owner, token.expires)
write(owner, at, hash, id, text)
remove(dead)
if was_endless then follow_ends(owner, at) end
return 'done'`
)

export const list = script(
  tokenTextLua,
  newestFirstLua,
  tokensLua,
  `
local live = {}
for _, token in ipairs(all_tokens()) do
  if not is_past_end(token, ARGV[1]) then
    token.text = token_text(token)
    live[#live + 1] = read_fixed(token)
  end
end
return page_of(live, unpack(ARGV, 2))`
)

export const isThere = script(
  tokenTextLua,
  `
local hash = redis.call('HGET', KEYS[1], ARGV[1])
return hash and not is_past_end(read_token(redis.call('HGET', KEYS[1], hash)), ARGV[2]) and 1 or 0`
)

export const revoke = script(
  tokenTextLua,
  tokensLua,
  endsLua,
  `
local now, owner, id = unpack(ARGV)
local hash = redis.call('HGET', tokens, id)
if not hash then return 0 end
local was_endless = read_token(redis.call('HGET', tokens, hash)).expires == '-'
redis.call('HDEL', tokens, hash, id)
if was_endless or redis.call('EXISTS', tokens) == 0 then follow_ends(owner, now) end
return 1`
)

export const revokeAll = script(`
local all = redis.call('HLEN', KEYS[1]) / 2
redis.call('UNLINK', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return all`)

/**
 * First step of an import, and of a restoration of imported tokens, in the directory: claims hashes, each followed by an owner, and
 * returns whose each is, now or from before. The key is the hash of owners.
 */
export const claim = script(`
local owners = {}
for n = 1, #ARGV, 2 do
  redis.call('HSETNX', KEYS[1], ARGV[n], ARGV[n + 1])
  owners[#owners + 1] = redis.call('HGET', KEYS[1], ARGV[n])
end
return owners`)

/** Second step of an import, in the owner's group. Can be repeated, because it adds only what is missing. */
export const addImported = script(
  tokenTextLua,
  tokensLua,
  endsLua,
  removedLua,
  `
local now, owner, hash, id, text = unpack(ARGV)
if is_removed(KEYS[3], KEYS[4]) then return 'removed' end
local known = redis.call('HGET', tokens, hash)
if known and read_token(known).imported == '1' then return 'no' end
if is_there(hash, id) then return 'there' end
write(owner, now, hash, id, text)
return 'done'`
)

export const restore = script(
  tokenTextLua,
  tokensLua,
  endsLua,
  removedLua,
  addedLua,
  `
local now, owner = unpack(ARGV, 1, 2)
if is_removed(KEYS[3], KEYS[4]) then return 'removed' end
for n = 3, #ARGV, 4 do
  local is_taken, hash, id, text = unpack(ARGV, n, n + 3)
  local is_free = is_taken == '0' and not is_there(hash, id)
  if is_free then write(owner, now, hash, id, text) end
  note(is_free)
end
return added`
)

/** Removes at most a given number of an owner's tokens that were past their end. */
export const removeExpired = script(
  althoughMemoryIsFullLua,
  tokenTextLua,
  tokensLua,
  endsLua,
  `
local owner, before, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
although_memory_is_full(ends)
local removed = 0
for _, token in ipairs(all_tokens()) do
  if removed < limit and is_past_end(token, before) then
    redis.call('HDEL', tokens, token.hash, 'i:' .. read_fixed(token).id)
    removed = removed + 1
  end
end
follow_ends(owner, before)
return removed`
)
