import { randomUUID } from "node:crypto"
import { accessSync, constants, mkdirSync } from "node:fs"
import { rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { ConfigurationError, type Mailer } from "@latchkey/core"

/**
 * Keeps each mail as a JSON file, for development and tests. Only the user who runs the server can read them, because links and
 * tokens in them work. Names sort by time. Throws a `ConfigurationError` if it cannot write to the directory.
 */
export const fileMailer = (directory: string): Mailer => {
  open(directory)
  let written = 0
  return {
    send: async ({ kind, to, link, token, lang, user, expiresAt }) => {
      const time = new Date().toISOString().replaceAll(":", "-")
      const count = String(++written).padStart(6, "0") // mails of one millisecond, in order
      const name = `${time}-${count}-${kind}-${randomUUID().slice(0, 8)}.json`
      const content = { kind, to, link, token, lang, userId: user.id, expiresAt: textOf(expiresAt) }
      const half = join(directory, `.${name}.half`)
      await writeFile(half, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: "wx" })
      await rename(half, join(directory, name)) // whoever watches the directory sees whole files only
    }
  }
}

const textOf = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString())

const open = (directory: string): void => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch {
    const problem = "must be a directory that this process can create or write to"
    throw new ConfigurationError({ problems: [{ setting: "directory", problem }] })
  }
}
