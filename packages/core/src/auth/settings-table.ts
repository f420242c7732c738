import { DEFAULT_ARGON2, LEAST_ARGON2_MEMORY, MOST_ARGON2 } from "../password/argon2-parameters.ts"
import { isPrefix } from "../secret/credential.ts"
import { isDeclarable } from "../token/scopes.ts"
import {
  choice,
  count,
  duration,
  flag,
  networks,
  optionalText,
  origins,
  type Setting,
  secret,
  text,
  webAddress,
  words
} from "./setting.ts"

const anyText = { fits: (value: string) => value.length > 0, problem: "must be text" }

/** What people leave in from an example (SET-09). */
const PLACEHOLDER = /^(?:change.?me.*|(.)\1*)$/i

/** Every setting, once: its default and rule here drive the checks at start, the environment, and the reference in the docs. */
export const settingsTable = {
  publicUrl: webAddress(
    "The address under which people reach the server, with the path that a proxy in front takes off. Every absolute url comes from it, never from a request."
  ),
  name: text("The application's name, on the pages; no password may be made of it.", "Latchkey", anyText),
  prefix: text("What credentials begin with: `acme` makes `acme_ses_…`.", "lk", {
    fits: isPrefix,
    problem: "must be 1 to 16 lower-case letters and digits"
  }),
  logins: choice("What users log in with: a username, an e-mail address, or at least one of them.", [
    "both",
    "username",
    "email"
  ]),
  mode: choice(
    "How browsers log in. `session`: a page, and a cookie. `basic`: the browser asks for user and password itself and sends them with every request; cookies are ignored.",
    ["session", "basic"]
  ),
  registration: choice("Whether anybody may register, once the first administrator exists.", ["open", "closed"]),
  admin: {
    username: optionalText("The username of an administrator to create at start, if missing.", anyText),
    email: optionalText("The e-mail address of an administrator to create at start, if missing.", anyText),
    password: secret("The first password of this administrator.", anyText),
    promoteExisting: flag(
      "Take over an account of that name that is not a superuser: it gets this password and loses its credentials.",
      false
    )
  },
  setup: {
    token: secret(
      "The one-time setup token, for several processes behind one address. Without it each start makes one.",
      {
        fits: (value) => value.length >= 16 && !PLACEHOLDER.test(value),
        problem: "must be at least 16 characters that nobody can guess"
      }
    ),
    lifetime: duration("How long a setup token made at start is valid.", "24 hours"),
    announce: flag("Log the setup link when the routes are mounted, while there is no administrator.", true),
    unsafeOpen: flag(
      "Ask for no setup token: the first visitor becomes administrator. Refused in production and on addresses other than this machine's.",
      false
    )
  },
  sessions: {
    idle: duration("Ends a session that is not used for this long.", "1 hour"),
    absolute: duration("Ends a session this long after it was opened, used or not.", "12 hours"),
    requireVerified: flag("Refuse log-ins of users whose e-mail address is not verified.", false),
    collectIp: flag("Keep the client's address with sessions and in the audit trail.", false),
    collectUserAgent: flag("Keep the client's user agent with sessions and in the audit trail.", false),
    trustedProxies: networks("The proxies whose X-Forwarded-For header is trusted.")
  },
  tokens: {
    enabled: flag(
      "Whether there are personal access tokens. When off, no token is issued and none works, including existing ones.",
      true
    ),
    scopes: words("The scopes that tokens can have, each with a description for people.", {
      fits: isDeclarable,
      problem:
        "must be scopes with their descriptions: up to 64 letters, digits and : . _ / - each; of those that begin with latchkey: only the ones that exist"
    }),
    lifetime: duration("How long a token lives, unless another lifetime is asked for.", "90 days"),
    longest: duration("The longest life of a token.", "365 days"),
    mayBeEndless: flag("Allow tokens without an end.", false),
    perUser: count("Live tokens that one user may have.", 50, { least: 1, most: 1_000 }),
    overlap: duration("How long a rotated token stays valid along with its replacement.", "24 hours"),
    acceptImported: flag(
      "Accept tokens of another system whose hashes were imported. Unknown text then costs a store call.",
      false
    )
  },
  cookies: {
    name: text("The session cookie's name; on https it gets the prefix `__Host-`.", "latchkey_session", {
      fits: (value) => /^[A-Za-z][A-Za-z0-9_-]{0,56}$/.test(value),
      problem: "must be at most 57 letters, digits, - and _, the first a letter"
    }),
    unsafeInsecure: flag("Send cookies over plain http to a host that is not this machine.", false)
  },
  requests: {
    trustedOrigins: origins("Other origins whose pages may change things here."),
    strictTransportSecurity: flag(
      "Tell browsers to use only https for two years. It applies to every page of the host.",
      false
    ),
    allowNoFetchMetadata: flag(
      "Accept form posts with a session cookie that carry neither Sec-Fetch-Site nor Origin, as old programs send them.",
      false
    )
  },
  profile: {
    requireCurrentPassword: flag(
      "Changing your password or e-mail address, or creating a token, needs the current password or a recent log-in.",
      true
    )
  },
  passwords: {
    minimum: count("Fewest characters (code points) of a new password.", 15, { least: 8, most: 64 }),
    maximum: count("Most characters of a password; longer ones are refused, never cut.", 256, { least: 64, most: 256 }),
    concurrency: count("Passwords hashed at the same time: below the size of the runtime's thread pool.", 2, {
      least: 1,
      most: 64
    }),
    waiting: count("Log-ins that may wait for their turn; one more is answered 503.", 64, { least: 1, most: 10_000 }),
    deadline: duration("How long a log-in waits for its turn before it is answered 503.", "5 seconds"),
    argon2: {
      memory: count("Memory of one hash in KiB.", DEFAULT_ARGON2.memory, {
        least: LEAST_ARGON2_MEMORY,
        most: MOST_ARGON2.memory
      }),
      passes: count("Passes over the memory.", DEFAULT_ARGON2.passes, { least: 1, most: MOST_ARGON2.passes }),
      lanes: count("Lanes computed side by side.", DEFAULT_ARGON2.lanes, { least: 1, most: MOST_ARGON2.lanes })
    }
  },
  throttle: {
    perAccountAndNetwork: count("Attempts at one account from one network before delays begin.", 20, {
      least: 1,
      most: 10_000
    }),
    perAccount: count("Attempts at one account from everywhere before delays begin.", 100, { least: 1, most: 100_000 }),
    perNetwork: count("Attempts from one network at all accounts before delays begin.", 1_000, {
      least: 1,
      most: 1_000_000
    }),
    registrations: count("Registrations from one network in an hour before delays begin.", 100, {
      least: 1,
      most: 1_000_000
    }),
    longestDelay: duration("The longest delay between two attempts. There is no permanent lock-out.", "15 minutes")
  },
  audit: {
    chain: flag("Link each audit event to the one before by its hash, so that tampering shows.", false)
  },
  unsafeDevMode: flag(
    "Make every new user a superuser. Refused in production and on addresses other than this machine's.",
    false
  )
} as const

/** A group of the table. */
export interface SettingsGroup {
  readonly [key: string]: SettingsGroup | Setting<unknown, unknown>
}

export const isSetting = (entry: SettingsGroup | Setting<unknown, unknown>): entry is Setting<unknown, unknown> =>
  typeof entry.read === "function"

type Values<Table> =
  Table extends Setting<infer _, infer Value> ? Value : { readonly [K in keyof Table]: Values<Table[K]> }
type Inputs<Table> =
  Table extends Setting<infer Input, infer _> ? Input : { readonly [K in keyof Table]?: Inputs<Table[K]> | undefined }

/** Settings as a host writes them: all may be left out. */
export interface AuthSettings extends Inputs<typeof settingsTable> {}

/** Settings, checked and complete: durations in milliseconds, secrets wrapped, frozen. */
export interface ResolvedSettings extends Values<typeof settingsTable> {}
