import {
  type AccessToken,
  AccountNameInvalid,
  AccountNameTaken,
  AdminRefused,
  AlreadyVerified,
  ApproverNotAllowed,
  Busy,
  CliLoginDecided,
  CliLoginDenied,
  CliLoginDisabled,
  CliLoginExpired,
  CliLoginNotFound,
  CodeInvalid,
  CredentialEnded,
  CredentialInvalid,
  CredentialMalformed,
  DeletionRefused,
  EditConflict,
  HasherError,
  HookFailed,
  IdempotencyKeyInvalid,
  ImpersonationInvalid,
  ImpersonationRefused,
  InvalidCredentials,
  LastSuperuser,
  NotInvitable,
  NotVerified,
  NumberNotSupported,
  OtherNetwork,
  PasswordRefused,
  ProgramNameInvalid,
  RegistrationClosed,
  RegistrationRefused,
  RemovalNotAllowed,
  ScopeMissing,
  ScopeNotGrantable,
  SessionDataChanged,
  SessionDataTooLarge,
  SessionEnded,
  SettingPasswordNotAllowed,
  SettingsChanged,
  SettingsRefused,
  SetupAlreadyDone,
  SetupTokenInvalid,
  StoreError,
  TokenAlreadyIssued,
  TokenId,
  TokenLifetimeInvalid,
  TokenNameInvalid,
  TokenNotFound,
  TokensDisabled,
  TooManyAttempts,
  TooManyChallenges,
  TooManyTokens,
  UnknownRole,
  UserId,
  UserNotFound,
  WrongPassword
} from "@latchkey/core"
import { expect, test } from "vitest"
import { problemBody, RouteProblem, statusTitles } from "./problem.ts"
import {
  NotFresh,
  plainProblem,
  problemOf,
  problemOfRefusal,
  problems,
  type RouteError,
  SessionNotFound
} from "./problems.ts"

const CANARY = "zq-canary-zq"

const token: AccessToken = {
  id: TokenId(CANARY),
  userId: UserId(CANARY),
  name: CANARY,
  hint: CANARY,
  scopes: [CANARY],
  epoch: 0,
  createdAt: 0,
  expiresAt: null,
  lastUsedAt: null,
  replacedBy: null,
  isImported: false
}

/** Every failure, and the status and detail that it has on the wire. */
const expected: ReadonlyArray<readonly [RouteError, number, unknown]> = [
  [new RouteProblem({ status: 404, code: "not-found", detail: "Not Found" }), 404, "Not Found"],
  [new Busy({ retryAfter: 5 }), 503, "Service Unavailable"],
  [new ApproverNotAllowed({ reason: "program" }), 403, "Forbidden"],
  [new CliLoginDecided({ state: "denied" }), 404, "Challenge not found"],
  [new CliLoginDenied(), 404, "Challenge not found"],
  [new CliLoginDisabled(), 403, "Forbidden"],
  [new CliLoginExpired(), 410, "Challenge expired"],
  [new CliLoginNotFound(), 404, "Challenge not found"],
  [new NumberNotSupported(), 403, "Forbidden"],
  [new OtherNetwork(), 403, "Forbidden"],
  [
    new ProgramNameInvalid({ problem: "missing" }),
    422,
    [{ type: "value_error", loc: ["body", "client"], msg: expect.stringContaining("missing") }]
  ],
  [new TooManyChallenges({ most: 10_000 }), 429, "Too Many Requests"],
  [new CredentialEnded(), 401, "Unauthorized"],
  [new CredentialInvalid({ presentedAs: "bearer" }), 401, "Unauthorized"],
  [new CredentialMalformed(), 400, "Bad Request"],
  [new AdminRefused({ code: "admin-required" }), 403, "Forbidden"],
  [new EditConflict(), 409, "EDIT_CONFLICT"],
  [new ImpersonationRefused({ reason: "self" }), 403, "Forbidden"],
  [
    new ImpersonationInvalid({ field: "lifetime", problem: "is too long" }),
    422,
    [{ type: "value_error", loc: ["body", "expires_in"], msg: "the lifetime of an impersonation is too long" }]
  ],
  [
    new UnknownRole({ role: "editor" }),
    422,
    [{ type: "value_error", loc: ["body", "roles"], msg: expect.not.stringContaining("editor") }]
  ],
  [new DeletionRefused({ reason: "You still have orders." }), 403, "Forbidden"],
  [new HookFailed({ hook: "beforeRegister", retryAfter: 5 }), 503, "Service Unavailable"],
  [new HasherError({ cause: CANARY }), 503, "Service Unavailable"],
  [new InvalidCredentials(), 400, "LOGIN_BAD_CREDENTIALS"],
  [new LastSuperuser(), 409, "LAST_SUPERUSER"],
  [
    new AccountNameInvalid({ kind: "email", problem: "malformed" }),
    422,
    [{ type: "value_error", loc: ["body", "email"], msg: "this email cannot be used: malformed" }]
  ],
  [new AccountNameTaken({ kind: "username" }), 400, "REGISTER_USER_ALREADY_EXISTS"],
  [
    new IdempotencyKeyInvalid(),
    422,
    [{ type: "value_error", loc: ["body", "idempotency_key"], msg: expect.stringContaining("1 to 64 letters") }]
  ],
  [new NotFresh(), 403, "Forbidden"],
  [new NotVerified(), 400, "LOGIN_USER_NOT_VERIFIED"],
  [
    new PasswordRefused({ problem: "common", reason: null }),
    400,
    { code: "REGISTER_INVALID_PASSWORD", reason: expect.stringContaining("attacker tries") }
  ],
  [
    new PasswordRefused({ problem: "host", reason: "This password was in a leak." }),
    400,
    { code: "REGISTER_INVALID_PASSWORD", reason: "This password was in a leak." }
  ],
  [new RegistrationClosed(), 403, "Forbidden"],
  [new RemovalNotAllowed({ reason: "off" }), 403, "Forbidden"],
  [new RegistrationRefused({ reason: "Only for members." }), 403, "Forbidden"],
  [new ScopeMissing({ scope: "latchkey:tokens" }), 403, "Forbidden"],
  [
    new ScopeNotGrantable({ scope: CANARY }),
    422,
    [{ type: "value_error", loc: ["body", "scopes"], msg: expect.stringContaining("a scope that does not exist") }]
  ],
  [new SessionDataChanged(), 409, "Conflict"],
  [new AlreadyVerified(), 400, "VERIFY_USER_ALREADY_VERIFIED"],
  [new CodeInvalid({ reason: "used" }), 400, "BAD_TOKEN"],
  [new NotInvitable({ reason: "no-email" }), 409, "an invitation needs an e-mail address"],
  [new SessionDataTooLarge({ size: 20_000 }), 413, "Content Too Large"],
  [new SessionEnded(), 401, "Unauthorized"],
  [new SessionNotFound(), 404, "Not Found"],
  [new SettingPasswordNotAllowed(), 403, "Forbidden"],
  [new SettingsChanged({ version: 2 }), 409, "SETTINGS_CHANGED"],
  [
    new SettingsRefused({ problems: [{ setting: "sessions.idle", problem: "must be shorter" }] }),
    422,
    [{ type: "value_error", loc: ["body", "values", "sessions.idle"], msg: "sessions.idle must be shorter" }]
  ],
  [new SetupAlreadyDone({ isTokenRight: false }), 404, "Not Found"],
  [new SetupTokenInvalid(), 403, "Forbidden"],
  [new StoreError({ operation: "users.insert", cause: new Error(CANARY) }), 503, "Service Unavailable"],
  [new TokenAlreadyIssued({ token }), 409, "TOKEN_ALREADY_ISSUED"],
  [
    new TokenLifetimeInvalid({ longest: 30 * 86_400_000, mayBeEndless: false }),
    422,
    [{ type: "value_error", loc: ["body", "expires_in_days"], msg: expect.stringContaining("at most 30") }]
  ],
  [
    new TokenNameInvalid({ problem: "too-long" }),
    422,
    [{ type: "string_too_long", loc: ["body", "name"], msg: "String should have at most 100 characters" }]
  ],
  [new TokenNotFound(), 404, "Not Found"],
  [new TokensDisabled(), 403, "Forbidden"],
  [new TooManyAttempts({ retryAt: 0, retryAfter: 3 }), 429, "Too Many Requests"],
  [new TooManyTokens({ most: 50 }), 409, "TOO_MANY_TOKENS"],
  [new UserNotFound(), 404, "Not Found"],
  [new WrongPassword(), 403, "Forbidden"]
]

test("ERR-01 every failure has its row: a status, a detail, and nothing of its cause", () => {
  expect(new Set(expected.map(([error]) => error._tag))).toEqual(new Set(Object.keys(problems)))
  for (const [error, status, detail] of expected) {
    const problem = problemOf(error)
    expect(problemBody(problem)).toEqual({
      type: `https://latchkey.dev/problems/${problem.code}`,
      title: statusTitles[status],
      status,
      detail,
      code: expect.stringMatching(/^[a-z]+(?:-[a-z]+)*$/),
      ...problem.members
    })
    expect(JSON.stringify(problem)).not.toContain(CANARY)
  }
})

test("HDR-09 a refusal for a scope names it in the body and in the challenge, if a challenge can hold it", () => {
  const missing = problemOf(new ScopeMissing({ scope: "latchkey:tokens" }))
  expect(missing).toEqual(problemOfRefusal({ code: "insufficient-scope", scope: "latchkey:tokens" }))
  expect(missing).toMatchObject({
    members: { scope: "latchkey:tokens" },
    headers: {
      "WWW-Authenticate": 'Bearer realm="latchkey", error="insufficient_scope", scope="latchkey:tokens"'
    }
  })
  for (const scope of ['a"b', "a\r\nb", "ü", "a b", "a\\b"]) {
    expect(problemOfRefusal({ code: "insufficient-scope", scope }).headers).toEqual({
      "WWW-Authenticate": 'Bearer realm="latchkey", error="insufficient_scope"'
    })
  }
})

test("HDR-10 the problem of two credentials names the header", () => {
  expect(problemBody(problemOf(new CredentialMalformed()))).toMatchObject({ status: 400, header: "Authorization" })
})

test("a host's own refusal keeps its code, and nobody is 401 whoever says so", () => {
  expect(problemOfRefusal({ code: "other-domain" })).toEqual({ status: 403, code: "other-domain", detail: "Forbidden" })
  expect(problemOfRefusal({ code: "unauthorized" })).toEqual(plainProblem.unauthorized)
})

test("RAT-09 whoever must wait is told how long, in whole seconds", () => {
  const waits = expected.flatMap(([error]) => {
    const { status, headers } = problemOf(error)
    return status === 429 || status === 503 ? [headers?.["Retry-After"]] : []
  })
  expect(waits).toEqual(["5", "60", "5", "5", "2", "3"])
})
