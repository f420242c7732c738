import { wordsFor } from "../vocabulary/options-given.ts"
import { ConfigurationError, UNKNOWN_SETTING } from "./configuration-error.ts"
import { meantBy, nearestVariable } from "./nearest-setting.ts"
import { PREFIX, settingEntries } from "./setting-entries.ts"
import type { AuthSettings } from "./settings-table.ts"

/**
 * Settings from the environment: the path in capitals, so `sessions.idle` is `LATCHKEY_SESSIONS_IDLE`. Empty variables count
 * as not set. An unknown `LATCHKEY_` variable is a `ConfigurationError`, unless named in `others`: a misspelt security
 * setting must not be ignored.
 */
export const authSettingsFromEnv = (
  env: Readonly<Record<string, string | undefined>>,
  others: ReadonlyArray<string> = []
): AuthSettings => {
  // No more than that: Node's own `process.env` is an object of a class, and may be empty.
  if (typeof env !== "object" || env === null || env instanceof Promise)
    throw refuse(`needs the environment, such as authSettingsFromEnv(process.env), not ${wordsFor(env)}`)
  if (!Array.isArray(others))
    throw refuse(`needs the other variables as a list, such as [...storeVariables], not ${wordsFor(others)}`)
  const known = new Set([...settingEntries.map(({ variable }) => variable), ...others])
  const unknown = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !known.has(name))
  if (unknown.length > 0) {
    const problems = unknown.map((setting) => ({ setting, problem: `${UNKNOWN_SETTING}${mendFor(setting, others)}` }))
    const mistyped = unknown.filter((name) => mendFor(name, others) === "")
    throw new ConfigurationError({ problems, meant: meantBy(mistyped, [...known], nearestVariable) })
  }
  const settings: Nested = {}
  for (const { path, variable } of settingEntries) {
    const value = env[variable]
    if (value !== undefined && value !== "") setAt(settings, path.split("."), value)
  }
  return settings
}

const refuse = (problem: string) => new ConfigurationError({ problems: [{ setting: "authSettingsFromEnv", problem }] })

/** Who reads variables of ours, by how they begin, and the list of them. */
const readers = [
  ["LATCHKEY_STORE", "storeVariables", "@latchkey/admin/store"],
  ["LATCHKEY_SMTP_URL", "mailVariables", "@latchkey/mail-smtp"],
  ["LATCHKEY_MAIL_", "mailVariables", "@latchkey/mail-smtp"],
  ["LATCHKEY_JWT_", "jwtVariables", "@latchkey/jwt"],
  ["LATCHKEY_LEGACY_PASSWORDS", "legacyPasswordVariables", "@latchkey/core/legacy-passwords"]
] as const

/** What to do about a variable that another function of ours reads. Whoever has given its list already has mistyped one of it. */
const mendFor = (variable: string, others: ReadonlyArray<string>): string => {
  const reader = readers.find(
    ([start]) => variable.startsWith(start) && !others.some((other) => other.startsWith(start))
  )
  if (reader === undefined) return ""
  const [, list, home] = reader
  return `, but of ${home}: give its list, as in authSettingsFromEnv(process.env, ${list})`
}

interface Nested {
  [key: string]: Nested | string
}

const setAt = (target: Nested, [key = "", ...rest]: ReadonlyArray<string>, value: string): void => {
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const inner = target[key]
  const next = typeof inner === "object" ? inner : {}
  target[key] = next
  setAt(next, rest, value)
}
