import * as Effect from "effect/Effect"
import { EXPIRED_KEPT_MS } from "../cli-login/challenge.ts"
import { LONGEST_INTERVAL_MS } from "../cli-login/changed-challenge.ts"
import { ARGON2_BOUNDS, isStrongEnough } from "../password/argon2-parameters.ts"
import { DAY_MS, MINUTE_MS } from "../vocabulary/time.ts"
import { ConfigurationError, type SettingProblem, UNKNOWN_SETTING } from "./configuration-error.ts"
import type { Setting } from "./setting.ts"
import {
  type AuthSettings,
  isSetting,
  type ResolvedSettings,
  type SettingsGroup,
  settingsTable
} from "./settings-table.ts"

/** Checks all settings at once, and how they fit together. `known` is what is wrong beside them. */
export const resolveSettings = (
  settings: AuthSettings,
  known: ReadonlyArray<SettingProblem> = []
): Effect.Effect<ResolvedSettings, ConfigurationError> =>
  Effect.suspend(() => {
    const problems: Array<SettingProblem> = [...known]
    const resolved = readGroup(settingsTable, settings, "", problems) as ResolvedSettings // by the table's own types
    if (problems.length === 0) problems.push(...contradictions(resolved))
    return problems.length > 0 ? Effect.fail(new ConfigurationError({ problems })) : Effect.succeed(resolved)
  })

const readGroup = (group: SettingsGroup, input: unknown, prefix: string, problems: Array<SettingProblem>): unknown => {
  if (input !== undefined && (typeof input !== "object" || input === null)) {
    problems.push({ setting: prefix.slice(0, -1), problem: "must be a group of options" })
    return undefined
  }
  const given: Readonly<Record<string, unknown>> = { ...input }
  for (const key of Object.keys(given)) {
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
  const read = setting.read(input ?? setting.fallback)
  if (read.ok) return read.value
  problems.push({ setting: path, problem: read.problem })
  return undefined
}

const contradictions = (settings: ResolvedSettings): ReadonlyArray<SettingProblem> => {
  const problems: Array<SettingProblem> = []
  const { admin, sessions, tokens, passwords } = settings
  if (sessions.idle > sessions.absolute)
    problems.push({ setting: "sessions.idle", problem: "must not exceed sessions.absolute" })
  if (tokens.lifetime > tokens.longest)
    problems.push({ setting: "tokens.lifetime", problem: "must not exceed tokens.longest" })
  if (passwords.minimum > passwords.maximum)
    problems.push({ setting: "passwords.minimum", problem: "must not exceed passwords.maximum" })
  if (!isStrongEnough(passwords.argon2)) {
    problems.push({
      setting: "passwords.argon2",
      problem: `is out of bounds: ${ARGON2_BOUNDS} (PWD-01)`
    })
  }
  if (admin.password !== null && admin.username === null && admin.email === null) {
    problems.push({ setting: "admin", problem: "needs a username or an email along with its password" })
  }
  if (sessions.requireVerified && settings.logins === "username") {
    problems.push({
      setting: "sessions.requireVerified",
      problem: 'needs e-mail addresses to verify: set logins to "both" or "email"'
    })
  }
  if (settings.cliLogin.lifetime > LONGEST_CLI_LOGIN_MS)
    problems.push({ setting: "cliLogin.lifetime", problem: "must not exceed 10 minutes (DEV-03)" })
  if (settings.cliLogin.interval > LONGEST_INTERVAL_MS)
    problems.push({ setting: "cliLogin.interval", problem: "must not exceed a minute" })
  if (settings.cliLogin.interval >= settings.cliLogin.lifetime)
    problems.push({ setting: "cliLogin.interval", problem: "must be shorter than cliLogin.lifetime" })
  if (settings.cliLogin.retention < settings.cliLogin.lifetime + EXPIRED_KEPT_MS)
    problems.push({
      setting: "cliLogin.retention",
      problem: "must be at least 10 minutes longer than cliLogin.lifetime"
    })
  if (settings.cliLogin.approvers === "verified" && settings.logins === "username")
    problems.push({
      setting: "cliLogin.approvers",
      problem: 'needs e-mail addresses to verify: set logins to "both" or "email"'
    })
  if (settings.cliLogin.otherNetwork === "refuse" && !sessions.collectIp)
    problems.push({
      setting: "cliLogin.otherNetwork",
      problem: "needs addresses to compare: set sessions.collectIp to true"
    })
  const { recovery } = settings
  if (recovery.resetLifetime > DAY_MS)
    problems.push({ setting: "recovery.resetLifetime", problem: "must not exceed 24 hours" })
  for (const name of longCodes)
    if (recovery[name] > LONGEST_CODE_MS)
      problems.push({ setting: `recovery.${name}`, problem: "must not exceed 30 days" })
  // SET-08, and OPS-03 of every setting whose name begins with `unsafe`.
  if (isExposed(settings) && settings.unsafeDevMode) problems.push({ setting: "unsafeDevMode", problem: EXPOSED })
  if (isExposed(settings) && settings.setup.unsafeOpen) problems.push({ setting: "setup.unsafeOpen", problem: EXPOSED })
  return problems
}

/** Whoever reads a mailbox later must not find a link that still opens the account. */
const LONGEST_CODE_MS = 30 * DAY_MS
const longCodes = ["verifyLifetime", "changeEmailLifetime", "undoLifetime", "inviteLifetime"] as const

/** DEV-03. */
const LONGEST_CLI_LOGIN_MS = 10 * MINUTE_MS

/** Why something unsafe is refused. */
export const EXPOSED = "is refused in production and on addresses other than this machine's"

/** Whether others than whoever runs this machine may reach the server, as far as it can tell. */
export const isExposed = ({ publicUrl }: Pick<ResolvedSettings, "publicUrl">): boolean =>
  isProduction() || !(publicUrl === null || isLocalUrl(new URL(publicUrl)))

interface Runtime {
  readonly process?: { readonly env?: { readonly NODE_ENV?: string } }
}

/** The only look that core takes at its process: whether it says that it is in production. */
const isProduction = (): boolean => (globalThis as Runtime).process?.env?.NODE_ENV === "production"

/** Whether an address of a server always means this machine, and needs no TLS. */
export const isLocalUrl = ({ protocol, hostname }: URL): boolean => protocol === "http:" && isLoopback(hostname)

const LOOPBACK = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Whether a host name of a url always means this machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname)
