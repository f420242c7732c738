import { ConfigurationError, isConfigurationError, isLocalUrl, type Mailer, optionsProblem } from "@latchkey/core"
import { consoleMailer } from "./console-mailer.ts"
import { fileMailer } from "./file-mailer.ts"
import type { MailNotSent, MailProblem } from "./mail-not-sent.ts"
import type { MailWriterOptions } from "./mail-writer.ts"
import { smtpMailer } from "./smtp-mailer.ts"

/** The variables that `mailerFromEnv` reads, for `authSettingsFromEnv`, which refuses any that it does not know. */
export const mailVariables = ["LATCHKEY_SMTP_URL", "LATCHKEY_MAIL_FROM", "LATCHKEY_MAIL_DIR"] as const

export interface MailerFromEnvOptions extends MailWriterOptions {
  /** Gets each line that `consoleMailer` prints. Default `console.log`. */
  readonly print?: (line: string) => void
  /** Gets why mails are not sent: one line a minute for each reason. Default `console.warn`. */
  readonly warn?: (line: string) => void
}

/** A mailer that may have connections to close. */
export interface ClosableMailer extends Mailer {
  /** Call it after `auth.close()`, which sends what is waiting. */
  readonly close: () => Promise<void>
}

/**
 * The mailer that the environment asks for: with `LATCHKEY_SMTP_URL` and `LATCHKEY_MAIL_FROM` by SMTP, with `LATCHKEY_MAIL_DIR`
 * into files, and else onto the console. Where `NODE_ENV` says production, or `LATCHKEY_PUBLIC_URL` is not an address of this
 * machine alone, nothing secret may be printed: there it is null without a setting, after a warning. Throws a `ConfigurationError`
 * for settings that cannot be, or that contradict one another.
 */
export const mailerFromEnv = (
  env: Readonly<Record<string, string | undefined>>,
  options: MailerFromEnvOptions = {}
): ClosableMailer | null => {
  const mistaken = optionsProblem(options, ["texts", "templates", "print", "warn"])
  if (mistaken !== null) throw refuse("mailerFromEnv", mistaken)
  const { print = console.log, warn = console.warn, ...words } = options
  const [url, from, directory] = mailVariables.map((name) => env[name] || null)
  if (url && directory)
    throw refuse("LATCHKEY_MAIL_DIR", "cannot be set along with LATCHKEY_SMTP_URL: remove one of them")
  if (from && !url && !directory)
    throw refuse("LATCHKEY_MAIL_FROM", "sends no mail without a server: set LATCHKEY_SMTP_URL too")
  if (url && !from)
    throw refuse(
      "LATCHKEY_MAIL_FROM",
      'must be set along with LATCHKEY_SMTP_URL, to an address such as "no-reply@example.org"'
    )
  if (url && from) return named(() => smtpMailer({ ...words, url, from, onFailure: warnSeldom(warn) }))
  if (directory) return withoutEnd(named(() => fileMailer(directory)))
  if (!isExposed(env)) return withoutEnd(consoleMailer(print))
  warn("No mail will be sent: set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM.")
  return null
}

/** By the rule of core for what is unsafe. An address that cannot be is refused by `authSettingsFromEnv`. */
const isExposed = ({ NODE_ENV, LATCHKEY_PUBLIC_URL }: Readonly<Record<string, string | undefined>>): boolean => {
  const url = LATCHKEY_PUBLIC_URL ? URL.parse(LATCHKEY_PUBLIC_URL) : null
  return NODE_ENV === "production" || !(url === null || isLocalUrl(url))
}

/** A server that is away fails every mail, and must not fill the log. */
const warnSeldom = (warn: (line: string) => void): ((failure: MailNotSent) => void) => {
  const warnedAt = new Map<MailProblem, number>()
  return ({ problem, message }) => {
    const now = performance.now()
    if (now - (warnedAt.get(problem) ?? Number.NEGATIVE_INFINITY) < 60_000) return
    warnedAt.set(problem, now)
    warn(`A mail was not sent: ${message}.`)
  }
}

const withoutEnd = (mailer: Mailer): ClosableMailer => ({ ...mailer, close: async () => undefined })

const refuse = (setting: string, problem: string) => new ConfigurationError({ problems: [{ setting, problem }] })

/** The variable of each option, so that a problem names what the operator wrote. */
const variables: ReadonlyMap<string, string> = new Map([
  ["url", "LATCHKEY_SMTP_URL"],
  ["from", "LATCHKEY_MAIL_FROM"],
  ["directory", "LATCHKEY_MAIL_DIR"]
])

const named = <Made>(make: () => Made): Made => {
  try {
    return make()
  } catch (error) {
    if (!isConfigurationError(error)) throw error
    const problems = error.problems.map(({ setting, problem }) => ({
      setting: variables.get(setting) ?? setting,
      problem
    }))
    throw new ConfigurationError({ problems })
  }
}
