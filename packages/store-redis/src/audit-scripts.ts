import { althoughMemoryIsFullLua, script } from "./script.ts"

/** Keys: the stream, the last linked hash, the start, and indexes. `write` is given those that list the record. */
const writeLua = `
local records, linked_end, start = unpack(KEYS, 1, 3)

-- The last position that the log ever had.
local function last_position()
  local newest = redis.call('XREVRANGE', records, '+', '-', 'COUNT', 1)[1]
  return tonumber(newest and string.match(newest[1], '^%d+') or redis.call('HGET', start, 'sequence') or '0')
end

local function write(position, type, event, hash, indexes)
  local number = string.format('%.0f', position)
  local fields = { 'type', type, 'event', event }
  if hash then
    fields[5], fields[6] = 'hash', hash
    redis.call('SET', linked_end, hash)
  end
  redis.call('XADD', records, number .. '-0', unpack(fields))
  for _, index in ipairs(indexes) do redis.call('ZADD', index, number, number) end
end
`

/** Adds a record at the end if its link fits. The indexes are those that list it. */
export const append = script(
  writeLua,
  `
local event, type, is_linked, previous, hash = unpack(ARGV)
if is_linked == '1' then
  local last = redis.call('GET', linked_end)
  if previous ~= (last and '=' .. last or '') then return 0 end
end
write(last_position() + 1, type, event, is_linked == '1' and hash, { unpack(KEYS, 4) })
return 1`
)

/**
 * Adds those records that come after all that the log ever had; returns how many. Of each: its position, type, event, hash (with a mark;
 * empty if it is not linked), the hash that it follows (likewise, or `-` for any), and the numbers of the keys that list it.
 */
export const restore = script(
  writeLua,
  `
local last, begin, begin_hash = last_position(), unpack(ARGV, 1, 2)
if last == 0 and begin ~= '' then
  redis.call('HSET', start, 'sequence', begin)
  if begin_hash ~= '' then
    redis.call('HSET', start, 'hash', string.sub(begin_hash, 2))
    redis.call('SET', linked_end, string.sub(begin_hash, 2))
  end
  last = tonumber(begin)
end
local ending = redis.call('GET', linked_end)
ending = ending and '=' .. ending or ''
local added = 0
for n = 3, #ARGV, 6 do
  local number, type, event, hash, follows, listing = unpack(ARGV, n, n + 5)
  local position, indexes = tonumber(number), {}
  if position > last and (follows == '-' or follows == ending) then
    for key in string.gmatch(listing, '%d+') do indexes[#indexes + 1] = KEYS[tonumber(key)] end
    write(position, type, event, hash ~= '' and string.sub(hash, 2), indexes)
    if hash ~= '' then ending = hash end
    last, added = position, added + 1
  end
end
return added`
)

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
