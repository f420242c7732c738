import { CLOCK_SKEW_MS, type Code, type CodePurpose, type NewCode, SecretHash, type UserId } from "@latchkey/core/store"
import { checkLines } from "./further-fields.ts"
import {
  count,
  instant,
  jsonLine,
  optionalInstant,
  readCount,
  readInstant,
  readJsonLine,
  readOptionalInstant,
  readText
} from "./values.ts"

/**
 * A code is one text. Three lines have fixed places: what scripts look at (when it was made, its end, its use); as JSON the hash of its
 * secret; and as JSON what never changes. New fields will follow them by name.
 */
const PLACES = 3

/** A code's text. Scripts note its use. */
export const codeText = ({ code, hash }: NewCode): string => {
  const looked = [instant(code.createdAt), instant(code.expiresAt), optionalInstant(code.usedAt)]
  const fixed = [code.email.typed, code.email.canonical, code.ownEmail, count(code.epoch)]
  return [looked.join(" "), jsonLine(hash), JSON.stringify(fixed)].join("\n")
}

/** Reads a code of an owner; null if there is none, or its secret is another. */
export const readCode = (
  userId: UserId,
  purpose: CodePurpose,
  found: unknown,
  hash: NewCode["hash"] | null = null
): Code | null => {
  if (found === null) return null
  const lines = readText(found).split("\n")
  checkLines(lines, PLACES)
  const [looked = "", itsHash, fixed = ""] = lines
  if (hash !== null && itsHash !== jsonLine(hash)) return null
  const [createdAt, expiresAt, usedAt] = looked.split(" ")
  // Written by `codeText`.
  const [typed, canonical, ownEmail, epoch] = JSON.parse(fixed) as Fixed
  return {
    userId,
    purpose,
    email: { typed, canonical },
    ownEmail,
    epoch: readCount(epoch),
    createdAt: readInstant(createdAt),
    expiresAt: readInstant(expiresAt),
    usedAt: readOptionalInstant(usedAt)
  }
}

/** Reads a code of an owner with the hash of its secret; null if there is none. */
export const readNewCode = (userId: UserId, purpose: CodePurpose, found: unknown): NewCode | null => {
  const code = readCode(userId, purpose, found)
  const hash = code === null ? null : readJsonLine(readText(found).split("\n")[1])
  return code === null || hash === null ? null : { code, hash: SecretHash(hash) }
}

type Fixed = readonly [typed: string, canonical: string, ownEmail: string | null, epoch: number]

/** The same for scripts. Numbers stay text, the hash stays JSON, and `-` means none. */
export const codeTextLua = String.raw`
local function read_code(text)
  local code = {}
  code.created, code.expires, code.used, code.hash, code.fixed, code.further =
    string.match(text, '^(%d+) (%d+) (%S+)\n([^\n]*)\n([^\n]*)(.*)$')
  if not code.created then error('not a code') end
  return code
end

local function code_text(c)
  return c.created .. ' ' .. c.expires .. ' ' .. c.used .. '\n' .. c.hash .. '\n' .. c.fixed .. c.further
end

-- A copy of core's isCodeInTime.
local function is_in_time(code, at)
  return tonumber(code.created) - ${CLOCK_SKEW_MS} <= tonumber(at) and tonumber(at) < tonumber(code.expires)
end
`
