import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient } from "../audit/trace.ts"
import type { CheckFailure, Passwords } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import { maybeSigned, SignedTokens } from "../secret/signed-tokens.ts"
import type { ResumedToken } from "../session/lone-token.ts"
import type { ResumedSession } from "../session/session-service.ts"
import { Sessions } from "../session/sessions.ts"
import type { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { Tokens } from "../token/tokens.ts"
import { tokenUserNames } from "../user/account-name.ts"
import { type Authorization, parseAuthorization } from "./authorization-header.ts"
import { makeBasicPassword } from "./basic-password.ts"
import { AMBIGUOUS } from "./cookie.ts"
import { type Identity, pendingOf, type SessionIdentity } from "./identity.ts"
import { CredentialInvalid, CredentialMalformed, type PresentedAs } from "./identity-errors.ts"

/** The parts of a request's head that can identify the caller: nothing of its query or its body can (PAT-12). */
export interface Presented {
  /** The Authorization header. Headers that came twice are joined by a comma, as Fetch does. */
  readonly authorization: string | null
  /** The session cookie's value, as `readCookie` gives it. */
  readonly sessionCookie: string | null | typeof AMBIGUOUS
  readonly client?: Client
}

/** Why a credential identifies nobody. Only mode `basic` checks passwords, which can fail in more ways. */
export type IdentifyFailure = CredentialInvalid | CredentialMalformed | CheckFailure

/** Resolves who is calling. Every credential passes through here. */
export class Identify extends Context.Service<
  Identify,
  {
    /**
     * Who is calling: an identity, or null for nobody. A cookie that does not open a session, or no longer does, is nobody. An
     * Authorization header that opens nothing is `CredentialInvalid`, and the cookie is not tried then (HDR-05). A store
     * outage is a `StoreError`, never nobody (SES-13). The identity may be pending: judge it by `admit` or `permits`.
     */
    readonly identify: (presented: Presented) => Effect.Effect<Identity | null, IdentifyFailure>
  }
>()("@latchkey/core/Identify") {
  static readonly layer = (
    options: IdentifyOptions
  ): Layer.Layer<Identify, never, Sessions | Tokens | Passwords | Audit | Credentials | SignedTokens | Store> =>
    Layer.effect(Identify, makeIdentify(options))
}

export interface IdentifyOptions {
  /** `session`: cookies, and tokens in the header. `basic`: user and password in the header too, and no cookies. */
  readonly mode: "session" | "basic"
  /** Whether users without a verified e-mail address are pending. */
  readonly requireVerified: boolean
}

type Identified = Effect.Effect<Identity, CredentialInvalid | CheckFailure>

const nobody = Effect.succeed(null)

const makeIdentify = Effect.fnUntraced(function* (options: IdentifyOptions) {
  const { mode } = options
  const sessions = yield* Sessions
  const tokens = yield* Tokens
  const audit = yield* Audit
  const { kindOf } = yield* Credentials
  const isSigned = (yield* SignedTokens) === null ? () => false : maybeSigned
  const checkPassword = mode === "basic" ? yield* makeBasicPassword(options) : null

  const withSession = (found: ResumedSession, via: SessionIdentity["via"]): SessionIdentity => ({
    user: found.user,
    pending: pendingOf(found.user, options),
    via,
    scopes: "all",
    session: found.session,
    actor: found.actor
  })

  const withBearer = (found: ResumedSession | ResumedToken): Identity =>
    "session" in found
      ? withSession(found, "bearer")
      : {
          user: found.user,
          pending: pendingOf(found.user, options),
          via: "jwt",
          scopes: "all",
          jwt: found.jwt,
          actor: found.actor
        }

  const token = (secret: string, presentedAs: PresentedAs, name?: string): Identified =>
    Effect.flatMap(tokens.check(secret, name), (found) =>
      found === null
        ? invalid[presentedAs]
        : Effect.succeed<Identity>({
            user: found.user,
            pending: pendingOf(found.user, options),
            via: "token",
            scopes: found.token.scopes,
            token: found.token
          })
    )

  const fromCookie = (presented: Presented): Effect.Effect<Identity | null, CredentialInvalid | StoreError> => {
    if (mode === "basic" || presented.sessionCookie === null) return nobody
    // A secret works only in the transport that its session was opened for (SES-17).
    if (presented.sessionCookie !== AMBIGUOUS)
      return Effect.map(sessions.resume(presented.sessionCookie, "browser"), (found) =>
        found === null ? null : withSession(found, "session")
      )
    return Effect.andThen(
      audit.append("cookie.ambiguous", { details: {}, client: presented.client ?? unknownClient }),
      invalid.cookie
    )
  }

  const fromBearer = (secret: string): Identified => {
    if (kindOf(secret) === "ses") return session(secret, () => invalid.bearer)
    // Not a token of ours: it may be one of another system, imported by its hash.
    return isSigned(secret) ? session(secret, () => token(secret, "bearer")) : token(secret, "bearer")
  }

  const session = (secret: string, orElse: () => Identified): Identified =>
    Effect.flatMap(sessions.resumeBearer(secret), (found) =>
      found === null ? orElse() : Effect.succeed(withBearer(found))
    )

  /**
   * Where the secret is, in the clients of package indexes and of git. A password is checked only in mode `basic` (BAS-02).
   *
   * | user | password | |
   * | --- | --- | --- |
   * | token | empty | the token is the user name |
   * | `__token__`, `x-access-token`, `oauth2` | token | the user name says nothing |
   * | the owner's name | token | and must be the owner's |
   * | name | password | mode `basic` only |
   */
  const fromBasic = ({ user, password }: Basic, client: Client = unknownClient): Identified => {
    if (password === "") return token(user, "basic")
    if (tokenUserNames.has(user)) return token(password, "basic")
    if (checkPassword === null || kindOf(password) === "pat") return token(password, "basic", user)
    return Effect.flatMap(checkPassword({ name: user, password, client }), (identity) =>
      identity === null ? invalid.basic : Effect.succeed<Identity>(identity)
    )
  }

  const identify = (presented: Presented): Effect.Effect<Identity | null, IdentifyFailure> => {
    const authorization = parseAuthorization(presented.authorization)
    switch (authorization._tag) {
      case "None":
        return fromCookie(presented)
      case "Bearer":
        return fromBearer(authorization.token)
      case "Basic":
        return fromBasic(authorization, presented.client)
      case "Malformed":
        return Effect.fail(new CredentialMalformed())
      case "Invalid":
      case "Unsupported":
        return invalid.other
    }
  }

  return Identify.of({ identify })
})

type Basic = Extract<Authorization, { readonly _tag: "Basic" }>

/** Made once: making an error collects its stack, which costs more than recognising junk. */
const invalid: Readonly<Record<PresentedAs, Effect.Effect<never, CredentialInvalid>>> = {
  bearer: Effect.fail(new CredentialInvalid({ presentedAs: "bearer" })),
  basic: Effect.fail(new CredentialInvalid({ presentedAs: "basic" })),
  cookie: Effect.fail(new CredentialInvalid({ presentedAs: "cookie" })),
  other: Effect.fail(new CredentialInvalid({ presentedAs: "other" }))
}
