import { type ClosableMailer, mailerFromEnv } from "@latchkey/mail-smtp"
import type { World } from "./world.ts"

/**
 * The mailer that the environment of a server names; null if it names none, where the server's console would show mails. Throws a
 * `ConfigurationError` for what cannot be.
 */
export const envMailer = ({ env }: Pick<World, "env">, warn: (line: string) => void): ClosableMailer | null => {
  const mailer = mailerFromEnv(env, { warn, print: () => undefined })
  return env.LATCHKEY_SMTP_URL || env.LATCHKEY_MAIL_DIR ? mailer : null
}
