import * as Effect from "effect/Effect"
import { isPlainObject, wordsFor } from "../vocabulary/options-given.ts"
import { ConfigurationError, type SettingProblem, UNKNOWN_SETTING } from "./configuration-error.ts"
import { contradictions } from "./contradictions.ts"
import { defaultCookieName } from "./cookie-name.ts"
import { meantBy, nearestOption } from "./nearest-setting.ts"
import type { Setting } from "./setting.ts"
import { settingEntries } from "./setting-entries.ts"
import {
  type AuthSettings,
  isSetting,
  type ResolvedSettings,
  type SettingsGroup,
  settingsTable
} from "./settings-table.ts"

/** What stands beside the settings. */
interface Beside {
  readonly problems: ReadonlyArray<SettingProblem>
  /** The names of the options that are no settings, for whoever mistypes one. */
  readonly names: ReadonlyArray<string>
}

/** Checks all settings at once, and how they fit together. */
export const resolveSettings = (
  settings: AuthSettings,
  beside: Beside = { problems: [], names: [] }
): Effect.Effect<ResolvedSettings, ConfigurationError> =>
  Effect.suspend(() => {
    const problems: Array<SettingProblem> = [...beside.problems]
    const read = readGroup(settingsTable, settings, "", problems) as ResolvedSettings // by the table's own types
    const resolved = problems.length === 0 && settings.cookies?.name === undefined ? withDefaultCookie(read) : read
    if (problems.length === 0)
      problems.push(...contradictions(resolved).map(({ setting, problem }) => ({ setting, problem })))
    if (problems.length === 0) return Effect.succeed(resolved)
    const unknown = problems.filter(({ problem }) => problem === UNKNOWN_SETTING).map(({ setting }) => setting)
    const meant = meantBy(unknown, [...paths, ...beside.names], nearestOption)
    return Effect.fail(new ConfigurationError({ problems, ...(meant.length > 0 && { meant }) }))
  })

/** Of all options and of their groups. */
const paths: ReadonlyArray<string> = [
  ...new Set(
    settingEntries.flatMap(({ path }) => [path, ...path.split(".").map((_, at, all) => all.slice(0, at + 1).join("."))])
  )
]

/** The one default that another setting decides. */
const withDefaultCookie = (read: ResolvedSettings): ResolvedSettings => {
  const cookies = Object.freeze({ ...read.cookies, name: defaultCookieName(read.cookies.name, read.publicUrl) })
  return Object.freeze({ ...read, cookies })
}

const readGroup = (group: SettingsGroup, input: unknown, prefix: string, problems: Array<SettingProblem>): unknown => {
  const given: Readonly<Record<string, unknown>> = typeof input === "object" ? { ...input } : {}
  const names = Object.keys(given)
  // The entries of a list are told below, each as an option that there is not.
  if (input !== undefined && !isPlainObject(input) && names.length === 0) {
    problems.push({ setting: prefix.slice(0, -1), problem: "must be a group of options", given: wordsFor(input) })
    return undefined
  }
  for (const key of names) {
    if (!Object.hasOwn(group, key)) problems.push({ setting: `${prefix}${key}`, problem: UNKNOWN_SETTING })
  }
  const read = Object.entries(group).map(([key, entry]) => {
    const path = `${prefix}${key}`
    return [
      key,
      isSetting(entry)
        ? readSetting(entry, given[key], path, problems)
        : readGroup(entry, given[key], `${path}.`, problems)
    ]
  })
  return Object.freeze(Object.fromEntries(read))
}

const readSetting = (
  setting: Setting<unknown, unknown>,
  input: unknown,
  path: string,
  problems: Array<SettingProblem>
): unknown => {
  if (input === undefined && setting.fallback === null) return null
  // Null is a value like any other: whoever gives it does not mean the default, which may let more in.
  const read = setting.read(input === undefined ? setting.fallback : input)
  if (read.ok) return read.value
  problems.push({ setting: path, problem: read.problem })
  return undefined
}
