import {
  type Admin,
  type ApproverNotAllowed,
  type Audit,
  type CliLogins,
  type Identify,
  type Passwords,
  type PersonalData,
  type Recovery,
  type Refusal,
  type RuntimeSettings,
  type SeedRefused,
  type Sessions,
  type Setup,
  TOKEN_NAME_LIMIT,
  type TokenEnded,
  type TokenImportInvalid,
  type TokenNameInvalid,
  type Tokens,
  type Users
} from "@latchkey/core"
import type * as Effect from "effect/Effect"
import { type FieldProblem, tooLong, tooShort, valueProblem } from "../request/field-problem.ts"
import { scopeChallenge } from "./challenge.ts"
import { type Problem, type RouteProblem, validationProblem } from "./problem.ts"

type Services =
  | typeof Admin
  | typeof Audit
  | typeof CliLogins
  | typeof Identify
  | typeof Passwords
  | typeof PersonalData
  | typeof Recovery
  | typeof RuntimeSettings
  | typeof Sessions
  | typeof Setup
  | typeof Tokens
  | typeof Users

type FailureOf<Verb> = Verb extends (...parameters: never) => Effect.Effect<infer _Value, infer Failure, infer _Needs>
  ? Failure
  : never

type FailuresOf<Key extends Services> = Key extends Services
  ? { [Verb in keyof Key["Service"]]: FailureOf<Key["Service"][Verb]> }[keyof Key["Service"]]
  : never

/** The caller's log-in is not recent enough, and the request has no password. */
export class NotFresh {
  readonly _tag = "NotFresh"
}

/** No live session of this user has this id. */
export class SessionNotFound {
  readonly _tag = "SessionNotFound"
}

/**
 * All errors of a route: those of the services, and its own. Without those of token imports and of the configured administrator,
 * which no route does.
 */
export type RouteError =
  | Exclude<FailuresOf<Services>, SeedRefused | TokenImportInvalid | TokenEnded>
  | NotFresh
  | SessionNotFound
  | RouteProblem

const unauthorized: Problem = { status: 401, code: "unauthorized", detail: "Unauthorized" }
const cliLoginNotFound: Problem = { status: 404, code: "cli-login-not-found", detail: "Challenge not found" }
const notFound: Problem = { status: 404, code: "not-found", detail: "Not Found" }

const unavailable = (retryAfter: number): Problem => ({
  status: 503,
  code: "unavailable",
  detail: "Service Unavailable",
  headers: { "Retry-After": String(retryAfter) }
})

const invalidField = (field: string, msg: string): Problem => validationProblem([valueProblem(["body", field], msg)])

/** The problem of a token's name, whose length has bounds that older clients know. */
const tokenNameProblem = ({ problem, message }: TokenNameInvalid): FieldProblem => {
  const loc = ["body", "name"]
  if (problem === "missing") return tooShort(loc, 1)
  return problem === "too-long" ? tooLong(loc, TOKEN_NAME_LIMIT) : valueProblem(loc, message)
}

/** A refusal of somebody. `code` tells programs which one it is. */
const forbidden = (code: string): Problem => ({ status: 403, code, detail: "Forbidden" })

const notFresh = forbidden("reauthentication-required")

/** A refusal of a hook of the host's. People and programs read its reason. */
const refusedByHost = (code: string, reason: string): Problem => ({
  ...forbidden(code),
  members: { reason },
  text: reason
})

const mustChangePassword = forbidden("password-change-required")

/** Why somebody cannot approve a program. */
const notApproved = {
  program: forbidden("session-required"),
  "not-verified": forbidden("email-not-verified"),
  "password-change": mustChangePassword
} satisfies Readonly<Record<ApproverNotAllowed["reason"], Problem>>

/** RFC 6750 §3.1: the answer names the scope (HDR-09). */
const lacksScope = (code: string, scope: string): Problem => ({
  ...forbidden(code),
  members: { scope },
  headers: { "WWW-Authenticate": scopeChallenge(scope) }
})

/** Every failure and its problem on the wire, in one table. An error without a row does not compile (ERR-01, HDR-08). */
export const problems: {
  readonly [Tag in RouteError["_tag"]]: (error: Extract<RouteError, { _tag: Tag }>) => Problem
} = {
  RouteProblem: ({ problem }) => problem,
  AdminRefused: (refusal) => problemOfRefusal(refusal),
  Busy: ({ retryAfter }) => ({ ...unavailable(retryAfter), code: "busy" }),
  AlreadyVerified: () => ({ status: 400, code: "already-verified", detail: "VERIFY_USER_ALREADY_VERIFIED" }),
  ApproverNotAllowed: ({ reason }) => notApproved[reason],
  CliLoginDecided: () => ({ ...cliLoginNotFound, code: "cli-login-decided" }),
  CliLoginDenied: () => ({ ...cliLoginNotFound, code: "cli-login-denied" }),
  CliLoginDisabled: () => forbidden("cli-login-disabled"),
  CliLoginExpired: () => ({ status: 410, code: "cli-login-expired", detail: "Challenge expired" }),
  CliLoginNotFound: () => cliLoginNotFound,
  // The routes that older clients know tell it under a name of their own.
  CodeInvalid: ({ reason }) => ({ status: 400, code: `code-${reason}`, detail: "BAD_TOKEN" }),
  CredentialEnded: () => unauthorized,
  CredentialInvalid: () => unauthorized,
  // HDR-10: a proxy that adds a second header is found only if the answer says which header is meant.
  CredentialMalformed: () => ({
    status: 400,
    code: "invalid-request",
    detail: "Bad Request",
    members: { header: "Authorization" }
  }),
  EditConflict: () => ({ status: 409, code: "edit-conflict", detail: "EDIT_CONFLICT" }),
  DeletionRefused: ({ reason }) => refusedByHost("deletion-refused", reason),
  HasherError: () => unavailable(5),
  HookFailed: ({ retryAfter }) => ({ ...unavailable(retryAfter), code: "hook-failed" }),
  ImpersonationInvalid: ({ field, message }) => invalidField(field === "lifetime" ? "expires_in" : "reason", message),
  ImpersonationRefused: ({ reason }) =>
    forbidden(reason === "off" ? "impersonation-disabled" : `impersonation-of-${reason}`),
  InvalidCredentials: () => ({ status: 400, code: "login-bad-credentials", detail: "LOGIN_BAD_CREDENTIALS" }),
  IdempotencyKeyInvalid: ({ message }) => invalidField("idempotency_key", message),
  LastSuperuser: () => ({ status: 409, code: "last-superuser", detail: "LAST_SUPERUSER" }),
  AccountNameInvalid: ({ kind, message }) => invalidField(kind, message),
  AccountNameTaken: () => ({
    status: 400,
    code: "register-user-already-exists",
    detail: "REGISTER_USER_ALREADY_EXISTS"
  }),
  NotInvitable: ({ reason, message }) => ({ status: 409, code: "not-invitable", detail: message, members: { reason } }),
  NotFresh: () => notFresh,
  NotVerified: () => ({ status: 400, code: "login-user-not-verified", detail: "LOGIN_USER_NOT_VERIFIED" }),
  NumberNotSupported: () => forbidden("number-not-supported"),
  OtherNetwork: () => forbidden("other-network"),
  PasswordRefused: ({ message }) => ({
    status: 400,
    code: "invalid-password",
    detail: { code: "REGISTER_INVALID_PASSWORD", reason: message }
  }),
  ProgramNameInvalid: ({ message }) => invalidField("client", message),
  RegistrationClosed: () => forbidden("registration-closed"),
  RemovalNotAllowed: ({ reason }) => forbidden(reason === "program" ? "session-required" : "account-deletion-disabled"),
  RegistrationRefused: ({ reason }) => refusedByHost("registration-refused", reason),
  ScopeMissing: ({ scope }) => lacksScope("insufficient-scope", scope),
  ScopeNotGrantable: ({ message }) => invalidField("scopes", message),
  SessionDataChanged: () => ({ status: 409, code: "session-data-changed", detail: "Conflict" }),
  SessionDataTooLarge: () => ({ status: 413, code: "session-data-too-large", detail: "Content Too Large" }),
  SessionEnded: () => unauthorized,
  SessionNotFound: () => notFound,
  SettingPasswordNotAllowed: () => forbidden("setting-password-not-allowed"),
  SettingsChanged: () => ({ status: 409, code: "settings-changed", detail: "SETTINGS_CHANGED" }),
  SettingsRefused: ({ problems: wrong }) =>
    validationProblem(
      wrong.map(({ setting, problem }) => valueProblem(["body", "values", setting], `${setting} ${problem}`))
    ),
  SetupAlreadyDone: () => ({ ...notFound, code: "setup-done" }),
  SetupTokenInvalid: () => forbidden("setup-token-invalid"),
  StoreError: () => unavailable(2),
  TokenAlreadyIssued: () => ({ status: 409, code: "token-already-issued", detail: "TOKEN_ALREADY_ISSUED" }),
  TokenLifetimeInvalid: ({ message }) => invalidField("expires_in_days", message),
  TokenNameInvalid: (error) => validationProblem([tokenNameProblem(error)]),
  TokenNotFound: () => notFound,
  TokensDisabled: () => forbidden("tokens-disabled"),
  TooManyAttempts: ({ retryAfter }) => ({
    status: 429,
    code: "too-many-attempts",
    detail: "Too Many Requests",
    headers: { "Retry-After": String(retryAfter) }
  }),
  TooManyChallenges: () => ({
    status: 429,
    code: "too-many-challenges",
    detail: "Too Many Requests",
    headers: { "Retry-After": "60" }
  }),
  TooManyTokens: () => ({ status: 409, code: "too-many-tokens", detail: "TOO_MANY_TOKENS" }),
  // The error names the role, which is what the client sent.
  UnknownRole: () => invalidField("roles", "Input should have only roles that are declared"),
  UserNotFound: () => notFound,
  WrongPassword: () => forbidden("current-password-wrong")
}

/** The problem that a failure becomes. */
export const problemOf = (error: RouteError): Problem => {
  const row = problems[error._tag] as (error: RouteError) => Problem // the row of its own tag
  return row(error)
}

/** The problem that a policy's refusal becomes. */
export const problemOfRefusal = ({ code, scope, role }: Refusal): Problem => {
  if (code === unauthorized.code) return unauthorized
  if (scope !== undefined) return lacksScope(code, scope)
  return role === undefined ? forbidden(code) : { ...forbidden(code), members: { role } }
}

export const plainProblem = {
  unauthorized,
  notFresh,
  mustChangePassword,
  forged: forbidden("forged-request"),
  foreignCredential: {
    status: 400,
    code: "foreign-credential",
    detail: "The Authorization header opens nothing here, and excludes the session cookie"
  },
  notFound,
  malformed: { status: 400, code: "malformed-request", detail: "The request target or the Host header is malformed." },
  internal: { status: 500, code: "internal", detail: "Internal Server Error" }
} satisfies Record<string, Problem>
