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
  const known = new Set([...settingEntries.map(({ variable }) => variable), ...others])
  const unknown = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !known.has(name))
  if (unknown.length > 0) {
    const problems = unknown.map((setting) => ({ setting, problem: UNKNOWN_SETTING }))
    throw new ConfigurationError({ problems, meant: meantBy(unknown, [...known], nearestVariable) })
  }
  const settings: Nested = {}
  for (const { path, variable } of settingEntries) {
    const value = env[variable]
    if (value !== undefined && value !== "") setAt(settings, path.split("."), value)
  }
  return settings
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
