import { type Impersonation, type Session, SessionId, type SessionKind, type UserId } from "@latchkey/core/store"
import { checkLines, furtherField, furtherFieldsLua, furtherLines } from "./further-fields.ts"
import { instantsLua } from "./script.ts"
import { count, instant, readCount, readInstant, readJson, readText } from "./values.ts"

/**
 * A session is one text. Three lines have fixed places: what its verbs change (idle end, absolute end, last use, version of
 * the data); what never changes, as JSON; and the host's data, as JSON. Further fields follow them by name: `epoch`, if the
 * session was moved to another, which counts then; and `impersonation`.
 */
const PLACES = 3

/** A session's text. */
export const sessionText = (session: Session): string => {
  const { id, kind, epoch, createdAt, authenticatedAt, lastSeenAt, idleExpiresAt, expiresAt, ip, userAgent } = session
  const numbers = [instant(idleExpiresAt), instant(expiresAt), instant(lastSeenAt), count(session.dataVersion)]
  const fixed = [id, kind, count(epoch), instant(createdAt), instant(authenticatedAt), ip, userAgent]
  const lines = [numbers.join(" "), JSON.stringify(fixed), JSON.stringify(session.data)]
  return lines.join("\n") + furtherLines({ impersonation: session.impersonation })
}

/** Reads a session of an owner; null if there is none. */
export const readSession = (owner: UserId, found: unknown): Session | null => {
  if (found === null) return null
  const lines = readText(found).split("\n")
  checkLines(lines, PLACES)
  const [numbers = "", fixed = "", data = ""] = lines
  const [idleExpiresAt, expiresAt, lastSeenAt, dataVersion] = numbers.split(" ")
  // Written by `sessionText`.
  const [id, kind, epoch, createdAt, authenticatedAt, ip, userAgent] = JSON.parse(fixed) as Fixed
  return {
    id: SessionId(id),
    userId: owner,
    kind: readKind(kind),
    epoch: readCount(furtherField(lines, PLACES, "epoch") ?? epoch),
    createdAt: instant(createdAt),
    authenticatedAt: instant(authenticatedAt),
    lastSeenAt: readInstant(lastSeenAt),
    idleExpiresAt: readInstant(idleExpiresAt),
    expiresAt: readInstant(expiresAt),
    ip,
    userAgent,
    impersonation: impersonationOf(furtherField(lines, PLACES, "impersonation")),
    data: readJson(data),
    dataVersion: readCount(dataVersion)
  }
}

/** Written by `sessionText`. */
const impersonationOf = (field: string | null): Impersonation | null =>
  field === null ? null : (JSON.parse(field) as Impersonation)

/** An unknown kind is an error. Treated as a known one, the session might open what it should not. */
const readKind = (kind: string): SessionKind => {
  if (kind === "browser" || kind === "bearer") return kind
  throw new RangeError("not a kind of session")
}

type Fixed = readonly [
  id: string,
  kind: string,
  epoch: number,
  createdAt: number,
  authenticatedAt: number,
  ip: string | null,
  userAgent: string | null
]

/** The same for scripts: the numbers as text, and the rest. `move_session(sessions, field of id, from, to)` is a copy of core's sessionInEpoch. */
export const sessionTextLua = String.raw`
${instantsLua}
${furtherFieldsLua}
local function read_session(text)
  local session = {}
  session.idle, session.expires, session.seen, session.version, session.fixed, session.data, session.further =
    string.match(text, '^(%d+) (%d+) (%d+) (%d+)\n([^\n]*)\n([^\n]*)(.*)$')
  if not session.idle then error('not a session') end
  return session
end

-- Adds what never changes, as far as scripts need it. An ordinary id is read without decoding, which takes longer.
local function read_fixed(session)
  local id, epoch, created = string.match(session.fixed, '^%["([%w-]+)","%l+",(%d+),(%d+),')
  if not id then
    local fixed = cjson.decode(session.fixed)
    id, epoch, created = fixed[1], fixed[3], fixed[4]
  end
  session.id, session.created = id, tonumber(created)
  session.epoch = tonumber(further_field(session.further, 'epoch') or epoch)
  return session
end

local function session_text(s)
  return s.idle .. ' ' .. s.expires .. ' ' .. s.seen .. ' ' .. s.version .. '\n' .. s.fixed .. '\n' .. s.data ..
    s.further
end

local function end_of(session)
  return earlier(session.idle, session.expires)
end

-- A copy of core's isSessionPastEnd.
local function is_past_end(session, at)
  return tonumber(at) >= tonumber(end_of(session))
end

local function move_session(sessions, id, from, to)
  local hash = redis.call('HGET', sessions, id)
  if not hash then return false end
  local session = read_session(redis.call('HGET', sessions, hash))
  if read_fixed(session).epoch ~= tonumber(from) then return false end
  session.further = with_further_field(session.further, 'epoch', to)
  redis.call('HSET', sessions, hash, session_text(session))
  return true
end
`
