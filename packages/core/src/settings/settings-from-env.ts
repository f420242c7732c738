import { nearest } from "../vocabulary/nearest.ts"
import { ConfigurationError, UNKNOWN_SETTING } from "./configuration-error.ts"
import type { Setting } from "./setting.ts"
import { type AuthSettings, isSetting, type SettingsGroup, settingsTable } from "./settings-table.ts"

/** One line of the reference: a setting, its path, and its variable in the environment. */
export interface SettingEntry {
  readonly path: string
  readonly variable: string
  readonly setting: Setting<unknown, unknown>
}

const PREFIX = "LATCHKEY_"

/** `sessions.collectIp` is `LATCHKEY_SESSIONS_COLLECT_IP`. */
const variableOf = (path: string): string =>
  `${PREFIX}${path
    .replaceAll(".", "_")
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`

const entriesOf = (group: SettingsGroup, prefix: string): ReadonlyArray<SettingEntry> =>
  Object.entries(group).flatMap(([key, entry]) => {
    const path = `${prefix}${key}`
    return isSetting(entry) ? [{ path, variable: variableOf(path), setting: entry }] : entriesOf(entry, `${path}.`)
  })

/** Every setting with its path and its variable in the environment. */
export const settingEntries: ReadonlyArray<SettingEntry> = entriesOf(settingsTable, "")

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
    throw new ConfigurationError({ problems, meant: unknown.flatMap((setting) => meantBy(setting, known)) })
  }
  const settings: Nested = {}
  for (const { path, variable } of settingEntries) {
    const value = env[variable]
    if (value !== undefined && value !== "") setAt(settings, path.split("."), value)
  }
  return settings
}

/** Judged without the start that they all have, which would make any two of them alike. */
const meantBy = (setting: string, known: ReadonlySet<string>) => {
  const rests = [...known].filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length))
  const found = nearest(setting.slice(PREFIX.length), rests)
  return found === null ? [] : [{ setting, nearest: `${PREFIX}${found}` }]
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
