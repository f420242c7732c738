import type { Setting } from "./setting.ts"
import { isSetting, type SettingsGroup, settingsTable } from "./settings-table.ts"

/** One line of the reference: a setting, its path, and its variable in the environment. */
export interface SettingEntry {
  readonly path: string
  readonly variable: string
  readonly setting: Setting<unknown, unknown>
}

/** How every variable begins. */
export const PREFIX = "LATCHKEY_"

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
