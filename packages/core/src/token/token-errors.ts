import * as Data from "effect/Data"
import { DAY_MS } from "../vocabulary/time.ts"
import type { AccessToken } from "./access-token.ts"

/** The option `tokens.enabled` is off: no token is issued, and no token works (PAT-08). */
export class TokensDisabled extends Data.TaggedError("TokensDisabled") {
  override get message(): string {
    return "personal access tokens are turned off"
  }
}

/** The user already has the maximum number of live tokens (`tokens.perUser`). Nothing was written. */
export class TooManyTokens extends Data.TaggedError("TooManyTokens")<{ readonly most: number }> {
  override get message(): string {
    return `no more than ${this.most} live tokens: revoke one first`
  }
}

/** A token was made with this idempotency key before, and is still there. Nothing was written, and its secret is not told again. */
export class TokenAlreadyIssued extends Data.TaggedError("TokenAlreadyIssued")<{
  /** The token that is there. It may have ended, by its time or with its user's other credentials. */
  readonly token: AccessToken
}> {
  override get message(): string {
    return "this token was made already"
  }
}

/** The idempotency key is not 1 to 64 letters, digits, `-` and `_`. */
export class IdempotencyKeyInvalid extends Data.TaggedError("IdempotencyKeyInvalid") {
  override get message(): string {
    return "an idempotency key is 1 to 64 letters, digits, - and _"
  }
}

/** The name of the token is empty, too long, or contains a character that is not allowed. */
export class TokenNameInvalid extends Data.TaggedError("TokenNameInvalid")<{ readonly problem: TokenNameProblem }> {
  override get message(): string {
    return `this name cannot be used: ${this.problem}`
  }
}

export type TokenNameProblem = "missing" | "too-long" | "malformed"

/** The lifetime is not a positive whole time, is longer than `tokens.longest`, or is endless although `tokens.mayBeEndless` is off (PAT-05). */
export class TokenLifetimeInvalid extends Data.TaggedError("TokenLifetimeInvalid")<{
  /** Milliseconds. */
  readonly longest: number
  readonly mayBeEndless: boolean
}> {
  override get message(): string {
    return `a token lives for a whole number of days, at most ${Math.floor(this.longest / DAY_MS)}`
  }
}

/** The scope is not declared, or the caller does not have it (PAT-04, PAT-10). */
export class ScopeNotGrantable extends Data.TaggedError("ScopeNotGrantable")<{ readonly scope: string }> {
  override get message(): string {
    return "a token cannot be given a scope that does not exist, or that its maker does not have"
  }
}

/** The caller's token does not have the scope that this needs (PAT-04). */
export class ScopeMissing extends Data.TaggedError("ScopeMissing")<{ readonly scope: string }> {
  override get message(): string {
    return `this needs the scope ${this.scope}`
  }
}

/** No live token of this user has this id. */
export class TokenNotFound extends Data.TaggedError("TokenNotFound") {
  override get message(): string {
    return "token not found"
  }
}

/** The token cannot be imported: its hash is not a SHA-256 in hexadecimal, a time is invalid, or its hint has more than 8 characters. */
export class TokenImportInvalid extends Data.TaggedError("TokenImportInvalid")<{
  readonly field: "sha256" | "hint" | "createdAt" | "expiresAt" | "lastUsedAt"
}> {
  override get message(): string {
    return `this token cannot be imported: its ${this.field} is not valid`
  }
}

/** The token was imported before and has ended here, or its user has ended all that they had: no import brings it back (BAK-04). */
export class TokenEnded extends Data.TaggedError("TokenEnded")<{
  /** `everything`: something ended all credentials of its user. `tokens`: this one was ended, or all tokens of its user. */
  readonly with: "tokens" | "everything"
}> {
  override get message(): string {
    return this.with === "everything"
      ? "everything that its user had was ended here since, or the user was here before: make a new token"
      : "was ended here since: make a new token"
  }
}
