import { DEFAULT_ARGON2, LEAST_ARGON2_MEMORY, MOST_ARGON2 } from "../password/argon2-parameters.ts"
import { hashesAtOnce } from "../password/hashes-at-once.ts"
import { isPrefix } from "../secret/credential.ts"
import { isDeclarable } from "../token/scopes.ts"
import { isRoleName } from "../user/roles.ts"
import { atNextStart, live, liveSpan } from "./runtime-setting.ts"
import {
  choice,
  count,
  duration,
  flag,
  optionalText,
  origins,
  proxies,
  type Setting,
  secret,
  text,
  webAddress,
  words
} from "./setting.ts"

/** Of the 20^8 user codes so many guesses meet one with a probability of less than 2^-32 (DEV-04). */
const MOST_USER_CODES = 5

/** Stands in a header of mails (MAI-04), and is short enough for one and for a title. */
const oneLine = {
  fits: (value: string) => /^[^\p{C}\u2028\u2029]{1,100}$/u.test(value) && /\S/.test(value),
  problem: "must be text of 1 to 100 characters, in one line"
}

const anyText = { fits: (value: string) => value.length > 0, problem: "must be text, and not empty" }

/** Placeholders that people forget to replace (SET-09). */
const PLACEHOLDER = /^(?:change.?me.*|(.)\1*)$/i

/**
 * The one list of settings. The checks at start, the environment variables and the reference in the docs all come from it. What is
 * `live` or `atNextStart` administrators may change at run time: `runtime-paths.ts` says what never is.
 */
export const settingsTable = {
  publicUrl: webAddress(
    "The address at which people reach the server, including a path that a proxy in front of it removes. All absolute urls are built from it, never from a request."
  ),
  name: live(
    text("The application's name. Pages and mails show it, and no password may be made of it.", "Latchkey", oneLine)
  ),
  prefix: text("The text that credentials begin with: `acme` gives `acme_ses_…`.", "lk", {
    fits: isPrefix,
    problem: "must be 1 to 16 lower-case letters and digits"
  }),
  logins: choice("What users log in with: a username, an e-mail address, or at least one of them.", [
    "both",
    "username",
    "email"
  ]),
  mode: atNextStart(
    choice(
      "How browsers log in. `session`: with a login page and a cookie. `basic`: the browser itself asks for the name and password and sends them with every request; Latchkey ignores cookies.",
      ["session", "basic"]
    )
  ),
  registration: live(
    choice(
      "Whether people can register, once the first administrator exists. With `invite` and `closed` nobody can. Who is invited, by `users.create` or `POST /admin/users` without a password, comes in with any of the three. `invite` says that you mean to invite by mail: a warning in the log says if there is no mailer.",
      ["open", "invite", "closed"]
    )
  ),
  roles: words("The roles that users can have, each with the description that administrators read.", {
    fits: isRoleName,
    problem: "must be roles with their descriptions: up to 64 letters, digits and : . _ / - each"
  }),
  admin: {
    username: optionalText("The username of an administrator that Latchkey creates at start if missing.", anyText),
    email: optionalText("The e-mail address of an administrator that Latchkey creates at start if missing.", anyText),
    password: secret("The initial password of this administrator.", anyText),
    promoteExisting: flag(
      "If the account exists and is not an active superuser, make it one: it gets this password and address, and its sessions and tokens end.",
      false
    ),
    mustChangePassword: flag(
      "Whether this administrator must choose another password when they first log in. Until then they may do nothing else.",
      true
    ),
    maySetPassword: flag(
      "Whether superusers can set the password of another user, who must then choose one of their own. Without it they mail a link, and never know a password.",
      false
    )
  },
  impersonation: {
    enabled: flag("Whether superusers can act in the place of a user, with a session of their own that says so.", true),
    lifetime: duration("How long an impersonation lasts, at most an hour.", "15 minutes"),
    ofSuperusers: flag("Whether superusers can be impersonated too.", false)
  },
  setup: {
    token: secret(
      "The one-time setup token, for several processes behind one address. By default, Latchkey generates one at each start.",
      {
        fits: (value) => value.length >= 16 && !PLACEHOLDER.test(value),
        problem: "must be at least 16 characters that nobody can guess, such as the output of `openssl rand -hex 16`"
      }
    ),
    lifetime: duration("How long a generated setup token is valid.", "24 hours"),
    announce: flag("Log the setup link when the routes are mounted, as long as there is no administrator.", true),
    unsafeOpen: flag(
      "Allow setup without a token: the first visitor becomes administrator. Refused in production and on addresses other than this machine's.",
      false
    )
  },
  sessions: {
    idle: liveSpan(duration("How long a session stays open without being used.", "1 hour"), "5 minutes"),
    absolute: liveSpan(
      duration("How long a session stays open in total, even if it is used.", "12 hours"),
      "5 minutes"
    ),
    perUser: live(
      count("How many sessions a user may have. One more ends the oldest.", 100, { least: 1, most: 1_000 })
    ),
    requireVerified: flag(
      "Allow users nothing but to log out until their e-mail address is verified. New users then need an address.",
      false
    ),
    collectIp: flag("Store the client's IP address in sessions and in the audit trail.", true),
    collectUserAgent: flag("Store the client's user agent in sessions and in the audit trail.", true),
    trustedProxies: proxies(
      "The proxies whose X-Forwarded-For header is trusted: addresses, blocks of them, and `no-address` for a peer that has none, as on a Unix socket."
    )
  },
  tokens: {
    enabled: live(
      flag("Whether personal access tokens can be issued and used. When off, existing tokens do not work either.", true)
    ),
    scopes: words("The scopes that tokens can have, each with the description that the tokens page shows.", {
      fits: isDeclarable,
      problem:
        "must be scopes with their descriptions: up to 64 letters, digits and : . _ / - each; of those that begin with latchkey: only the ones that exist"
    }),
    lifetime: liveSpan(
      duration("How long a token is valid, unless the user chooses another lifetime.", "90 days"),
      "24 hours"
    ),
    longest: liveSpan(duration("The longest lifetime that a token can have.", "365 days"), "24 hours"),
    mayBeEndless: flag("Allow tokens that never expire.", false),
    perUser: live(count("How many live tokens a user may have.", 50, { least: 1, most: 1_000 })),
    overlap: liveSpan(
      duration("How long a rotated token stays valid along with its replacement.", "24 hours"),
      "1 hour"
    ),
    acceptImported: flag(
      "Accept tokens of another system, imported by their hashes. Each unknown credential then costs a store call.",
      false
    )
  },
  cliLogin: {
    enabled: flag(
      "Whether programs can log in through a browser. When off, waiting programs get nothing either.",
      true
    ),
    lifetime: liveSpan(duration("How long a program's code is valid, at most 10 minutes.", "5 minutes"), "1 minute"),
    interval: duration("How often a program may ask whether its user has approved, at most a minute.", "5 seconds"),
    result: choice(
      "What a program gets that logs in by OAuth (RFC 8628): a personal access token, or a bearer session.",
      ["token", "session"]
    ),
    codeResult: choice("What a program gets that logs in by `POST /auth/cli-login`.", ["session", "token"]),
    tokenLifetime: liveSpan(
      duration("How long a token lives that a program gets, within `tokens.longest`.", "30 days"),
      "5 minutes"
    ),
    number: choice(
      "Whether a program must repeat a number that the page shows after the approval, which stops whoever lured the user to the page. `offered`: if the program can ask for it. `always`: other programs are refused.",
      ["offered", "always", "never"]
    ),
    approvers: choice("Who can approve programs: everyone, or only users whose e-mail address is verified.", [
      "everyone",
      "verified"
    ]),
    otherNetwork: choice(
      "What happens when the program runs in another network than the browser: the page says so, or the approval is refused.",
      ["warn", "refuse"]
    ),
    mostOpen: count("How many programs may wait at the same time, of all users together.", 10_000, {
      least: 1,
      most: 100_000
    }),
    retention: duration("How long CLI logins are kept after they were collected or denied.", "30 days")
  },
  cookies: {
    name: {
      ...text("The name of the session cookie. On https it gets the prefix `__Host-`.", "latchkey_session", {
        fits: (value) => /^[A-Za-z][A-Za-z0-9_-]{0,56}$/.test(value),
        problem: "must be at most 57 letters, digits, - and _, the first a letter"
      }),
      fallbackInWords: '`"latchkey_session"`; on this machine with the port, unless that is 3000 or above 32767'
    },
    unsafeInsecure: flag("Send cookies over plain http to a host that is not this machine.", false)
  },
  requests: {
    trustedOrigins: origins(
      "Other origins whose pages may send requests that change data: of sites, apps or extensions, each exactly."
    ),
    strictTransportSecurity: flag(
      "Tell browsers to use only https for two years. This applies to every page of the host.",
      false
    ),
    allowNoFetchMetadata: flag(
      "Accept form posts with a session cookie but without `Sec-Fetch-Site` and `Origin` headers, for old programs.",
      false
    )
  },
  profile: {
    requireCurrentPassword: flag(
      "Require the current password or a recent log-in to change a name or password, to create a token, to download one's data or to delete the account.",
      true
    ),
    mayDelete: flag(
      "Let people delete their own account. Tables of your own must follow: see the guide on personal data.",
      false
    )
  },
  passwords: {
    minimum: live(count("The shortest new password, in characters (code points).", 15, { least: 8, most: 64 })),
    maximum: count("The longest password, in characters. Longer ones are refused, never truncated.", 256, {
      least: 64,
      most: 256
    }),
    concurrency: count(
      "How many passwords are hashed at the same time. Keep it below the size of the runtime's thread pool.",
      hashesAtOnce(),
      { least: 1, most: 64 },
      "one fewer than the machine's processors, from 1 to 3"
    ),
    waiting: count("How many log-ins may wait for their turn. Further ones are answered 503.", 64, {
      least: 1,
      most: 10_000
    }),
    deadline: duration("How long a log-in waits for its turn before it is answered 503.", "5 seconds"),
    argon2: {
      memory: count("The memory that one hash uses, in KiB.", DEFAULT_ARGON2.memory, {
        least: LEAST_ARGON2_MEMORY,
        most: MOST_ARGON2.memory
      }),
      passes: count("The number of passes over the memory.", DEFAULT_ARGON2.passes, {
        least: 1,
        most: MOST_ARGON2.passes
      }),
      lanes: count("The number of lanes computed in parallel.", DEFAULT_ARGON2.lanes, {
        least: 1,
        most: MOST_ARGON2.lanes
      })
    }
  },
  recovery: {
    verifyNew: flag("Mail a link that verifies the address to everybody who registers, if there is a mailer.", true),
    verifyLifetime: liveSpan(
      duration("How long a link that verifies an address is valid, at most 30 days.", "24 hours"),
      "10 minutes"
    ),
    resetLifetime: liveSpan(
      duration("How long a link for a new password is valid, at most 24 hours.", "1 hour"),
      "10 minutes"
    ),
    changeEmailLifetime: liveSpan(
      duration("How long a link that changes an address is valid, at most 30 days.", "24 hours"),
      "10 minutes"
    ),
    undoLifetime: liveSpan(
      duration("How long a change of address can be undone from the former address, at most 30 days.", "24 hours"),
      "10 minutes"
    ),
    inviteLifetime: liveSpan(duration("How long an invitation is valid, at most 30 days.", "7 days"), "10 minutes")
  },
  throttle: {
    perAccountAndNetwork: live(
      count("Log-in attempts on one account from one network before delays begin.", 20, {
        least: 1,
        most: 10_000
      })
    ),
    perAccount: live(
      count("Log-in attempts on one account from all networks before delays begin.", 100, {
        least: 1,
        most: 100_000
      })
    ),
    perNetwork: live(
      count("Log-in attempts from one network on all accounts before delays begin.", 1_000, {
        least: 1,
        most: 1_000_000
      })
    ),
    registrations: live(
      count("Registrations from one network within an hour before delays begin.", 100, {
        least: 1,
        most: 1_000_000
      })
    ),
    cliLogins: live(
      count("CLI logins that programs in one network begin within an hour before delays begin.", 100, {
        least: 1,
        most: 1_000_000
      })
    ),
    userCodes: live(
      count("Wrong user codes that one user may enter before a delay of 15 minutes.", MOST_USER_CODES, {
        least: 1,
        most: MOST_USER_CODES
      })
    ),
    mails: live(
      count(
        "Mails of one kind to one address that people can ask for within an hour before delays of 15 minutes begin.",
        5,
        {
          least: 1,
          most: 1_000
        }
      )
    ),
    longestDelay: liveSpan(
      duration(
        "The longest delay between two attempts, at most 24 hours. There is no permanent lock-out.",
        "15 minutes"
      ),
      "1 second"
    )
  },
  audit: {
    chain: flag("Link each audit event to the previous one by a hash, which makes tampering visible.", false),
    retention: duration("How long audit events are kept. Older ones are removed, the oldest first.", "365 days")
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
