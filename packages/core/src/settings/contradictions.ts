import { EXPIRED_KEPT_MS } from "../cli-login/challenge.ts"
import { LONGEST_INTERVAL_MS } from "../cli-login/changed-challenge.ts"
import { ARGON2_BOUNDS, isStrongEnough } from "../password/argon2-parameters.ts"
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../vocabulary/time.ts"
import type { SettingProblem } from "./configuration-error.ts"
import type { ResolvedSettings } from "./settings-table.ts"

/** Options that do not fit together, each of them right by itself. */
export interface Contradiction extends SettingProblem {
  /** The other options that it is about: to change one of them may mend it too. */
  readonly others: ReadonlyArray<string>
}

/** How the settings do not fit together. They are judged as a whole, whoever set which of them. */
export const contradictions = (settings: ResolvedSettings): ReadonlyArray<Contradiction> => {
  const found: Array<Contradiction> = []
  const add = (setting: string, problem: string, ...others: ReadonlyArray<string>) =>
    found.push({ setting, problem, others })
  const { admin, cliLogin, logins, sessions, tokens, passwords, recovery } = settings
  if (sessions.idle > sessions.absolute) add("sessions.idle", "must not exceed sessions.absolute", "sessions.absolute")
  if (tokens.lifetime > tokens.longest) add("tokens.lifetime", "must not exceed tokens.longest", "tokens.longest")
  if (passwords.minimum > passwords.maximum)
    add("passwords.minimum", "must not exceed passwords.maximum", "passwords.maximum")
  if (!isStrongEnough(passwords.argon2)) add("passwords.argon2", `is out of bounds: ${ARGON2_BOUNDS} (PWD-01)`)
  if (admin.password !== null && admin.username === null && admin.email === null)
    add("admin", "needs a username or an email along with its password")
  if (sessions.requireVerified && logins === "username") add("sessions.requireVerified", NEEDS_ADDRESSES, "logins")
  if (cliLogin.lifetime > LONGEST_CLI_LOGIN_MS) add("cliLogin.lifetime", "must not exceed 10 minutes (DEV-03)")
  if (cliLogin.interval > LONGEST_INTERVAL_MS) add("cliLogin.interval", "must not exceed a minute")
  if (cliLogin.interval >= cliLogin.lifetime)
    add("cliLogin.interval", "must be shorter than cliLogin.lifetime", "cliLogin.lifetime")
  if (cliLogin.retention < cliLogin.lifetime + EXPIRED_KEPT_MS)
    add("cliLogin.retention", "must be at least 10 minutes longer than cliLogin.lifetime", "cliLogin.lifetime")
  if (cliLogin.approvers === "verified" && logins === "username") add("cliLogin.approvers", NEEDS_ADDRESSES, "logins")
  if (cliLogin.otherNetwork === "refuse" && !sessions.collectIp)
    add("cliLogin.otherNetwork", "needs addresses to compare: set sessions.collectIp to true", "sessions.collectIp")
  if (settings.throttle.longestDelay > DAY_MS) add("throttle.longestDelay", "must not exceed 24 hours")
  if (settings.impersonation.lifetime > HOUR_MS) add("impersonation.lifetime", "must not exceed an hour (IMP-03)")
  if (recovery.resetLifetime > DAY_MS) add("recovery.resetLifetime", "must not exceed 24 hours")
  for (const name of longCodes) if (recovery[name] > LONGEST_CODE_MS) add(`recovery.${name}`, "must not exceed 30 days")
  // SET-08, and OPS-03 of every setting whose name begins with `unsafe`.
  if (isExposed(settings) && settings.unsafeDevMode) add("unsafeDevMode", EXPOSED)
  if (isExposed(settings) && settings.setup.unsafeOpen) add("setup.unsafeOpen", EXPOSED)
  return found
}

const NEEDS_ADDRESSES = 'needs e-mail addresses to verify: set logins to "both" or "email"'

/** Why something unsafe is refused. */
export const EXPOSED = "is refused in production and on addresses other than this machine's"

/** Whether others than whoever runs this machine may reach the server, as far as it can tell. */
export const isExposed = ({ publicUrl }: Pick<ResolvedSettings, "publicUrl">): boolean =>
  isProduction() || !(publicUrl === null || isLocalUrl(new URL(publicUrl)))

/** Whoever reads a mailbox later must not find a link that still opens the account. */
const LONGEST_CODE_MS = 30 * DAY_MS
const longCodes = ["verifyLifetime", "changeEmailLifetime", "undoLifetime", "inviteLifetime"] as const

/** DEV-03. */
const LONGEST_CLI_LOGIN_MS = 10 * MINUTE_MS

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
