import type { NewUser, User, UserId, UserWithPassword } from "@latchkey/core/store"
import {
  bit,
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
 * A user is one text of seven lines, which a look-up fetches in one piece and a script changes line by line:
 * the number of the last change that the directory took part in; epoch, four flags and three instants; and as JSON the
 * username, the e-mail address, both canonical forms, and the password hash.
 */
const LINES = 7

/** A new user's text without its first line, whose number only the directory gives. */
export const userBody = ({ user, canonicalUsername, canonicalEmail, passwordHash }: NewUser): string => {
  const flags = [user.isActive, user.isSuperuser, user.isVerified, user.mustChangePassword].map(bit)
  const times = [instant(user.createdAt), instant(user.updatedAt), optionalInstant(user.lastLoginAt)]
  const names = [user.username, user.email, canonicalUsername, canonicalEmail, passwordHash].map(jsonLine)
  return [[count(user.epoch), ...flags, ...times].join(" "), ...names].join("\n")
}

/** Reads a user; null for none. */
export const readUser = (id: UserId, text: unknown): User | null => (text === null ? null : userOf(id, linesOf(text)))

/** Reads a user with the password; null for none, or one who does not hold this login (any more). */
export const readUserAndPassword = (
  id: UserId,
  text: unknown,
  holds: { readonly kind: "username" | "email"; readonly canonical: string } | null = null
): UserWithPassword | null => {
  if (text === null) return null
  const lines = linesOf(text)
  if (holds !== null && readJsonLine(lines[holds.kind === "username" ? 4 : 5]) !== holds.canonical) return null
  return { user: userOf(id, lines), passwordHash: readJsonLine(lines[6]) }
}

const linesOf = (text: unknown): ReadonlyArray<string> => {
  const lines = readText(text).split("\n")
  if (lines.length !== LINES) throw new RangeError("not a user")
  return lines
}

const userOf = (id: UserId, lines: ReadonlyArray<string>): User => {
  const [epoch, isActive, isSuperuser, isVerified, mustChangePassword, createdAt, updatedAt, lastLoginAt] =
    lines[1]?.split(" ") ?? []
  return {
    id,
    username: readJsonLine(lines[2]),
    email: readJsonLine(lines[3]),
    isActive: isActive === "1",
    isSuperuser: isSuperuser === "1",
    isVerified: isVerified === "1",
    mustChangePassword: mustChangePassword === "1",
    epoch: readCount(epoch),
    createdAt: readInstant(createdAt),
    updatedAt: readInstant(updatedAt),
    lastLoginAt: readOptionalInstant(lastLoginAt)
  }
}

/** The same reading and writing for scripts. Numbers stay the text they are: Lua would round them when it prints them. */
export const userTextLua = String.raw`
local function read_user(text)
  local user = {}
  user.sequence, user.epoch, user.active, user.superuser, user.verified, user.must_change, user.created, user.updated,
    user.logged_in, user.username, user.email, user.canonical_username, user.canonical_email, user.password =
    string.match(text, '^(%d+)\n(%d+) (%d) (%d) (%d) (%d) (%d+) (%d+) (%S+)' .. string.rep('\n([^\n]*)', 5) .. '$')
  return user
end

local function user_text(user)
  local numbers = { user.epoch, user.active, user.superuser, user.verified, user.must_change, user.created, user.updated,
    user.logged_in }
  return table.concat({ user.sequence, table.concat(numbers, ' '), user.username, user.email, user.canonical_username,
    user.canonical_email, user.password }, '\n')
end

local function end_credentials(user, at)
  user.epoch = string.format('%.0f', tonumber(user.epoch) + 1)
  user.updated = at
end
`
