import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Admin } from "../admin/admin.ts"
import { Audit } from "../audit/audit.ts"
import { EventFeed } from "../audit/event-feed.ts"
import { Backup } from "../backup/backup.ts"
import { CliLogins } from "../cli-login/cli-logins.ts"
import { Codes } from "../code/codes.ts"
import { afterHooks, type OnEvent } from "../hook/after-hooks.ts"
import { BeforeHooks, makeDecisions } from "../hook/before-hooks.ts"
import type { HookFailed } from "../hook/hook-errors.ts"
import { hookNames } from "../hook/hook-names.ts"
import type { Hooks } from "../hook/hooks.ts"
import { Identify } from "../identity/identify.ts"
import { Links } from "../mail/links.ts"
import type { Mailer } from "../mail/mail.ts"
import { Outbox } from "../mail/outbox.ts"
import { argon2Hasher } from "../password/argon2-hasher.ts"
import type { Busy } from "../password/hash-queue.ts"
import { withLegacy } from "../password/legacy/legacy-hashes.ts"
import type { LegacyHasher, LegacyKind } from "../password/legacy/legacy-kind.ts"
import { loadLegacy } from "../password/legacy/load-legacy.ts"
import type { PasswordRefused } from "../password/password-errors.ts"
import { type HasherError, PasswordHasher } from "../password/password-hasher.ts"
import { Passwords } from "../password/passwords.ts"
import { PersonalData } from "../personal-data/personal-data.ts"
import { Recovery } from "../recovery/recovery.ts"
import { Credentials } from "../secret/credentials.ts"
import type { SignedTokens } from "../secret/signed-tokens.ts"
import { Sessions } from "../session/sessions.ts"
import { ConfigurationError } from "../settings/configuration-error.ts"
import { EXPOSED, isExposed } from "../settings/contradictions.ts"
import { type GivenSettings, lockedPaths } from "../settings/judge-kept.ts"
import { LiveSettings, type Warnings } from "../settings/live-settings.ts"
import { resolveSettings } from "../settings/resolve-settings.ts"
import { RuntimeSettings } from "../settings/runtime-settings.ts"
import type { AuthSettings, ResolvedSettings } from "../settings/settings-table.ts"
import { Setup } from "../setup/setup.ts"
import type { SeedRefused } from "../setup/setup-errors.ts"
import type { Store, StoreLayer } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { Throttle } from "../throttle/throttle.ts"
import { Tokens } from "../token/tokens.ts"
import { requiredNames } from "../user/new-user.ts"
import type { AccountNameInvalid } from "../user/user-errors.ts"
import { Users } from "../user/users.ts"
import { isObjectOfOptions } from "../vocabulary/options-given.ts"
import { argumentProblems, codeProblems, NO_HASHER } from "./code-problems.ts"
import { serviceIn, signedTokensIn, storeIn } from "./given-layers.ts"
import { sweeper } from "./sweeper.ts"

/** What `createAuth` takes: the settings, and the parts that are code. */
export interface AuthOptions extends AuthSettings {
  /** Where everything is kept: `sqliteStore("app.db")`. */
  readonly store: StoreLayer
  /** Hashes passwords; default argon2id with `passwords.argon2`. */
  readonly hasher?: Layer.Layer<PasswordHasher>
  /**
   * How the credentials of bearer sessions are written: `jwt({ keys })` of `@latchkey/jwt`. Default: opaque, as all others are.
   */
  readonly accessTokens?: Layer.Layer<SignedTokens, ConfigurationError, Settings> | undefined
  /**
   * Kinds of hashes that an old system left: `[bcrypt({ cost: 12 })]`, from `@latchkey/core/legacy-passwords`. A right password is then
   * hashed anew, so take a kind away once none of its hashes are left: each makes every refused log-in cost more.
   */
  readonly legacyPasswords?: ReadonlyArray<LegacyKind> | undefined
  /** What the host adds to what happens: may refuse it, or is told of it. */
  readonly hooks?: Hooks | undefined
  /** Is told every audit event as it happens, beside the request, by the rules of the `after…` hooks. */
  readonly onEvent?: OnEvent | undefined
  /**
   * Sends mails: links to verify an address, to choose a new password, and so on. Default none: then no mail is sent, nobody can reset
   * a forgotten password, and a change of address applies at once.
   */
  readonly mailer?: Mailer | null | undefined
}

/**
 * The checked settings, for services that build on Latchkey. Those that administrators may change are getters over what they are now:
 * keep a group, and read an option where you use it.
 */
export class Settings extends Context.Service<Settings, ResolvedSettings>()("@latchkey/core/Settings") {}

/** Every service of Latchkey. */
export type AuthServices =
  | Admin
  | Users
  | Passwords
  | Sessions
  | Tokens
  | CliLogins
  | Backup
  | PersonalData
  | Recovery
  | Codes
  | Outbox
  | Links
  | Setup
  | RuntimeSettings
  | Audit
  | Identify
  | Settings
  | Throttle
  | Credentials
  | SignedTokens
  | Store

/** Why Latchkey may refuse to start. */
export type StartError =
  | ConfigurationError
  | SeedRefused
  | AccountNameInvalid
  | PasswordRefused
  | HookFailed
  | Busy
  | HasherError
  | StoreError

/** All services as one Layer, for Effect programs. Building it checks the options and creates the configured administrator. */
export const authLayer = (options: AuthOptions): Layer.Layer<AuthServices, StartError> => authLayerWithFeed(options)

/** The same, with what tells events to readers: for the face with promises. */
export const authLayerWithFeed = (options: AuthOptions): Layer.Layer<AuthServices | EventFeed, StartError> => {
  const {
    store,
    hasher,
    accessTokens,
    legacyPasswords = [],
    mailer,
    hooks = {},
    onEvent,
    ...settings
  } = optionsOf(options)
  const known = [
    ...argumentProblems(options),
    ...codeProblems({ store, hasher, accessTokens, mailer: mailer ?? null, hooks, onEvent })
  ]
  return Layer.unwrap(
    Effect.gen(function* () {
      const legacy = yield* loadLegacy(legacyPasswords)
      const unusable = legacy.problems.map((problem) => ({ setting: "legacyPasswords", problem }))
      const resolved = yield* resolveSettings(settings, { problems: [...known, ...unusable], names: codeNames })
      if (mailer?.unsafeShowsSecrets && isExposed(resolved))
        return yield* new ConfigurationError({ problems: [{ setting: "mailer", problem: SHOWS_SECRETS }] })
      return runningLayer(
        { settings: resolved, locked: lockedPaths(settings) },
        { store, hasher, legacy: legacy.hashers, accessTokens, mailer: mailer ?? null, hooks, onEvent: onEvent ?? null }
      )
    })
  )
}

/** The options that are code, and the hooks. The compiler asks for a new one. */
const codeOptions: { readonly [Name in Exclude<keyof AuthOptions, keyof AuthSettings>]: true } = {
  store: true,
  hasher: true,
  accessTokens: true,
  legacyPasswords: true,
  hooks: true,
  onEvent: true,
  mailer: true
}
const codeNames = [...Object.keys(codeOptions), ...[...hookNames].map((name) => `hooks.${name}`)]

/** JavaScript may give no options, which then lack a store. */
const optionsOf = (options: AuthOptions): AuthOptions => (isObjectOfOptions(options) ? options : ({} as AuthOptions))

/** OPS-03, MAI-09. */
const SHOWS_SECRETS = `shows links that open accounts, so it ${EXPOSED}. Give one that sends mails, or null`

/** The parts that are code. */
interface Parts {
  readonly store: StoreLayer
  readonly hasher: Layer.Layer<PasswordHasher> | undefined
  readonly accessTokens: AuthOptions["accessTokens"]
  readonly legacy: ReadonlyArray<LegacyHasher>
  readonly mailer: Mailer | null
  readonly hooks: Hooks
  readonly onEvent: OnEvent | null
}

/** The services read their settings from the store first: they are built with what administrators have made of them. */
const runningLayer = (given: GivenSettings, parts: Parts): Layer.Layer<AuthServices | EventFeed, StartError> =>
  Layer.unwrap(Effect.map(LiveSettings, ({ values }) => servicesLayer(values, parts))).pipe(
    Layer.provideMerge(LiveSettings.layer(given, warningsFor(parts.mailer !== null))),
    Layer.provideMerge(storeIn(parts.store))
  )

const servicesLayer = (
  settings: ResolvedSettings,
  { hasher, legacy, accessTokens, mailer, hooks, onEvent }: Parts
): Layer.Layer<Exclude<AuthServices, Store> | EventFeed, StartError, LiveSettings | Store> => {
  const { sessions, tokens, passwords } = settings
  const { requireVerified, collectIp, collectUserAgent } = sessions
  const logins = requiredNames(settings.logins, requireVerified)
  const users = {
    logins,
    roles: settings.roles,
    get registration() {
      return settings.registration
    },
    verifyNew: settings.recovery.verifyNew,
    unsafeDevMode: settings.unsafeDevMode,
    mayDelete: settings.profile.mayDelete
  }
  return Layer.mergeAll(sweeper({ audit: settings.audit.retention }), Layer.effectDiscard(start(settings))).pipe(
    Layer.provideMerge([
      Backup.layer,
      PersonalData.layer,
      Admin.layer({ ...settings.impersonation, maySetPassword: settings.admin.maySetPassword }, sessions, users),
      RuntimeSettings.layer,
      Identify.layer({ mode: settings.mode, requireVerified }),
      CliLogins.layer(settings.cliLogin, tokens, sessions)
    ]),
    Layer.provideMerge([
      Recovery.layer,
      Users.layer(users),
      Setup.layer({ ...settings.setup, logins, requireVerified }),
      Sessions.layer(sessions, settings.impersonation),
      Tokens.layer(tokens)
    ]),
    Layer.provideMerge(Passwords.layer(passwords, () => [settings.name])),
    Layer.provideMerge([
      Throttle.layer(settings.throttle),
      Codes.layer(settings.recovery),
      Outbox.layer({ mailer, application: () => settings.name })
    ]),
    Layer.provideMerge(Audit.layer({ chain: settings.audit.chain, collectIp, collectUserAgent })),
    // Below the trail, and so they end after it: what it writes at its end is told too (EVT-04).
    Layer.provideMerge(afterHooks(hooks, onEvent)),
    Layer.provideMerge([
      EventFeed.layer,
      Links.layer,
      Credentials.layer(settings.prefix),
      signedTokensIn(accessTokens)
    ]),
    Layer.provideMerge(Layer.succeed(Settings, settings)),
    Layer.provide([
      Layer.provide(withLegacy(legacy), hasherIn(hasher ?? argon2Hasher(settings.passwords.argon2))),
      Layer.succeed(BeforeHooks, makeDecisions(hooks))
    ])
  )
}

/** The hasher that the host gives. */
const hasherIn = (layer: Layer.Layer<PasswordHasher>): Layer.Layer<PasswordHasher, ConfigurationError> =>
  Layer.effect(PasswordHasher, serviceIn(layer, PasswordHasher, { setting: "hasher", problem: NO_HASHER }))

/** At start, and for what an administrator may change also at run time, in every process. */
const warningsFor =
  (hasMailer: boolean): Warnings =>
  ({ sessions, registration, unsafeDevMode }) => [
    ...(!hasMailer && sessions.requireVerified ? [NOBODY_VERIFIED] : []),
    ...(!hasMailer && registration === "invite" ? [NOBODY_INVITED] : []),
    ...(unsafeDevMode ? ["unsafeDevMode is on: every new user is a superuser"] : [])
  ]

const NOBODY_VERIFIED =
  "sessions.requireVerified is on and there is no mailer: nobody can verify an address by mail. Give createAuth a mailer, or verify users by users.change"

const NOBODY_INVITED =
  'registration is "invite" and there is no mailer: users.create mails no invitation. Give createAuth a mailer, or hand over the code of recovery.invite'

/** Once at start: create the configured administrator, or else see whether the store knows of one. */
const start = Effect.fnUntraced(function* ({ admin, setup }: ResolvedSettings) {
  const { seedAdmin, needed } = yield* Setup
  if (admin.username !== null || admin.email !== null) return yield* seedAdmin(admin)
  // Whatever serves the setup page announces it. A store that is away fails the start, not the announcement.
  if (setup.announce) yield* needed()
})
