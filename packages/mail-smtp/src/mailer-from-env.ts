import { ConfigurationError, type Mailer } from "@latchkey/core"
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
 * into files, and else onto the console. In production (`NODE_ENV`) nothing secret may be printed, so there it is null without
 * a setting, after a warning. The application's name is that of `LATCHKEY_NAME`, unless an option says it. Throws a
 * `ConfigurationError` for settings that cannot be, or that contradict one another.
 */
export const mailerFromEnv = (
  env: Readonly<Record<string, string | undefined>>,
  { print = console.log, warn = console.warn, ...words }: MailerFromEnvOptions = {}
): ClosableMailer | null => {
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
  if (url && from) return named(() => smtpMailer({ ...withName(env, words), url, from, onFailure: warnSeldom(warn) }))
  if (directory) return withoutEnd(named(() => fileMailer(directory)))
  if (env.NODE_ENV !== "production") return withoutEnd(consoleMailer(print))
  warn("No mail will be sent: set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM.")
  return null
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

const withName = (env: Readonly<Record<string, string | undefined>>, words: MailWriterOptions): MailWriterOptions =>
  env.LATCHKEY_NAME ? { name: env.LATCHKEY_NAME, ...words } : words

const withoutEnd = (mailer: Mailer): ClosableMailer => ({ ...mailer, close: async () => undefined })

const refuse = (setting: string, problem: string) => new ConfigurationError({ problems: [{ setting, problem }] })

/** The variable of each option, so that a problem names what the operator wrote. */
const variables: ReadonlyMap<string, string> = new Map([
  ["url", "LATCHKEY_SMTP_URL"],
  ["from", "LATCHKEY_MAIL_FROM"],
  ["directory", "LATCHKEY_MAIL_DIR"],
  ["name", "LATCHKEY_NAME"]
])

const named = <Made>(make: () => Made): Made => {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const problems = error.problems.map(({ setting, problem }) => ({
      setting: variables.get(setting) ?? setting,
      problem
    }))
    throw new ConfigurationError({ problems })
  }
}
