import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Client, Trace } from "../audit/trace.ts"
import type { SecretText } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import type { Actor, CredentialEnded } from "../store/actor.ts"
import type { FoundToken } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { UserNotFound } from "../user/user-errors.ts"
import type { ListPage } from "../vocabulary/page.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AccessToken, TokenId } from "./access-token.ts"
import type { Scopes } from "./scopes.ts"
import type {
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
} from "./token-errors.ts"
import type { Lifetime } from "./token-rules.ts"
import type { TokenKey } from "./token-store.ts"

/** Whose token it becomes, and what the credential allows that they act with. An identity is one. */
export interface TokenMaker extends Actor {
  readonly scopes: Scopes
}

export interface TokenToIssue {
  /** 1 to 100 characters. */
  readonly name: string
  /** Default none: such a token only identifies its user. */
  readonly scopes?: ReadonlyArray<string>
  /** Default `tokens.lifetime`; `"endless"` only where `tokens.mayBeEndless`. A bare number is milliseconds. */
  readonly lifetime?: Lifetime
  /**
   * 1 to 64 letters, digits, `-` and `_`, chosen anew for each token that is wanted, as by the form that asks for it. While a token
   * that its owner made with the same key is there, there is no second one.
   */
  readonly idempotencyKey?: string
  readonly client?: Client
  /** Who makes it, for the audit trail, if that is not its owner: whoever runs the server, for example. */
  readonly by?: Pick<Trace, "actor" | "actedWith">
}

/** A token of another system, of which only the hash is known. */
export interface TokenToImport {
  readonly user: UserId
  readonly name: string
  /** The SHA-256 of the token's text, in hexadecimal. */
  readonly sha256: string
  /** Default none. */
  readonly scopes?: ReadonlyArray<string>
  /** Default now. */
  readonly createdAt?: Instant
  /** Null for a token without an end, whatever the options say about new ones. */
  readonly expiresAt: Instant | null
  readonly lastUsedAt?: Instant | null
  /** At most 8 characters by which its user recognises it, if the other system kept any. */
  readonly hint?: string
}

/** How a token is imported, and by whom. */
export interface TokenImportContext extends Trace {
  /** Only says what would become of it, and adds nothing. */
  readonly isRehearsal?: boolean
  /**
   * The user came by `users.import`: gets a token only as long as nothing has ended all that the user had, such as a new password, since
   * then. Say it for every import that may be repeated. Default false: any user's present credentials are what it joins.
   */
  readonly forImported?: boolean
}

/** A token, and the secret that proves it, which is shown only this once. */
export interface IssuedToken {
  readonly token: AccessToken
  readonly secret: Redacted.Redacted<string>
}

/** Who revokes a token. */
export type RevokedBy = Trace<"owner" | "admin">

export interface TokenService {
  /**
   * Issues a token, never with more than its maker has. Whether the maker must prove who they are again is up to the caller. When
   * what the maker acts with has ended since they were identified, there is no token (SES-22). Of any number of calls with one
   * idempotency key, also at once, one makes a token, and the others fail with `TokenAlreadyIssued` (PAT-13).
   */
  readonly issue: (
    maker: TokenMaker,
    wanted: TokenToIssue
  ) => Effect.Effect<
    IssuedToken,
    | TokensDisabled
    | CredentialEnded
    | ScopeMissing
    | TokenNameInvalid
    | ScopeNotGrantable
    | TokenLifetimeInvalid
    | IdempotencyKeyInvalid
    | TokenAlreadyIssued
    | TooManyTokens
    | StoreError
  >
  /**
   * The user and token of a secret, or null when it is not a token, or no longer opens anything. One store call, none for
   * junk, and no password hash. Notes the use, at most once a minute. With a name: only if it is the owner's username or
   * e-mail address.
   */
  readonly check: (secret: SecretText, name?: string) => Effect.Effect<FoundToken | null, StoreError>
  /** The user's live tokens, newest first, at most `limit` (default 50, at most 500); `after` continues a list at its last token. */
  readonly list: (userId: UserId, page?: Partial<ListPage>) => Effect.Effect<ReadonlyArray<AccessToken>, StoreError>
  /**
   * Replaces a token by one of the same name and lifetime, with those of its scopes that still exist and that the maker
   * has. The old one stays valid for `overlap` (default `tokens.overlap`; 0 ends it at once, a bare number is milliseconds), and cannot be rotated again.
   */
  readonly rotate: (
    maker: TokenMaker,
    id: TokenId,
    options?: { readonly overlap?: Duration.Input; readonly client?: Client }
  ) => Effect.Effect<
    IssuedToken,
    TokensDisabled | CredentialEnded | ScopeMissing | TokenNotFound | TokenLifetimeInvalid | TooManyTokens | StoreError
  >
  /** Ends a token. True when this call ended it; false when it was gone already, so retries are safe. */
  readonly revoke: (key: TokenKey, trace?: RevokedBy) => Effect.Effect<boolean, StoreError>
  /** Ends all tokens of a user, and returns how many. */
  readonly revokeAllOf: (userId: UserId, trace?: RevokedBy) => Effect.Effect<number, StoreError>
  /**
   * Imports a token of another system by the SHA-256 of its text. It works, within its scopes, while `tokens.acceptImported`
   * is on. False when it is there already, so an import may be run again. One that was ended here since never comes back: `TokenEnded`
   * (BAK-04).
   */
  readonly import: (
    token: TokenToImport,
    context?: TokenImportContext
  ) => Effect.Effect<
    boolean,
    UserNotFound | TokenImportInvalid | TokenNameInvalid | ScopeNotGrantable | TokenEnded | StoreError
  >
}
