import type { TokenToImport, UserToImport } from "@latchkey/core"
import { isDay } from "../command/instants.ts"

/** What a line of a file for `import` is: a user of another system, or one of their tokens. */
export type ForeignLine =
  | { readonly type: "user"; readonly user: UserToImport }
  /** `user` of the token is the id in the other system. */
  | { readonly type: "token"; readonly token: Omit<TokenToImport, "user"> & { readonly user: string } }

/** A line that is neither: what is wrong with it, for people. */
export interface WrongLine {
  readonly type: "wrong"
  readonly problem: string
}

/** Reads a line of a file that was exported by SQL: databases write a truth as 0 or 1, and a time as text. */
export const readForeignLine = (value: unknown): ForeignLine | WrongLine => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong("is no JSON object")
  const { type = "user", ...fields } = value as Readonly<Record<string, unknown>>
  try {
    if (type === "user") return { type, user: readFields(fields, userFields) as unknown as UserToImport } // as its table says
    if (type === "token") return { type, token: readFields(fields, tokenFields) as never } // likewise
    return wrong('has another type than "user" or "token"')
  } catch (error) {
    if (error instanceof WrongField) return wrong(error.message)
    throw error
  }
}

const wrong = (problem: string): WrongLine => ({ type: "wrong", problem })

class WrongField extends Error {}

/** Reads one value; throws what is wrong with it, as the rest of a sentence that begins with the field's name. */
type Reader = (value: unknown) => unknown

const refuse = (problem: string): never => {
  throw new WrongField(problem)
}

const text: Reader = (value) => (typeof value === "string" ? value : refuse("must be text"))
/** Ids of other systems are often numbers. */
const id: Reader = (value) => (typeof value === "number" && Number.isSafeInteger(value) ? String(value) : text(value))
const flag: Reader = (value) => {
  if (value === true || value === 1) return true
  return value === false || value === 0 ? false : refuse("must be true or false, or 1 or 0")
}
const texts: Reader = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === "string") ? value : refuse("must be a list of texts")

/** The 3rd of March 1973 in milliseconds; in seconds, the year 5138. */
const FIRST_MILLISECONDS = 100_000_000_000

/** ISO 8601, as PostgreSQL writes it in JSON, or as SQLite and MySQL do, with a blank and in UTC; or milliseconds. */
const instant: Reader = (value) => {
  if (typeof value === "number") {
    return value >= FIRST_MILLISECONDS ? Math.trunc(value) : refuse("must be milliseconds, and seems to be seconds")
  }
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(String(value))
  if (match === null) return refuse("must be a time such as 2024-05-31T12:00:00Z")
  const [, day = "", time = "", zone = "Z"] = match
  const offset = zone === "Z" ? zone : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`
  const at = Date.parse(`${day}T${time.replace(",", ".").replace(/(\.\d{3})\d+$/, "$1")}${offset}`)
  return Number.isNaN(at) || !isDay(day) ? refuse("must be a time that exists") : at
}

interface Field {
  readonly to: string
  readonly read: Reader
  readonly isRequired?: boolean
}

type Table = Readonly<Record<string, Field>>

const userFields: Table = {
  id: { to: "id", read: id, isRequired: true },
  username: { to: "username", read: text },
  email: { to: "email", read: text },
  password_hash: { to: "passwordHash", read: text },
  is_active: { to: "isActive", read: flag },
  is_superuser: { to: "isSuperuser", read: flag },
  is_verified: { to: "isVerified", read: flag },
  must_change_password: { to: "mustChangePassword", read: flag },
  roles: { to: "roles", read: texts },
  created_at: { to: "createdAt", read: instant },
  updated_at: { to: "updatedAt", read: instant },
  last_login_at: { to: "lastLoginAt", read: instant }
} satisfies Readonly<Record<string, Field & { readonly to: keyof UserToImport }>>

const tokenFields: Table = {
  user: { to: "user", read: id, isRequired: true },
  name: { to: "name", read: text, isRequired: true },
  sha256: { to: "sha256", read: text, isRequired: true },
  hint: { to: "hint", read: text },
  scopes: { to: "scopes", read: texts },
  created_at: { to: "createdAt", read: instant },
  expires_at: { to: "expiresAt", read: instant },
  last_used_at: { to: "lastUsedAt", read: instant }
} satisfies Readonly<Record<string, Field & { readonly to: keyof TokenToImport }>>

/** A field that is null is absent. One that nobody knows is refused: its data would be lost without a word. */
const readFields = (fields: Readonly<Record<string, unknown>>, known: Table): Readonly<Record<string, unknown>> => {
  const surplus = Object.keys(fields).find((name) => !Object.hasOwn(known, name))
  if (surplus !== undefined) refuse(`has a field that is not known: ${surplus}`)
  const read: Array<readonly [string, unknown]> = known === tokenFields ? [["expiresAt", null]] : []
  for (const [name, { to, read: reader, isRequired = false }] of Object.entries(known)) {
    const value = fields[name] ?? null
    if (value === null && isRequired) refuse(`has no ${name}`)
    if (value === null) continue
    try {
      read.push([to, reader(value)])
    } catch (error) {
      if (error instanceof WrongField) refuse(`the ${name} ${error.message}`)
      throw error
    }
  }
  return Object.fromEntries(read)
}
