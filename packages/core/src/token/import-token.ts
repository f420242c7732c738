import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { SecretHash } from "../secret/credential.ts"
import { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import type { Instant } from "../user/user.ts"
import { UserNotFound } from "../user/user-errors.ts"
import { type AccessToken, TokenId } from "./access-token.ts"
import { TokenImportInvalid } from "./token-errors.ts"
import { readScopes, readTokenName, type TokenOptions } from "./token-rules.ts"

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
  /** Null for a token without an end, whatever the options say of new ones. */
  readonly expiresAt: Instant | null
  readonly lastUsedAt?: Instant | null
  /** At most 8 characters by which its user knows it again, if the other system kept any. */
  readonly hint?: string
}

const SHA256 = /^[0-9a-f]{64}$/

/** Takes tokens over. They have the user's present epoch, and die with it like all others. */
export const makeTokenImport = Effect.fnUntraced(function* (options: TokenOptions) {
  const { users, tokens } = yield* Store
  const audit = yield* Audit
  const credentials = yield* Credentials

  return Effect.fnUntraced(function* (wanted: TokenToImport) {
    const hash = wanted.sha256.toLowerCase()
    const field = invalidField({ ...wanted, sha256: hash })
    if (field !== null) return yield* new TokenImportInvalid({ field })
    const name = yield* readTokenName(wanted.name)
    const scopes = yield* readScopes(wanted.scopes ?? [], "all", options)
    const user = yield* users.find(wanted.user)
    if (user === null) return yield* new UserNotFound()
    const now = yield* Clock.currentTimeMillis
    const token: AccessToken = {
      id: TokenId(credentials.newId(now)),
      userId: user.id,
      name,
      hint: wanted.hint ?? "",
      scopes,
      epoch: user.epoch,
      createdAt: Math.min(wanted.createdAt ?? now, now),
      expiresAt: wanted.expiresAt,
      lastUsedAt: wanted.lastUsedAt == null ? null : Math.min(wanted.lastUsedAt, now),
      replacedBy: null,
      isImported: true
    }
    const isNew = yield* tokens.import({ token, hash: SecretHash(hash) })
    if (!isNew) return false
    const details = { scopes: scopes.join(" "), expiresAt: token.expiresAt }
    yield* audit.append("token.imported", { details, subject: user.id, credential: `token:${token.id}` })
    if (!options.acceptImported) {
      yield* Effect.logWarning("an imported token opens nothing while tokens.acceptImported is off")
    }
    return true
  })
})

const HINT = /^[\x21-\x7e]{0,8}$/

/** The first field that cannot be taken over as it is; null when all can. */
const invalidField = (token: TokenToImport): TokenImportInvalid["field"] | null => {
  if (!SHA256.test(token.sha256)) return "sha256"
  if (!HINT.test(token.hint ?? "")) return "hint"
  const times = ["createdAt", "expiresAt", "lastUsedAt"] as const
  return times.find((time) => !isInstant(token[time] ?? 0)) ?? null
}

/** The times that a `Date` can be (ECMA-262 §21.4.1.1), from 1970 on (TIM-04). */
const isInstant = (at: Instant): boolean => Number.isSafeInteger(at) && at >= 0 && at <= 8.64e15
