import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { isStrongEnough } from "../password/argon2-parameters.ts"
import { isProduction } from "./ambient.ts"
import type { Setting } from "./setting.ts"
import { type AuthSettings, type ResolvedSettings, settingsTable } from "./settings-table.ts"

/** The options cannot be used as they are; every problem is named at once, and nothing starts. */
export class ConfigurationError extends Data.TaggedError("ConfigurationError")<{
  readonly problems: ReadonlyArray<{ readonly setting: string; readonly problem: string }>
}> {
  override get message(): string {
    return `Latchkey cannot start:\n${this.problems.map(({ setting, problem }) => `  ${setting} ${problem}`).join("\n")}`
  }
}

type Table = { readonly [key: string]: Table | Setting<unknown, unknown> }
type Problem = ConfigurationError["problems"][number]

const isOption = (entry: Table | Setting<unknown, unknown>): entry is Setting<unknown, unknown> =>
  typeof entry.read === "function"

/** One line of the reference: an option's path, its variable, and what it does. */
export interface SettingEntry {
  readonly path: string
  readonly variable: string
  readonly setting: Setting<unknown, unknown>
}

/** `sessions.collectIp` is `LATCHKEY_SESSIONS_COLLECT_IP`. */
const variableOf = (path: string): string =>
  `LATCHKEY_${path
    .replaceAll(".", "_")
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`

const entriesOf = (table: Table, prefix: string): ReadonlyArray<SettingEntry> =>
  Object.entries(table).flatMap(([key, entry]) => {
    const path = `${prefix}${key}`
    return isOption(entry) ? [{ path, variable: variableOf(path), setting: entry }] : entriesOf(entry, `${path}.`)
  })

/** Every option with its path and its variable in the environment. */
export const settingEntries: ReadonlyArray<SettingEntry> = entriesOf(settingsTable, "")

/**
 * Options from the environment: the path in capitals, so `sessions.idle` is `LATCHKEY_SESSIONS_IDLE`. Empty variables count
 * as not set. A `LATCHKEY_` variable that is no option is a `ConfigurationError`, unless named in `others`: a misspelt
 * security option must not be ignored.
 */
export const authSettingsFromEnv = (
  env: Readonly<Record<string, string | undefined>>,
  others: ReadonlyArray<string> = []
): AuthSettings => {
  const known = new Set([...settingEntries.map(({ variable }) => variable), ...others])
  const foreign = Object.keys(env).filter((name) => name.startsWith("LATCHKEY_") && !known.has(name))
  if (foreign.length > 0) {
    throw new ConfigurationError({ problems: foreign.map((setting) => ({ setting, problem: "is no option" })) })
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

/** Checks all options at once, and how they fit together. */
export const resolveSettings = (settings: AuthSettings): Effect.Effect<ResolvedSettings, ConfigurationError> =>
  Effect.suspend(() => {
    const problems: Array<Problem> = []
    const resolved = readTable(settingsTable, settings, "", problems) as ResolvedSettings // by the table's own types
    if (problems.length === 0) problems.push(...contradictions(resolved))
    return problems.length > 0 ? Effect.fail(new ConfigurationError({ problems })) : Effect.succeed(resolved)
  })

const readTable = (table: Table, input: unknown, prefix: string, problems: Array<Problem>): unknown => {
  if (input !== undefined && (typeof input !== "object" || input === null)) {
    problems.push({ setting: prefix.slice(0, -1), problem: "must be a group of options" })
    return undefined
  }
  const given: Readonly<Record<string, unknown>> = { ...input }
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(table, key)) problems.push({ setting: `${prefix}${key}`, problem: "is no option" })
  }
  const read = Object.entries(table).map(([key, entry]) => {
    const path = `${prefix}${key}`
    return [
      key,
      isOption(entry)
        ? readOption(entry, given[key], path, problems)
        : readTable(entry, given[key], `${path}.`, problems)
    ]
  })
  return Object.freeze(Object.fromEntries(read))
}

const readOption = (
  option: Setting<unknown, unknown>,
  input: unknown,
  path: string,
  problems: Array<Problem>
): unknown => {
  if (input === undefined && option.fallback === null) return null
  const result = option.read(input ?? option.fallback)
  if ("value" in result) return result.value
  problems.push({ setting: path, problem: result.problem })
  return undefined
}

const contradictions = (options: ResolvedSettings): ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  const { admin, sessions, tokens, passwords, publicUrl } = options
  if (sessions.idle > sessions.absolute)
    problems.push({ setting: "sessions.idle", problem: "must not exceed sessions.absolute" })
  if (tokens.lifetime > tokens.longest)
    problems.push({ setting: "tokens.lifetime", problem: "must not exceed tokens.longest" })
  if (passwords.minimum > passwords.maximum)
    problems.push({ setting: "passwords.minimum", problem: "must not exceed passwords.maximum" })
  if (!isStrongEnough(passwords.argon2)) {
    problems.push({
      setting: "passwords.argon2",
      problem: "is below OWASP's floor: m=19456,t=2 or m=47104,t=1 or m=12288,t=3 (PWD-01)"
    })
  }
  if (admin.password !== null && admin.username === null && admin.email === null) {
    problems.push({ setting: "admin", problem: "needs a username or an email beside its password" })
  }
  const isExposed = isProduction() || !(publicUrl === null || isLocalUrl(new URL(publicUrl)))
  const problem = "is refused in production and on addresses other than this machine's"
  if (isExposed && options.unsafeDevMode) problems.push({ setting: "unsafeDevMode", problem })
  if (isExposed && options.setup.unsafeOpen) problems.push({ setting: "setup.unsafeOpen", problem })
  return problems
}

const isLocalUrl = ({ protocol, hostname }: URL): boolean => protocol === "http:" && isLoopback(hostname)

const LOOPBACK = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Whether a host name of a url always means this machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname)
