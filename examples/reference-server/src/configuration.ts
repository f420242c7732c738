import { type NamedStore, storeVariables } from "@latchkey/admin/store"
import { type AuthOptions, type AuthSettings, authSettingsFromEnv, ConfigurationError } from "@latchkey/core"
import { type LegacyKind, legacyPasswordsFromEnv, legacyPasswordVariables } from "@latchkey/core/legacy-passwords"
import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import { jwtFromEnv, jwtVariables } from "@latchkey/jwt"
import { type ClosableMailer, mailerFromEnv, mailVariables } from "@latchkey/mail-smtp"
import { demoScopes } from "./probes.ts"
import { readStore } from "./store.ts"

/** The frameworks that the application is written for. */
export type Adapter = "hono" | "express"

/** What the reference server takes from the environment, besides every option of Latchkey itself. */
export interface Configuration {
  readonly host: string
  readonly port: number
  readonly store: NamedStore
  readonly adapter: Adapter
  /** By SMTP, into files, or onto the console; in production null without a setting. */
  readonly mailer: ClosableMailer | null
  /** Signed tokens for programs; undefined for opaque ones. */
  readonly accessTokens: AuthOptions["accessTokens"]
  /** The kinds of old hashes that users may still have. */
  readonly legacyPasswords: ReadonlyArray<LegacyKind>
  readonly settings: AuthSettings & { readonly publicUrl: string }
}

/** Variables of this server and its tests that are not options of Latchkey. */
const OWN = [
  ...storeVariables,
  "LATCHKEY_ADAPTER",
  "LATCHKEY_CHROMIUM",
  "LATCHKEY_TEST_REDIS_URL",
  ...mailVariables,
  ...jwtVariables,
  ...legacyPasswordVariables
]

type Environment = Readonly<Record<string, string | undefined>>

/** Reads and checks the environment; rejects with a `ConfigurationError` that says what to change. `warn` gets what is wrong with mails. */
export const readConfiguration = async (env: Environment, warn: (line: string) => void): Promise<Configuration> => {
  const host = env.HOST || "127.0.0.1"
  const port = readPort(env.PORT || "3000")
  const { publicUrl = `http://${urlHost(host)}:${port}`, ...settings } = authSettingsFromEnv(env, OWN)
  return {
    host,
    port,
    store: await readStore(env),
    adapter: readAdapter(env.LATCHKEY_ADAPTER || "hono"),
    legacyPasswords: legacyPasswordsFromEnv(env),
    mailer: mailerFromEnv(env, { texts: [english, german], warn }),
    accessTokens: jwtFromEnv(env),
    // `greet` prints the setup link once the server listens, so that it works at once.
    settings: {
      ...settings,
      publicUrl,
      setup: { ...settings.setup, announce: false },
      tokens: { scopes: demoScopes, ...settings.tokens }
    }
  }
}

/** A server that listens on all addresses is reached as localhost from this machine. */
const urlHost = (host: string): string => {
  if (host === "0.0.0.0" || host === "::") return "localhost"
  return host.includes(":") ? `[${host}]` : host
}

const refuse = (setting: string, problem: string) => new ConfigurationError({ problems: [{ setting, problem }] })

const readPort = (text: string): number => {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port
  throw refuse("PORT", "must be a number from 1 to 65535")
}

const readAdapter = (text: string): Adapter => {
  if (text === "hono" || text === "express") return text
  throw refuse("LATCHKEY_ADAPTER", 'must be "hono" or "express"')
}
