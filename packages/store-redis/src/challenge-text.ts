import {
  type Challenge,
  ChallengeId,
  type DeniedChallenge,
  type NewChallenge,
  SecretHash,
  UserId
} from "@latchkey/core/store"
import { checkLines } from "./further-fields.ts"
import { count, instant, jsonLine, readCount, readInstant, readJsonLine, readText } from "./values.ts"

/**
 * A challenge is one text. Six lines have fixed places: state, end, the instant until which it is kept, and the pace; the hash of
 * the program's secret; who claimed it; what became of it, with `-` for what did not happen (claimed at, approved at, epoch, wrong
 * numbers, ended at, denied by); the hash of the number; and what never changes. All but the first and fourth are JSON. New
 * fields will follow them by name.
 */
const PLACES = 6

/** What has become of a challenge that is new: nothing. */
const NOTHING = "- - - - - -"

/** A new challenge's text. Scripts change it from then on. */
export const challengeText = ({ challenge, secretHash }: NewChallenge): string => {
  const { id, codeHash, program, scopes, result, hasNumber, ip, userAgent, createdAt, expiresAt, keptUntil } = challenge
  const { interval, step, nextPollAt } = challenge.pace
  const pace = [count(interval), count(step), instant(nextPollAt)]
  const looked = [challenge.state, instant(expiresAt), instant(keptUntil), ...pace]
  const fixed = [id, codeHash, program, scopes, result, hasNumber, ip, userAgent, instant(createdAt)]
  const lines = [jsonLine(secretHash), jsonLine(challenge.userId), NOTHING, jsonLine(null), JSON.stringify(fixed)]
  return [looked.join(" "), ...lines].join("\n")
}

/** Reads a challenge; null if there is none. */
export const readChallenge = (found: unknown): Challenge | null => {
  if (found === null) return null
  const lines = readText(found).split("\n")
  checkLines(lines, PLACES)
  const [looked = "", , owner, became = "", number, fixed = ""] = lines
  const [state, expiresAt, keptUntil, interval, step, nextPollAt] = looked.split(" ")
  const [claimedAt, approvedAt, epoch, wrongNumbers, endedAt, by] = became.split(" ")
  // Written by `challengeText`.
  const [id, codeHash, program, scopes, result, hasNumber, ip, userAgent, createdAt] = JSON.parse(fixed) as Fixed
  const asked = {
    id: ChallengeId(id),
    codeHash: SecretHash(codeHash),
    program,
    scopes,
    result: readResult(result),
    hasNumber,
    ip,
    userAgent,
    createdAt: instant(createdAt),
    expiresAt: readInstant(expiresAt),
    keptUntil: readInstant(keptUntil),
    pace: { interval: readCount(interval), step: readCount(step), nextPollAt: readInstant(nextPollAt) }
  }
  if (state === "pending") return { ...asked, state, userId: null }
  const claimed = { ...asked, userId: UserId(readText(readJsonLine(owner))), claimedAt: readInstant(claimedAt) }
  switch (state) {
    case "claimed":
      return { ...claimed, state }
    case "approved": {
      const numberHash = readJsonLine(number)
      return {
        ...claimed,
        state,
        approvedAt: readInstant(approvedAt),
        epoch: readCount(epoch),
        numberHash: numberHash === null ? null : SecretHash(numberHash),
        wrongNumbers: readCount(wrongNumbers)
      }
    }
    case "denied":
      return { ...claimed, state, deniedAt: readInstant(endedAt), deniedBy: readDeniedBy(by) }
    case "redeemed":
      return { ...claimed, state, approvedAt: readInstant(approvedAt), redeemedAt: readInstant(endedAt) }
    default:
      throw new RangeError("not a state of a challenge")
  }
}

type Fixed = readonly [
  id: string,
  codeHash: string,
  program: string,
  scopes: ReadonlyArray<string>,
  result: string,
  hasNumber: boolean,
  ip: string | null,
  userAgent: string | null,
  createdAt: number
]

/** An unknown result is an error. Treated as a known one, the program would get what its user did not see. */
const readResult = (result: string): Challenge["result"] => {
  if (result === "token" || result === "session") return result
  throw new RangeError("not a result of a CLI login")
}

const readDeniedBy = (by: string | undefined): DeniedChallenge["deniedBy"] => {
  if (by === "user" || by === "number" || by === "change") return by
  throw new RangeError("not a reason of a denial")
}

/** The same for scripts. Numbers stay text, hashes and the owner stay JSON, and `-` means none. */
export const challengeTextLua = String.raw`
local function read_challenge(text)
  local c = { text = text }
  c.state, c.expires, c.kept, c.interval, c.step, c.next, c.secret, c.owner, c.claimed, c.approved, c.epoch, c.wrong,
    c.ended, c.by, c.number, c.fixed, c.further = string.match(text, '^(%l+)' .. string.rep(' (%d+)', 5) ..
    '\n([^\n]*)\n([^\n]*)\n(%S+)' .. string.rep(' (%S+)', 5) .. '\n([^\n]*)\n([^\n]*)(.*)$')
  if not c.state then error('not a challenge') end
  return c
end

local function challenge_text(c)
  return table.concat({
    table.concat({ c.state, c.expires, c.kept, c.interval, c.step, c.next }, ' '), c.secret, c.owner,
    table.concat({ c.claimed, c.approved, c.epoch, c.wrong, c.ended, c.by }, ' '), c.number, c.fixed
  }, '\n') .. c.further
end

-- A copy of core's isChallengePastEnd.
local function is_past_end(c, at)
  return tonumber(at) >= tonumber(c.expires)
end
`
