import { althoughMemoryIsFullLua, script } from "./script.ts"

/** Adds a record at the end if its link fits. Keys: the stream, the last linked hash, the start, and the indexes that list it. */
export const append = script(`
local event, type, is_linked, previous, hash = unpack(ARGV)
if is_linked == '1' then
  local last = redis.call('GET', KEYS[2])
  if previous ~= (last and '=' .. last or '') then return 0 end
end
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local before = newest and string.match(newest[1], '^%d+') or redis.call('HGET', KEYS[3], 'sequence') or '0'
local position = tonumber(before) + 1
local number = string.format('%.0f', position)
local fields = { 'type', type, 'event', event }
if is_linked == '1' then
  fields[5], fields[6] = 'hash', hash
  redis.call('SET', KEYS[2], hash)
end
redis.call('XADD', KEYS[1], number .. '-0', unpack(fields))
for at = 4, #KEYS do redis.call('ZADD', KEYS[at], number, number) end
return 1`)

/**
 * Removes the records from the first to the last that the caller read, and keeps where the log begins now. Returns 0 if another
 * caller removed that first one meanwhile. Keys: the stream, the start, and the indexes that list any of them.
 */
export const removeOldest = script(
  althoughMemoryIsFullLua,
  `
local first, last, is_linked, hash = unpack(ARGV)
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not oldest or oldest[1] ~= first then return 0 end
local number = string.match(last, '^%d+')
although_memory_is_full(KEYS[1])
redis.call('HSET', KEYS[2], 'sequence', number)
if is_linked == '1' then redis.call('HSET', KEYS[2], 'hash', hash) end
redis.call('XTRIM', KEYS[1], 'MINID', '=', string.format('%.0f', tonumber(number) + 1))
for at = 3, #KEYS do redis.call('ZREMRANGEBYSCORE', KEYS[at], '-inf', number) end
return 1`
)

/**
 * A step through the log or one of its indexes. Returns where the next step continues (nothing at the end), and the records,
 * with limits for those wanted and those looked at. With an index it can also filter by type.
 */
export const list = script(`
local order, from, wanted, most, type = unpack(ARGV)
wanted, most = tonumber(wanted), tonumber(most)
local is_forward = order == 'oldest-first'

local function record(entry)
  local fields = {}
  for at = 1, #entry[2], 2 do fields[entry[2][at]] = entry[2][at + 1] end
  return { string.match(entry[1], '^%d+'), fields.event, fields.hash or false }, fields.type
end

local reply, last = { false }, false
local function look(entry)
  local found, its_type = record(entry)
  if type == '' or type == its_type then reply[#reply + 1] = found end
end

if #KEYS == 1 then
  local entries
  if is_forward then
    entries = redis.call('XRANGE', KEYS[1], from == '' and '-' or from .. '-1', '+', 'COUNT', wanted)
  else
    entries = redis.call('XREVRANGE', KEYS[1], from == '' and '+' or '(' .. from .. '-0', '-', 'COUNT', wanted)
  end
  for _, entry in ipairs(entries) do look(entry) end
  if #entries == wanted then reply[1] = reply[#reply][1] end
  return reply
end

local numbers
if is_forward then
  numbers = redis.call('ZRANGEBYSCORE', KEYS[2], from == '' and '-inf' or '(' .. from, '+inf', 'LIMIT', 0, most)
else
  numbers = redis.call('ZREVRANGEBYSCORE', KEYS[2], from == '' and '+inf' or '(' .. from, '-inf', 'LIMIT', 0, most)
end
for _, number in ipairs(numbers) do
  if #reply - 1 == wanted then break end
  local entry = redis.call('XRANGE', KEYS[1], number .. '-0', number .. '-0')[1]
  if entry then look(entry) end
  last = number
end
if last and (#reply - 1 == wanted or #numbers == most) then reply[1] = last end
return reply`)
