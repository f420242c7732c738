/** Latchkey's core: authentication rules without HTTP. Start with `createAuth` (promises) or `authLayer` (Effect). */
export { Admin } from "./admin/admin.ts"
export {
  AdminRefused,
  ImpersonationInvalid,
  ImpersonationRefused,
  SettingPasswordNotAllowed
} from "./admin/admin-errors.ts"
export type { AdminFailure, Impersonated, Impersonating } from "./admin/admin-service.ts"
export { administers, impersonates, recentAdmin } from "./admin/as-admin.ts"
export { Audit } from "./audit/audit.ts"
export type {
  AuditDetails,
  AuditEvent,
  AuditType,
  CountedType,
  SettingChange,
  Tally,
  ToldDetails,
  UserFieldChange
} from "./audit/audit-event.ts"
export type { AuditRecord, AuditStart } from "./audit/audit-store.ts"
export { auditTypes } from "./audit/audit-types.ts"
export type { EventReader } from "./audit/event-reader.ts"
export type { ChainAnchor, ChainVerdict, KeptAnchor } from "./audit/hash-chain.ts"
export { type LogLimit, makeLogLimit } from "./audit/log-limit.ts"
export { safeText } from "./audit/safe-text.ts"
export { auditNameOf, type Client, isRequestId, type MailTrace, type Trace, unknownClient } from "./audit/trace.ts"
export {
  type AuthOptions,
  type AuthServices,
  authLayer,
  Settings,
  type StartError
} from "./auth/auth-layer.ts"
export { type Auth, createAuth } from "./auth/create-auth.ts"
export type { Promised } from "./auth/promised.ts"
export { SweepsByItself, type Swept } from "./auth/sweeper.ts"
export { Backup } from "./backup/backup.ts"
export type { BackupPart, BackupRow, RowOutcome } from "./backup/backup-row.ts"
export { parseBackupRow } from "./backup/read-backup-row.ts"
export type { RestoreContext } from "./backup/restore-backup.ts"
export type { BackupPage, BackupPlace } from "./backup/take-backup.ts"
export {
  type ApprovedChallenge,
  type Challenge,
  ChallengeId,
  type ClaimedChallenge,
  type CliLoginResult,
  type DeniedBy,
  type DeniedChallenge,
  hasChallengeExpired,
  MOST_WRONG_NUMBERS,
  type OwnChallenge,
  type PendingChallenge,
  type RedeemedChallenge
} from "./cli-login/challenge.ts"
export {
  ApproverNotAllowed,
  CliLoginDecided,
  CliLoginDenied,
  CliLoginDisabled,
  CliLoginExpired,
  CliLoginNotFound,
  NumberNotSupported,
  OtherNetwork,
  ProgramNameInvalid,
  TooManyChallenges
} from "./cli-login/cli-login-errors.ts"
export type {
  ApprovedCliLogin,
  BegunCliLogin,
  CliLoginToBegin,
  CliLoginToCollect,
  Collected
} from "./cli-login/cli-login-service.ts"
export { CliLogins } from "./cli-login/cli-logins.ts"
export { isUserCodeOf, parseUserCode, shownUserCode } from "./cli-login/user-code.ts"
export { type Code, type CodePurpose, isCodeLive } from "./code/code.ts"
export { CodeInvalid } from "./code/code-errors.ts"
export { Codes } from "./code/codes.ts"
export type { OnEvent } from "./hook/after-hooks.ts"
export type { AfterHookName, Happened, HookEvent } from "./hook/after-table.ts"
export type { HookResult } from "./hook/call-hook.ts"
export { HookFailed } from "./hook/hook-errors.ts"
export type { Hooks } from "./hook/hooks.ts"
export { type Authorization, authorizationScheme, parseAuthorization } from "./identity/authorization-header.ts"
export { AMBIGUOUS, readCookie } from "./identity/cookie.ts"
export { Identify, type IdentifyFailure, type Presented } from "./identity/identify.ts"
export {
  actorOf,
  type Identity,
  isImpersonated,
  type JwtIdentity,
  type PasswordIdentity,
  type Pending,
  type SessionIdentity,
  type TokenIdentity,
  traceOf
} from "./identity/identity.ts"
export { CredentialInvalid, CredentialMalformed } from "./identity/identity-errors.ts"
export {
  type Admission,
  type AskedFor,
  admin,
  admit,
  all,
  anyone,
  either,
  evenPending,
  inPerson,
  isPolicy,
  type Policy,
  permits,
  person,
  type Refusal,
  type RefusalCode,
  recently,
  role,
  scope,
  signedIn,
  verified,
  viaSession,
  wordsForNoPolicy
} from "./identity/policies.ts"
export { Links, type LinkTo } from "./mail/links.ts"
export {
  codeMailKinds,
  type Mail,
  type MailCause,
  type Mailer,
  type MailFailure,
  type MailKind,
  mailKinds,
  type NoticeKind,
  noticeKinds
} from "./mail/mail.ts"
export { Outbox } from "./mail/outbox.ts"
export { argon2Hasher } from "./password/argon2-hasher.ts"
export { Busy } from "./password/hash-queue.ts"
export { PasswordRefused, WrongPassword } from "./password/password-errors.ts"
export { HasherError, PasswordHasher } from "./password/password-hasher.ts"
export type { PasswordProblem } from "./password/password-rules.ts"
export { Passwords } from "./password/passwords.ts"
export {
  type AccountData,
  type EventsOfUser,
  PersonalData,
  type PersonalEvent,
  type PersonalSession
} from "./personal-data/personal-data.ts"
export { Recovery } from "./recovery/recovery.ts"
export { AlreadyVerified, NotInvitable } from "./recovery/recovery-errors.ts"
export type { Invitation, OpenedCode, PasswordLink } from "./recovery/recovery-service.ts"
export { RandomBytes } from "./secret/random.ts"
export { conceal, reveal, type SecretText } from "./secret/secret-text.ts"
export {
  type OldLink,
  type PublicKey,
  type SignedClaims,
  SignedTokens,
  type SignedTokensShape,
  type TokenToSign
} from "./secret/signed-tokens.ts"
export { parseUserId, UserId } from "./secret/user-id.ts"
export type { LoneToken, ResumedToken } from "./session/lone-token.ts"
export { type Impersonation, type Json, type Session, SessionId, type SessionKind } from "./session/session.ts"
export {
  InvalidCredentials,
  NotVerified,
  SessionDataChanged,
  SessionDataTooLarge,
  SessionEnded
} from "./session/session-errors.ts"
export type { LoggedIn, LogIn, OpenedSession, ResumedSession } from "./session/session-service.ts"
export { Sessions } from "./session/sessions.ts"
export { ConfigurationError, isConfigurationError, type SettingProblem } from "./settings/configuration-error.ts"
export { isLocalUrl, isLoopback } from "./settings/contradictions.ts"
export type { Field, Written } from "./settings/field.ts"
export { nearestVariable } from "./settings/nearest-setting.ts"
export { type RuntimeEntry, type RuntimePath, runtimeEntries } from "./settings/runtime-paths.ts"
export type { Applies } from "./settings/runtime-setting.ts"
export {
  type ChangeOfSettings,
  RuntimeSettings,
  type SettingsToChange,
  type SettingToChange
} from "./settings/runtime-settings.ts"
export { SettingsChanged, SettingsRefused } from "./settings/runtime-settings-errors.ts"
export { type SettingEntry, settingEntries } from "./settings/setting-entries.ts"
export { authSettingsFromEnv } from "./settings/settings-from-env.ts"
export type { AuthSettings, ResolvedSettings } from "./settings/settings-table.ts"
export { type FirstAdmin, Setup } from "./setup/setup.ts"
export { SeedRefused, SetupAlreadyDone, SetupTokenInvalid } from "./setup/setup-errors.ts"
export { type Actor, CredentialEnded } from "./store/actor.ts"
export { mixStores } from "./store/mix-stores.ts"
export type { FoundSession, FoundToken, StoreLayer, StoreParts } from "./store/store.ts"
export { isStoreError, StoreError } from "./store/store-error.ts"
export { TooManyAttempts } from "./throttle/throttle-errors.ts"
export { type AccessToken, TokenId } from "./token/access-token.ts"
export { hasScope, isOwnScope, ownScopes, type Scopes } from "./token/scopes.ts"
export {
  IdempotencyKeyInvalid,
  ScopeMissing,
  ScopeNotGrantable,
  TokenAlreadyIssued,
  TokenEnded,
  TokenImportInvalid,
  TokenLifetimeInvalid,
  TokenNameInvalid,
  TokenNotFound,
  TokensDisabled,
  TooManyTokens
} from "./token/token-errors.ts"
export { type Lifetime, TOKEN_NAME_LIMIT } from "./token/token-rules.ts"
export type { IssuedToken, TokenImportContext, TokenMaker, TokenToImport, TokenToIssue } from "./token/token-service.ts"
export { Tokens } from "./token/tokens.ts"
export { importedUserId } from "./user/imported-id.ts"
export type { ImportContext, RefusedField, UserImport, UserToImport } from "./user/imported-user.ts"
export { REPEATED_FORM_MS } from "./user/just-registered.ts"
export { missingName, requiredNames } from "./user/new-user.ts"
export { type EditedFields, editedVersion, type User } from "./user/user.ts"
export {
  AccountNameInvalid,
  AccountNameTaken,
  DeletionRefused,
  EditConflict,
  LastSuperuser,
  RegistrationClosed,
  RegistrationRefused,
  RemovalNotAllowed,
  UnknownRole,
  UserNotFound
} from "./user/user-errors.ts"
export type { UserCount, UserFilter, UserPage, UserPlace } from "./user/user-list.ts"
export type {
  ChangeOfSelf,
  Registration,
  RepeatContext,
  UserToChange,
  UserToCreate
} from "./user/user-service.ts"
export { Users } from "./user/users.ts"
export { type Cidr, cidr } from "./vocabulary/cidr.ts"
export { parseIp } from "./vocabulary/ip-address.ts"
export { didYouMean } from "./vocabulary/nearest.ts"
export { compareNetworks } from "./vocabulary/network.ts"
export { isObjectOfOptions, optionsProblem, wordsFor } from "./vocabulary/options-given.ts"
export type { ListPage, Place } from "./vocabulary/page.ts"
export { type Instant, LONGEST_COOKIE_MS } from "./vocabulary/time.ts"
export { NO_ADDRESS, trustedProxy } from "./vocabulary/trusted-proxy.ts"
