import { LONGEST_INTERVAL_MS, MOST_WRONG_NUMBERS } from "@latchkey/core/store"
import { challengeTextLua } from "./challenge-text.ts"
import { althoughMemoryIsFullLua, script } from "./script.ts"
import { timeToLiveLua } from "./time-to-live.ts"

/*
 * One script for each change of a challenge, so that of parallel calls each sees what the one before it left (DEV-10). Keys: the
 * challenge, and its group's index by `keptUntil`. A script writes only where a challenge is.
 */

/** `write_kept(c, id, at)` also writes a new `keptUntil`: the index and the time to live follow it. */
const rowLua = `
${challengeTextLua}
${timeToLiveLua}
local row, ends = KEYS[1], KEYS[2]

local function found()
  local text = redis.call('GET', row)
  return text and read_challenge(text)
end

local function write(c)
  c.text = challenge_text(c)
  redis.call('SET', row, c.text, 'KEEPTTL')
end

local function write_kept(c, id, at)
  c.text = challenge_text(c)
  redis.call('SET', row, c.text, 'PX', time_to_live(c.kept, at))
  redis.call('ZADD', ends, c.kept, id)
end
`

/** A copy of core's deniedChallenge: nothing of an approval is left. */
const denyLua = `
local function deny(c, id, by, kept, at)
  c.state, c.kept, c.ended, c.by = 'denied', kept, at, by
  c.approved, c.epoch, c.wrong, c.number = '-', '-', '-', 'null'
  write_kept(c, id, at)
end
`

/** Whether the challenge was added; not if there is one with its id. */
export const insert = script(
  rowLua,
  `
local id, at, text = unpack(ARGV)
if redis.call('EXISTS', row) == 1 then return 0 end
write_kept(read_challenge(text), id, at)
return 1`
)

/** A copy of core's claimedChallenge. Returns the challenge as it is afterwards, whoever has claimed it. */
export const claim = script(
  rowLua,
  `
local owner, at = unpack(ARGV)
local c = found()
if not c then return false end
if c.state == 'pending' and not is_past_end(c, at) then
  c.state, c.owner, c.claimed = 'claimed', owner, at
  write(c)
end
return c.text`
)

/** A copy of core's decidedChallenge. The last two arguments are epoch and number of an approval, or reason and end of a denial. */
export const decide = script(
  althoughMemoryIsFullLua,
  rowLua,
  denyLua,
  `
local id, owner, to, at, first, second = unpack(ARGV)
local c = found()
if not c or c.owner ~= owner then return false end
if is_past_end(c, at) or (c.state ~= 'claimed' and c.state ~= 'approved') then return { c.text, 0 } end
if to == 'denied' then
  although_memory_is_full(ends)
  deny(c, id, first, second, at)
  return { c.text, 1 }
end
local is_new = c.state == 'claimed'
if not is_new and c.number == 'null' then return { c.text, 0 } end
if is_new then c.state, c.approved, c.wrong = 'approved', at, '0' end
if is_new or second == 'null' then c.epoch = first end
c.number = second
write(c)
return { c.text, (is_new or second == 'null') and 1 or 0 }`
)

/** A copy of core's polledChallenge. A poll that changes nothing writes nothing. */
export const poll = script(
  rowLua,
  `
local LEEWAY = 5
local secret, at = unpack(ARGV)
local c = found()
if not c or c.secret ~= secret then return false end
if (c.state ~= 'pending' and c.state ~= 'claimed') or is_past_end(c, at) then return { c.text, 0 } end
local before, now = tonumber(c.interval), tonumber(at)
local is_early = now < tonumber(c.next) - math.floor(before / LEEWAY)
local interval = before
if is_early then interval = math.min(before + tonumber(c.step), math.max(before, ${LONGEST_INTERVAL_MS})) end
c.interval, c.next = string.format('%.0f', interval), string.format('%.0f', now + interval)
write(c)
return { c.text, is_early and 1 or 0 }`
)

/** A copy of core's redeemedChallenge. A number counts as tried before its answer is known. */
export const redeem = script(
  rowLua,
  denyLua,
  `
local id, secret, at, number, kept = unpack(ARGV)
local c = found()
if not c or c.secret ~= secret then return false end
if c.state ~= 'approved' or is_past_end(c, at) then return { c.text, 'not-approved' } end
if c.number ~= 'null' and number == 'null' then return { c.text, 'number-missing' } end
if c.number == 'null' or c.number == number then
  c.state, c.kept, c.ended = 'redeemed', kept, at
  c.epoch, c.wrong, c.number = '-', '-', 'null'
  write_kept(c, id, at)
  return { c.text, 'redeemed' }
end
local wrong = tonumber(c.wrong) + 1
if wrong < ${MOST_WRONG_NUMBERS} then
  c.wrong = string.format('%.0f', wrong)
  write(c)
else
  deny(c, id, 'number', kept, at)
end
return { c.text, 'number-wrong' }`
)

/**
 * Removes a challenge, if this owner has claimed it. The answer is `removed`, with its text; `gone` if there is none, or another's; or
 * `kept` if it is pending, for then the owner may be about to claim it.
 */
export const remove = script(
  rowLua,
  `
local id, owner = unpack(ARGV)
local c = found()
if not c then return { 'gone' } end
if c.owner ~= owner then return { c.state == 'pending' and 'kept' or 'gone' } end
redis.call('ZREM', ends, id)
redis.call('UNLINK', row)
return { 'removed', c.text }`
)

/** The same for a challenge that need not be kept any longer. */
export const removeExpired = script(
  althoughMemoryIsFullLua,
  rowLua,
  `
local id, before = unpack(ARGV)
local c = found()
if c and tonumber(c.kept) > tonumber(before) then
  although_memory_is_full(ends)
  redis.call('ZADD', ends, c.kept, id)
  return { 'kept' }
end
redis.call('ZREM', ends, id)
if not c then return { 'gone' } end
redis.call('UNLINK', row)
return { 'removed', c.text }`
)
