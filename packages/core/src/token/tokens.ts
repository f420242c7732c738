import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient } from "../audit/audit-event.ts"
import type { SecretText } from "../password/passwords.ts"
import type { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { type FoundToken, Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import type { UserNotFound } from "../user/user-errors.ts"
import { type AccessToken, isTokenLive, type TokenId } from "./access-token.ts"
import { makeTokenCheck } from "./check-token.ts"
import { makeTokenImport, type TokenToImport } from "./import-token.ts"
import { makeTokenIssuer } from "./issue-token.ts"
import type { Scopes } from "./scopes.ts"
import type {
  ScopeMissing,
  ScopeNotGrantable,
  TokenImportInvalid,
  TokenLifetimeInvalid,
  TokenNameInvalid,
  TokenNotFound,
  TokensDisabled,
  TooManyTokens
} from "./token-errors.ts"
import type { Lifetime, TokenOptions } from "./token-rules.ts"
import type { TokenKey } from "./token-store.ts"

/** Whose token it becomes, and what the credential they act with allows: an identity is one. */
export interface TokenMaker {
  readonly user: User
  readonly scopes: Scopes
}

export interface TokenToIssue {
  /** 1 to 100 characters. */
  readonly name: string
  /** Default none: such a token only says who its user is. */
  readonly scopes?: ReadonlyArray<string>
  /** Default `tokens.lifetime`; `"endless"` only where `tokens.mayBeEndless`. */
  readonly lifetime?: Lifetime
  readonly client?: Client
}

/** A token, and the secret that proves it: shown this once. */
export interface IssuedToken {
  readonly token: AccessToken
  readonly secret: Redacted.Redacted<string>
}

/** Who revoked: for the audit trail. */
export interface RevokedBy {
  readonly actor?: UserId | null
  readonly client?: Client
  readonly as?: "owner" | "admin"
}

/** Personal access tokens: what programs keep to act for a user. */
export class Tokens extends Context.Service<
  Tokens,
  {
    /** Makes a token, never with more than its maker has. The maker's proof of who they are is the caller's to ask for. */
    readonly issue: (
      maker: TokenMaker,
      wanted: TokenToIssue
    ) => Effect.Effect<
      IssuedToken,
      | TokensDisabled
      | ScopeMissing
      | TokenNameInvalid
      | ScopeNotGrantable
      | TokenLifetimeInvalid
      | TooManyTokens
      | StoreError
    >
    /**
     * The user and token of a secret, or null when it opens nothing (any more). One store call, none for junk, and no
     * password hash. Notes the use, at most once a minute. With a login: only if it is the owner's own name or address.
     */
    readonly check: (secret: SecretText, login?: string) => Effect.Effect<FoundToken | null, StoreError>
    /** The user's live tokens, newest first. */
    readonly list: (userId: UserId) => Effect.Effect<ReadonlyArray<AccessToken>, StoreError>
    /**
     * Makes a token in the place of another: same name and lifetime, and its scopes as far as they still exist and the maker
     * has them. The old one goes on for `overlap` (default `tokens.overlap`; 0 ends it at once), and cannot be rotated again.
     */
    readonly rotate: (
      maker: TokenMaker,
      id: TokenId,
      options?: { readonly overlap?: Duration.Input; readonly client?: Client }
    ) => Effect.Effect<
      IssuedToken,
      TokensDisabled | ScopeMissing | TokenNotFound | TokenLifetimeInvalid | TooManyTokens | StoreError
    >
    /** Ends a token. True when this call ended it; false when it was gone already, so retries are safe. */
    readonly revoke: (key: TokenKey, by?: RevokedBy) => Effect.Effect<boolean, StoreError>
    /** Ends all tokens of a user, and says how many. */
    readonly revokeAllOf: (userId: UserId, by?: RevokedBy) => Effect.Effect<number, StoreError>
    /**
     * Takes over a token of another system by the SHA-256 of its text: it opens what its scopes say, while
     * `tokens.acceptImported` is on. False when it is there already, so an import may be run again.
     */
    readonly import: (
      token: TokenToImport
    ) => Effect.Effect<boolean, UserNotFound | TokenImportInvalid | TokenNameInvalid | ScopeNotGrantable | StoreError>
  }
>()("@latchkey/core/Tokens") {
  static readonly layer = (options: TokenOptions): Layer.Layer<Tokens, never, Store | Audit | Credentials> =>
    Layer.effect(Tokens, makeTokens(options))
}

const makeTokens = Effect.fnUntraced(function* (options: TokenOptions) {
  const { users, tokens } = yield* Store
  const audit = yield* Audit

  const list = Effect.fnUntraced(function* (userId: UserId) {
    const now = yield* Clock.currentTimeMillis
    const [user, all] = yield* Effect.all([users.find(userId), tokens.list(userId, now)], { concurrency: 2 })
    return user === null ? [] : all.filter((token) => isTokenLive(token, user, now))
  })

  const recordRevoked = (owner: UserId, count: number, revoked: RevokedBy, credential: string | null) =>
    audit.append("token.revoked", {
      details: { by: revoked.as ?? "owner", count },
      actor: revoked.actor ?? null,
      subject: owner,
      credential,
      client: revoked.client ?? unknownClient
    })

  const revoke = Effect.fnUntraced(function* (key: TokenKey, revoked: RevokedBy = {}) {
    const isRevoked = yield* tokens.revoke(key)
    if (isRevoked) yield* recordRevoked(key.owner, 1, revoked, `token:${key.id}`)
    return isRevoked
  })

  const revokeAllOf = Effect.fnUntraced(function* (userId: UserId, revoked: RevokedBy = {}) {
    const count = yield* tokens.revokeAll(userId)
    if (count > 0) yield* recordRevoked(userId, count, revoked, null)
    return count
  })

  return Tokens.of({
    check: yield* makeTokenCheck(options),
    list,
    ...(yield* makeTokenIssuer(options, list)),
    revoke,
    revokeAllOf,
    import: yield* makeTokenImport(options)
  })
})
