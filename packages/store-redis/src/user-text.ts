import type {
  ChangeByOthers,
  EditedFields,
  NamedUser,
  NewUser,
  User,
  UserId,
  UserWithPassword
} from "@latchkey/core/store"
import { checkLines, furtherField, furtherFieldsLua, furtherLines } from "./further-fields.ts"
import {
  bit,
  count,
  instant,
  jsonLine,
  readCount,
  readInstant,
  readJsonLine,
  readOptionalInstant,
  readText,
  readTexts
} from "./values.ts"

/**
 * A user is one text, which a look-up fetches in one piece and a script changes line by line. Seven lines have their places:
 * the number of the last change that the directory took part in; epoch, four flags and two instants; and as JSON the
 * username, the e-mail address, both canonical forms, and the password hash. Fields that not every user
 * has follow them by name, as all new fields will.
 */
const PLACES = 7

/** A new user's text without its first line, whose number the directory assigns. */
export const userBody = ({ user, canonicalUsername, canonicalEmail, passwordHash, revocations }: NewUser): string => {
  const flags = [user.isActive, user.isSuperuser, user.isVerified, user.mustChangePassword].map(bit)
  const times = [instant(user.createdAt), instant(user.updatedAt)]
  const names = [user.username, user.email, canonicalUsername, canonicalEmail, passwordHash].map(jsonLine)
  const further = furtherLines({
    lastLoginAt: user.lastLoginAt === null ? null : instant(user.lastLoginAt),
    roles: user.roles.length === 0 ? null : user.roles,
    revocations: revocations === 0 ? null : count(revocations)
  })
  return [[count(user.epoch), ...flags, ...times].join(" "), ...names].join("\n") + further
}

/** How a user's edited fields look in the text: alternating names and values, for `as_seen`. */
export const seenFields = (seen: EditedFields): ReadonlyArray<string> => {
  const { username, email, isActive, isSuperuser, isVerified, mustChangePassword, roles } = seen
  const names = { username, email, roles }
  const flags = { isActive, isSuperuser, isVerified, mustChangePassword }
  return [
    ...Object.entries(names).flatMap(([name, value]) => [name, JSON.stringify(value)]),
    ...Object.entries(flags).flatMap(([name, value]) => [name, bit(value)])
  ]
}

/** What a change sets: alternating names and values, as in the text. Scripts also set names that they do not know. */
export const changedFields = ({ username, email, codes: _, ...fields }: ChangeByOthers): ReadonlyArray<string> =>
  Object.entries({
    username: username?.typed,
    canonicalUsername: username?.canonical,
    email: email?.typed,
    canonicalEmail: email?.canonical,
    ...fields
  }).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [name, typeof value === "boolean" && flagsWithPlaces.has(name) ? bit(value) : JSON.stringify(value)]
  })

const flagsWithPlaces: ReadonlySet<string> = new Set(["isActive", "isSuperuser", "isVerified", "mustChangePassword"])

/** Reads a user; null if there is none. */
export const readUser = (id: UserId, text: unknown): User | null => (text === null ? null : userOf(id, linesOf(text)))

/** Reads a user with the password; null if there is none, or the user does not (or no longer) have this login. */
export const readUserAndPassword = (
  id: UserId,
  text: unknown,
  holds: { readonly kind: "username" | "email"; readonly canonical: string } | null = null
): UserWithPassword | null => {
  if (text === null) return null
  const lines = linesOf(text)
  if (holds !== null && readJsonLine(lines[holds.kind === "username" ? 4 : 5]) !== holds.canonical) return null
  const revocations = readCount(furtherField(lines, PLACES, "revocations") ?? 0)
  return { user: userOf(id, lines), passwordHash: readJsonLine(lines[6]), revocations }
}

/** Reads all that is kept of a user; null if there is none. */
export const readNewUser = (id: UserId, text: unknown): NewUser | null => {
  const held = readUserAndPassword(id, text)
  return held === null ? null : { ...held, ...namesOf(linesOf(text)) }
}

/** Reads a user with the names that lists look at; null if there is none. */
export const readNamedUser = (id: UserId, text: unknown): NamedUser | null => {
  if (text === null) return null
  const lines = linesOf(text)
  return { user: userOf(id, lines), ...namesOf(lines) }
}

const namesOf = (lines: ReadonlyArray<string>) => ({
  canonicalUsername: readJsonLine(lines[4]),
  canonicalEmail: readJsonLine(lines[5])
})

const linesOf = (text: unknown): ReadonlyArray<string> => readText(text).split("\n")

const userOf = (id: UserId, lines: ReadonlyArray<string>): User => {
  checkLines(lines, PLACES)
  const [epoch, isActive, isSuperuser, isVerified, mustChangePassword, createdAt, updatedAt] =
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
    roles: rolesOf(furtherField(lines, PLACES, "roles")),
    lastLoginAt: readOptionalInstant(furtherField(lines, PLACES, "lastLoginAt") ?? "-")
  }
}

const rolesOf = (field: string | null): ReadonlyArray<string> => (field === null ? NO_ROLES : readTexts(field))

const NO_ROLES: ReadonlyArray<string> = []

/** The same reading and writing for scripts. Numbers stay text, because Lua would round them when it prints them. */
export const userTextLua = String.raw`
${furtherFieldsLua}
local function read_user(text)
  local user = {}
  user.sequence, user.epoch, user.isActive, user.isSuperuser, user.isVerified, user.mustChangePassword, user.createdAt,
    user.updatedAt, user.username, user.email, user.canonicalUsername, user.canonicalEmail, user.passwordHash,
    user.further =
    string.match(text, '^(%d+)\n(%d+) (%d) (%d) (%d) (%d) (%d+) (%d+)' .. string.rep('\n([^\n]*)', 5) .. '(.*)$')
  if not user.sequence then error('not a user') end
  return user
end

local function user_text(user)
  local numbers = { user.epoch, user.isActive, user.isSuperuser, user.isVerified, user.mustChangePassword,
    user.createdAt, user.updatedAt }
  return table.concat({ user.sequence, table.concat(numbers, ' '), user.username, user.email, user.canonicalUsername,
    user.canonicalEmail, user.passwordHash }, '\n') .. user.further
end

-- Sets a field in its place, or by its name where it has none.
local function set_field(user, name, value)
  if user[name] then
    user[name] = value
  else
    user.further = with_further_field(user.further, name, value)
  end
end

-- A copy of core's isAsSeen. Of the fields that are seen, only lists may be absent.
local function as_seen(user, details, first, last)
  for n = first, last, 2 do
    if (user[details[n]] or further_field(user.further, details[n]) or '[]') ~= details[n + 1] then return false end
  end
  return true
end

local function revocations_of(user)
  return further_field(user.further, 'revocations') or '0'
end

-- A copy of core's userWithoutCredentials.
local function end_credentials(user, at)
  user.epoch = string.format('%.0f', tonumber(user.epoch) + 1)
  user.updatedAt = at
end
`
