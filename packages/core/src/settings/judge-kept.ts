import { type SettingProblem, UNKNOWN_SETTING } from "./configuration-error.ts"
import { contradictions } from "./contradictions.ts"
import type { KeptValues } from "./kept-values.ts"
import { type RuntimePath, runtimeEntries } from "./runtime-paths.ts"
import {
  type AuthSettings,
  isSetting,
  type ResolvedSettings,
  type SettingsGroup,
  settingsTable
} from "./settings-table.ts"

/** What code and the environment say: they win over what is kept (SET-15). */
export interface GivenSettings {
  /** Checked, with the defaults of what was left out. */
  readonly settings: ResolvedSettings
  /** What they say themselves, of what could be changed at run time. */
  readonly locked: ReadonlySet<RuntimePath>
}

/** The settings with what is kept, and what of it is of no use to this program. */
export interface JudgedSettings {
  readonly settings: ResolvedSettings
  /** By their own paths, each with the reason. */
  readonly leftOut: ReadonlyArray<SettingProblem>
}

/** What a host has written, of what could be changed at run time. */
export const lockedPaths = (written: AuthSettings): ReadonlySet<RuntimePath> =>
  new Set(runtimeEntries.map(({ path }) => path).filter((path) => isWritten(written, path.split("."))))

/** Null counts as left out, as it does where settings are resolved. */
const isWritten = (group: object, [key = "", ...rest]: ReadonlyArray<string>): boolean => {
  const value = (group as Readonly<Record<string, unknown>>)[key] ?? null
  if (value === null || rest.length === 0) return value !== null
  return isWritten(value, rest)
}

/**
 * The settings that the kept values make, by the same table and the same contradictions as at start (SET-17). It never fails: a
 * value that this program does not know or refuses is left out, and so are all kept values that contradict something.
 */
export const judgeKept = ({ settings, locked }: GivenSettings, kept: KeptValues): JudgedSettings => {
  const leftOut: Array<SettingProblem> = Object.keys(kept)
    .filter((path) => !known.has(path))
    .map((setting) => ({ setting, problem: UNKNOWN_SETTING }))
  const values = new Map<string, unknown>()
  for (const { path, setting } of runtimeEntries) {
    if (locked.has(path) || !Object.hasOwn(kept, path)) continue
    const read = setting.readKept(kept[path])
    if (read.ok) values.set(path, read.value)
    else leftOut.push({ setting: path, problem: read.problem })
  }
  for (;;) {
    const judged = withValues(settingsTable, { ...settings }, "", values) as ResolvedSettings // the same table
    const found = contradictions(judged).flatMap(({ setting, problem, others }) =>
      [setting, ...others]
        .filter((path) => values.has(path))
        .map((path) => ({ setting: path, problem: path === setting ? problem : `does not fit: ${setting} ${problem}` }))
    )
    if (found.length === 0) return { settings: judged, leftOut }
    leftOut.push(...found)
    for (const { setting } of found) values.delete(setting)
  }
}

const known: ReadonlySet<string> = new Set(runtimeEntries.map(({ path }) => path))

/** A group of settings in which some values are others. */
const withValues = (
  group: SettingsGroup,
  settings: Readonly<Record<string, unknown>>,
  prefix: string,
  values: ReadonlyMap<string, unknown>
): unknown => {
  const entries = Object.entries(group).map(([key, entry]) => {
    const path = `${prefix}${key}`
    if (isSetting(entry)) return [key, values.has(path) ? values.get(path) : settings[key]]
    return [key, withValues(entry, settings[key] as Readonly<Record<string, unknown>>, `${path}.`, values)] // as in the table
  })
  return Object.freeze(Object.fromEntries(entries))
}
