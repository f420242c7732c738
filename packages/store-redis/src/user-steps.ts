import { provedUserLua } from "./proved-user.ts"
import { althoughMemoryIsFullLua, script } from "./script.ts"
import { userIndexLua } from "./user-index.ts"

/*
 * A change that involves the directory has three steps: the directory checks it and reserves what it needs, the owner's group
 * makes it, and the directory settles the rest. If all keys are on one server, the steps run as one script, so nothing comes
 * between them. In a cluster they are three scripts on two nodes. The reservation is then on record as an intent, and every
 * writer that finds an intent completes it first, so a writer that died leaves nothing half done. Each step can be repeated:
 * the directory numbers the changes, and a user's text has the number of the last one.
 */

/** First step, in the directory. Nothing is written unless the answer is `go`. */
const reserveLua = `
local function reserve(keys, verb, id, username, email, loses_superuser, step, incarnation)
  local usernames, emails, username_of, email_of, users, superusers, setup, intents, sequence, origin, names = unpack(keys)
  local waiting = redis.call('HGET', intents, id)
  if waiting then return { 'help', waiting } end

  local is_new = verb == 'insert' or verb == 'first'
  if verb == 'first' then
    if redis.call('EXISTS', setup) == 1 then return { 'no' } end
    if redis.call('GET', origin) ~= incarnation then return { 'lost' } end
    local other = redis.call('HVALS', intents)[1]
    if other then return { 'help', other } end
  end
  local is_known = redis.call('ZSCORE', users, id)
  if is_new and is_known then return { 'in-use' } end
  if not is_new and not is_known then return { 'no' } end
  if verb == 'promote' and redis.call('SISMEMBER', superusers, id) == 1 then return { 'no' } end

  for _, login in ipairs({ { usernames, username, 'username' }, { emails, email, 'email' } }) do
    local holder = login[2] ~= '' and redis.call('HGET', login[1], string.sub(login[2], 2))
    if holder and holder ~= id then
      local change = redis.call('HGET', intents, holder)
      if change then return { 'help', change } end
      return { 'taken', login[3] }
    end
  end
  local is_leaving = loses_superuser == '1' and not is_new and redis.call('SISMEMBER', superusers, id) == 1
  if is_leaving and redis.call('SCARD', superusers) == 1 then
    local other = redis.call('HVALS', intents)[1]
    if other then return { 'help', other } end
    return { 'last' }
  end

  if loses_superuser == '1' or verb == 'recover' or verb == 'release' then although_memory_is_full(sequence) end
  local number = string.format('%.0f', redis.call('INCR', sequence))
  if username ~= '' then redis.call('HSET', usernames, string.sub(username, 2), id) end
  if email ~= '' then redis.call('HSET', emails, string.sub(email, 2), id) end
  if is_leaving then redis.call('SREM', superusers, id) end
  if is_new then redis.call('ZADD', users, 0, id) end
  if is_new and username ~= '' then redis.call('HSET', username_of, id, string.sub(username, 2)) end
  if is_new and email ~= '' then redis.call('HSET', email_of, id, string.sub(email, 2)) end
  if is_new then note_names(names, username_of, email_of, id) end
  local intent = number .. ' ' .. step
  redis.call('HSET', intents, id, intent)
  return { 'go', intent, number }
end
`

/**
 * Second step, in the owner's group. Returns the user's text after the change, or at its removal; nil if there is no user. A
 * late writer of a removal, or of an insert after which the user was removed, finds the number that the removal left. It gets
 * an empty text instead of nil, because its change was made.
 *
 * A change with a proof is refused if the proof no longer fits, and a release if the address is another one or was proved. The text
 * keeps the numbers of the last refusal and of the last change that was made, so that a late writer learns of either, and of any
 * refusal between them. After yet another change nothing tells, and the outcome is unknown. `recover` also works on full memory: a code
 * from a mailbox may end what a thief has. A removal with a proof leaves that to the text itself: if it is still there, or another
 * removal took it, the proof did not fit. An edit is refused if the user is not as seen. It may have reserved the place of a superuser,
 * so its refusal says what the user is.
 */
const applyLua = String.raw`
${provedUserLua}
local DAY = 86400

-- Keeps the number of the last change that was made, so that its late writer learns that it was, and those after it that they were not.
local function refuse(user, number, last)
  if last and further_field(user.further, 'refused') ~= last then set_field(user, 'made', last) end
  set_field(user, 'refused', number)
end

local function is_past(number, last)
  return last and tonumber(last) >= tonumber(number)
end

-- A copy of core's changedUser: what follows from the fields that a change sets, before they are set.
local function change(user, details, user_key)
  local set = {}
  for n = 2, #details, 2 do set[details[n]] = details[n + 1] end
  if set.isActive == '0' or set.isSuperuser == '0' then although_memory_is_full(user_key) end
  for _, field in ipairs({ 'isActive', 'isSuperuser', 'mustChangePassword' }) do
    if set[field] and set[field] ~= user[field] then end_credentials(user, details[1]) break end
  end
  if set.canonicalEmail and set.canonicalEmail ~= user.canonicalEmail then user.isVerified = '0' end
  user.updatedAt = details[1]
end

local function standing_of(user)
  if user.isActive == '1' then return user.isSuperuser == '1' and 'superuser' or 'ordinary' end
  return user.isSuperuser == '1' and 'inactive-superuser' or 'inactive'
end

-- The second result is given when nothing was changed: what the directory has to settle.
local function apply(keys, verb, id, number, details)
  local user_key, gone, sessions, session_ends, tokens, token_ends, codes, code_ends = unpack(keys)
  local change_ending_codes = string.match(verb, '^(.+)AndEndCodes$')
  verb = change_ending_codes or verb
  local text = redis.call('GET', user_key)
  if verb == 'insert' or verb == 'first' then
    if text then return text end
    if is_past(number, redis.call('GET', gone)) then return '' end
    text = number .. '\n' .. details[1]
    redis.call('SET', user_key, text)
    return text
  end
  if not text and verb == 'removeProved' then return redis.call('GET', gone) == number and '' end
  if not text then return verb == 'remove' and is_past(number, redis.call('GET', gone)) and '' end
  local user = read_user(text)
  if is_past(number, user.sequence) then
    if verb == 'removeProved' then return false, standing_of(user) end
    local may_refuse = { prove = true, recover = true, release = true, edit = true }
    if not may_refuse[verb] then return text end
    local refused, made = further_field(user.further, 'refused'), further_field(user.further, 'made')
    if made == number then return text end
    -- All since the last that was made were refused.
    local is_since = made and refused == user.sequence and tonumber(number) > tonumber(made)
    if user.sequence ~= number and not is_since then return false, 'unknown' end
    if refused == number or is_since then
      return false, verb == 'edit' and 'refused-' .. standing_of(user) or 'refused'
    end
    return text
  end

  if verb == 'removeProved' and not fits(user, unpack(details)) then
    although_memory_is_full(user_key)
    user.sequence = number
    redis.call('SET', user_key, user_text(user))
    return false, standing_of(user)
  end
  if verb == 'remove' or verb == 'removeProved' then
    redis.call('UNLINK', user_key, sessions, tokens, codes)
    redis.call('ZREM', session_ends, id)
    redis.call('ZREM', token_ends, id)
    redis.call('ZREM', code_ends, id)
    redis.call('SET', gone, number, 'EX', DAY)
    return text
  end
  local last = user.sequence
  user.sequence = number
  local at = details[1]
  if verb == 'promote' then
    -- A copy of core's promotedUser.
    end_credentials(user, at)
    user.isActive, user.isSuperuser = '1', '1'
  elseif verb == 'prove' or verb == 'recover' then
    local _, epoch, revocations, hash, must_change, keep, email = unpack(details, 1, 7)
    local first = 8
    if verb == 'prove' then email, first = '', 7 end
    if verb == 'recover' then although_memory_is_full(user_key) end
    if not fits(user, epoch, revocations, email) then
      refuse(user, number, last)
      redis.call('SET', user_key, user_text(user))
      return false, 'refused'
    end
    details = { at, unpack(details, first) }
    change(user, details, user_key)
    end_by_proof(user, sessions, at, hash, must_change, keep)
  elseif verb == 'edit' then
    local set = 3 + tonumber(details[2])
    if not as_seen(user, details, 3, set - 1) then
      refuse(user, number, last)
      redis.call('SET', user_key, user_text(user))
      return false, 'refused-' .. standing_of(user)
    end
    details = { at, unpack(details, set) }
    change(user, details, user_key)
  elseif verb == 'release' then
    -- A copy of core's userWithoutEmail.
    although_memory_is_full(user_key)
    if user.canonicalEmail ~= details[2] or user.isVerified == '1' then
      refuse(user, number, last)
      redis.call('SET', user_key, user_text(user))
      return false, 'refused'
    end
    user.updatedAt = at
    details = { at, 'email', 'null', 'canonicalEmail', 'null' }
  else
    change(user, details, user_key)
  end
  set_field(user, 'made', 'null')
  for n = 2, #details, 2 do set_field(user, details[n], details[n + 1]) end
  if user.email == 'null' then user.isVerified = '0' end -- A copy of core's hasVerifiedEmail.
  if change_ending_codes then
    redis.call('UNLINK', codes)
    redis.call('ZREM', code_ends, id)
  end
  text = user_text(user)
  redis.call('SET', user_key, text)
  return text
end

local function state_of(verb, text, refusal)
  if refusal then return refusal end
  if verb == 'remove' or verb == 'removeProved' or not text or text == '' then return 'gone' end
  if verb == 'release' then return 'released' end
  return standing_of(read_user(text))
end
`

/**
 * Third step, in the directory, for an intent that still exists. `state` is what the user is now: what `standing_of` says, or `gone`;
 * or `released`, and then the address is free; or `refused`, and then what was reserved is given back. After the refusal of an edit it
 * also says what the user is, as in `refused-superuser`: the place of a superuser is given back too.
 */
const settleLua = `
local function release(index, back, id, new)
  local old = redis.call('HGET', back, id)
  for _, login in ipairs({ old or false, new ~= '' and string.sub(new, 2) }) do
    if login and redis.call('HGET', index, login) == id then redis.call('HDEL', index, login) end
  end
  redis.call('HDEL', back, id)
end

local function move(index, back, id, new)
  if new == '' then return end
  local login = string.sub(new, 2)
  local old = redis.call('HGET', back, id)
  if old and old ~= login and redis.call('HGET', index, old) == id then redis.call('HDEL', index, old) end
  redis.call('HSET', back, id, login)
end

local function give_back(index, back, id, new)
  local login = string.sub(new, 2)
  if new == '' or redis.call('HGET', back, id) == login then return end
  if redis.call('HGET', index, login) == id then redis.call('HDEL', index, login) end
end

local function settle(keys, id, intent, username, email, state)
  local usernames, emails, username_of, email_of, users, superusers, setup, intents, _, _, names, all_superusers, inactive =
    unpack(keys)
  if redis.call('HGET', intents, id) ~= intent then return end
  redis.call('HDEL', intents, id)
  forget_names(names, username_of, email_of, id)
  if state == 'released' then
    release(emails, email_of, id, '')
    note_names(names, username_of, email_of, id)
    return
  end
  local standing = string.match(state, '^refused%-(.+)$')
  local is_refused = standing ~= nil or state == 'refused' or state == 'unknown'
  state = standing or state
  local each = state == 'gone' and release or is_refused and give_back or move
  each(usernames, username_of, id, username)
  each(emails, email_of, id, email)
  note_names(names, username_of, email_of, id)
  if is_refused and not standing then return end
  enter(all_superusers, id, state == 'superuser' or state == 'inactive-superuser')
  enter(inactive, id, state == 'inactive' or state == 'inactive-superuser')
  if state == 'gone' then redis.call('ZREM', users, id) end
  if state == 'superuser' then
    redis.call('SADD', superusers, id)
    redis.call('SET', setup, 'complete')
  else
    redis.call('SREM', superusers, id)
  end
end
`

/** All three steps on one server. Keys: the directory's thirteen, the owner's eight. */
export const changeScript = script(
  althoughMemoryIsFullLua,
  userIndexLua,
  reserveLua,
  applyLua,
  settleLua,
  `
local reply = reserve(KEYS, unpack(ARGV, 1, 7))
if reply[1] ~= 'go' then return reply end
local verb, id = ARGV[1], ARGV[2]
local text, refusal = apply({ unpack(KEYS, 14, 21) }, verb, id, reply[3], { unpack(ARGV, 8) })
settle(KEYS, id, reply[2], ARGV[3], ARGV[4], state_of(verb, text, refusal))
return { 'done', text, refusal or false }`
)

/** The steps one by one, for a cluster. */
export const reserveScript = script(
  althoughMemoryIsFullLua,
  userIndexLua,
  reserveLua,
  "return reserve(KEYS, unpack(ARGV))"
)

export const applyScript = script(
  althoughMemoryIsFullLua,
  applyLua,
  `
local verb, id, number = ARGV[1], ARGV[2], ARGV[3]
local text, refusal = apply(KEYS, verb, id, number, { unpack(ARGV, 4) })
return { text, state_of(verb, text, refusal) }`
)

export const settleScript = script(userIndexLua, settleLua, "settle(KEYS, unpack(ARGV))")

/** Whether setup is complete. No answer while a change is under way that may complete it, nor if the data was lost. */
export const isSetUpScript = script(`
local setup, intents, origin = unpack(KEYS)
if redis.call('EXISTS', setup) == 1 then return { 'yes' } end
local other = redis.call('HVALS', intents)[1]
if other then return { 'help', other } end
if redis.call('GET', origin) ~= ARGV[1] then return { 'lost' } end
return { 'no' }`)
