import { isRuntime } from "./runtime-paths.ts"
import { isSetting, type ResolvedSettings, type SettingsGroup, settingsTable } from "./settings-table.ts"

/** Settings that change under those who hold them. */
export interface SettingsNow {
  /**
   * What services and hosts hold. Each option that may change in a running process is a getter over the settings of now; all
   * others are those of the start. So the rule for whoever holds a group: keep the group, and read the option where it is used. To
   * spread a group, or to take an option out of it beforehand, keeps the value of that moment (SET-18).
   */
  readonly values: ResolvedSettings
  /** From this step on, every option has its value in these settings. */
  readonly become: (next: ResolvedSettings) => void
}

export const settingsNow = (atStart: ResolvedSettings): SettingsNow => {
  let now = atStart
  return {
    values: groupNow(settingsTable, () => now) as ResolvedSettings, // the same table
    become: (next) => {
      now = next
    }
  }
}

/** A group of the settings of now, whose groups and options are those of the table. */
type Read = () => object

const groupNow = (group: SettingsGroup, read: Read): object => {
  const now = {}
  for (const [key, entry] of Object.entries(group)) {
    const value = () => (read() as Readonly<Record<string, unknown>>)[key]
    if (!isSetting(entry)) Object.defineProperty(now, key, { value: groupNow(entry, value as Read), enumerable: true })
    else if (isRuntime(entry) && entry.applies === "at-once")
      Object.defineProperty(now, key, { get: value, enumerable: true })
    else Object.defineProperty(now, key, { value: value(), enumerable: true })
  }
  return Object.freeze(now)
}
