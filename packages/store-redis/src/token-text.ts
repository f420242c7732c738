import { type AccessToken, TokenId, type UserId } from "@latchkey/core/store"
import { checkLines } from "./further-fields.ts"
import { instantsLua } from "./script.ts"
import {
  bit,
  count,
  instant,
  jsonLine,
  optionalInstant,
  readCount,
  readJsonLine,
  readOptionalInstant,
  readText
} from "./values.ts"

/**
 * A token is one text. Three lines have fixed places: what scripts look at (end, last use, epoch, whether it was imported);
 * as JSON the token that took its place; and what never changes, as JSON. New fields will follow them by name.
 */
const PLACES = 3

/** A token's text. */
export const tokenText = (token: AccessToken): string => {
  const { id, name, hint, scopes, createdAt, expiresAt, lastUsedAt } = token
  const looked = [optionalInstant(expiresAt), optionalInstant(lastUsedAt), count(token.epoch), bit(token.isImported)]
  const fixed = [id, name, hint, scopes, instant(createdAt)]
  return [looked.join(" "), jsonLine(token.replacedBy), JSON.stringify(fixed)].join("\n")
}

/** Reads a token of an owner; null if there is none. */
export const readToken = (owner: UserId, found: unknown): AccessToken | null => {
  if (found === null) return null
  const lines = readText(found).split("\n")
  checkLines(lines, PLACES)
  const [looked = "", replaced, fixed = ""] = lines
  const [expiresAt, lastUsedAt, epoch, isImported] = looked.split(" ")
  const replacedBy = readJsonLine(replaced)
  // Written by `tokenText`.
  const [id, name, hint, scopes, createdAt] = JSON.parse(fixed) as Fixed
  return {
    id: TokenId(id),
    userId: owner,
    name,
    hint,
    scopes,
    epoch: readCount(epoch),
    createdAt: instant(createdAt),
    expiresAt: readOptionalInstant(expiresAt),
    lastUsedAt: readOptionalInstant(lastUsedAt),
    replacedBy: replacedBy === null ? null : TokenId(replacedBy),
    isImported: isImported === "1"
  }
}

type Fixed = readonly [id: string, name: string, hint: string, scopes: ReadonlyArray<string>, createdAt: number]

/** The same for scripts. Numbers stay text, and `-` means none. */
export const tokenTextLua = String.raw`
${instantsLua}
local function read_token(text)
  local token = {}
  token.expires, token.used, token.epoch, token.imported, token.replaced, token.fixed,
    token.further = string.match(text, '^(%S+) (%S+) (%d+) (%d)\n([^\n]*)\n([^\n]*)(.*)$')
  if not token.epoch then error('not a token') end
  return token
end

local function token_text(t)
  return t.expires .. ' ' .. t.used .. ' ' .. t.epoch .. ' ' .. t.imported .. '\n' .. t.replaced .. '\n' .. t.fixed ..
    t.further
end

local function read_fixed(token)
  local fixed = cjson.decode(token.fixed)
  token.id, token.created = fixed[1], fixed[5]
  return token
end

-- A copy of core's isTokenPastEnd.
local function is_past_end(token, at)
  return token.expires ~= '-' and tonumber(at) >= tonumber(token.expires)
end
`
