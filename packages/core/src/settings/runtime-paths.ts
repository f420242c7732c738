import type { RuntimeSetting } from "./runtime-setting.ts"
import type { Setting } from "./setting.ts"
import { isSetting, type SettingsGroup, settingsTable } from "./settings-table.ts"

type PathsIn<Table, Prefix extends string> = {
  readonly [Key in keyof Table & string]: Table[Key] extends RuntimeSetting<infer _, infer _>
    ? `${Prefix}${Key}`
    : Table[Key] extends Setting<infer _, infer _>
      ? never
      : PathsIn<Table[Key], `${Prefix}${Key}.`>
}[keyof Table & string]

/** The path of a setting that administrators may change at run time, such as `sessions.idle`. */
export type RuntimePath = PathsIn<typeof settingsTable, "">

/**
 * What must never be set this way, whatever its values: whoever takes over an administrator's session would change what a session
 * is, whom the server trusts, or what is remembered of it. Lists and secrets are refused by their types (SET-14).
 */
type Forbidden =
  | "publicUrl"
  | "prefix"
  | `unsafe${string}`
  | `${string}.unsafe${string}`
  | `admin.${string}`
  | `setup.${string}`
  | `cookies.${string}`
  | `requests.${string}`
  | `profile.${string}`
  | `audit.${string}`
  | `passwords.argon2.${string}`

/** Does not compile once one of them is marked. */
const unmarked: Readonly<Record<Extract<RuntimePath, Forbidden>, never>> = {}
void unmarked

/** A setting that may change at run time, and where it is. */
export interface RuntimeEntry {
  readonly path: RuntimePath
  readonly setting: RuntimeSetting<unknown, unknown>
}

/** Whether administrators may change it. */
export const isRuntime = (setting: Setting<unknown, unknown>): setting is RuntimeSetting<unknown, unknown> =>
  "applies" in setting

const entriesOf = (group: SettingsGroup, prefix: string): ReadonlyArray<RuntimeEntry> =>
  Object.entries(group).flatMap(([key, entry]) => {
    if (!isSetting(entry)) return entriesOf(entry, `${prefix}${key}.`)
    return isRuntime(entry) ? [{ path: `${prefix}${key}` as RuntimePath, setting: entry }] : [] // of those that the type lists
  })

/** Every setting that administrators may change at run time, in the order of the table. */
export const runtimeEntries: ReadonlyArray<RuntimeEntry> = entriesOf(settingsTable, "")
