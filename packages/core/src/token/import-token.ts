import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { tokenName } from "../audit/trace.ts"
import { SecretHash } from "../secret/credential.ts"
import { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import { IMPORTED_EPOCH } from "../user/first-epoch.ts"
import type { User } from "../user/user.ts"
import { UserNotFound } from "../user/user-errors.ts"
import { orFail } from "../vocabulary/read.ts"
import { isInstant } from "../vocabulary/time.ts"
import { type AccessToken, TokenId } from "./access-token.ts"
import { makeEndedImports } from "./ended-imports.ts"
import { TokenEnded, TokenImportInvalid } from "./token-errors.ts"
import { readScopes, readTokenName, type TokenOptions } from "./token-rules.ts"
import type { TokenImportContext, TokenToImport } from "./token-service.ts"

const SHA256 = /^[0-9a-f]{64}$/

/** Imports tokens. They get the user's present epoch, and end with it like all others. */
export const makeTokenImport = Effect.fnUntraced(function* (options: TokenOptions) {
  const store = yield* Store
  const { users, tokens } = store
  const audit = yield* Audit
  const credentials = yield* Credentials
  const ended = makeEndedImports(store)

  /** What `tokens.import` would answer, as the store is now. A token whose owner is known may be gone: only `find` tells. */
  const rehearse = Effect.fnUntraced(function* ({ id }: User, hash: SecretHash) {
    const owner = yield* tokens.ownerOf(hash)
    return owner === null || (owner === id && (yield* tokens.find(id, hash)) === null)
  })

  const takeBack = Effect.fnUntraced(function* (owner: UserId, hash: SecretHash) {
    const token = yield* tokens.find(owner, hash)
    if (token !== null) yield* tokens.revoke({ owner, id: token.id })
  })

  return Effect.fn("Tokens.import")(function* (wanted: TokenToImport, context: TokenImportContext = {}) {
    const { isRehearsal = false, forImported = false, ...trace } = context
    const sha256 = wanted.sha256.toLowerCase()
    const field = invalidField({ ...wanted, sha256 })
    if (field !== null) return yield* new TokenImportInvalid({ field })
    const name = yield* orFail(readTokenName(wanted.name))
    const scopes = yield* orFail(readScopes(wanted.scopes ?? [], "all", options))
    const user = yield* users.find(wanted.user)
    if (user === null) return yield* new UserNotFound()
    const hash = SecretHash(sha256)
    if (forImported && user.epoch !== IMPORTED_EPOCH) return yield* new TokenEnded({ with: "everything" })
    if (yield* ended.isEnded(user.id, hash)) {
      if (!isRehearsal) yield* takeBack(user.id, hash) // an earlier import may have failed between its write and its second look
      return yield* new TokenEnded({ with: "tokens" })
    }
    if (isRehearsal) return yield* rehearse(user, hash)
    const now = yield* Clock.currentTimeMillis
    const token: AccessToken = {
      id: TokenId(credentials.newId(now)),
      userId: user.id,
      name,
      hint: wanted.hint ?? "",
      scopes,
      epoch: user.epoch, // whatever ends it meanwhile ends this token
      createdAt: Math.min(wanted.createdAt ?? now, now),
      expiresAt: wanted.expiresAt,
      lastUsedAt: wanted.lastUsedAt == null ? null : Math.min(wanted.lastUsedAt, now),
      replacedBy: null,
      isImported: true
    }
    const isNew = yield* tokens.import({ token, hash })
    if (!isNew) return false
    const hasEnded = Effect.onError(ended.isEnded(user.id, hash), () => Effect.ignore(takeBack(user.id, hash)))
    if (yield* hasEnded) {
      yield* takeBack(user.id, hash)
      return yield* new TokenEnded({ with: "tokens" })
    }
    const details = { scopes: scopes.join(" "), expiresAt: token.expiresAt }
    yield* audit.append("token.imported", { details, subject: user.id, credential: tokenName(token.id), ...trace })
    if (!options.acceptImported) {
      yield* Effect.logWarning("an imported token opens nothing while tokens.acceptImported is off")
    }
    return true
  })
})

const HINT = /^[\x21-\x7e]{0,8}$/

/** The first field that is not valid; null when all are. */
const invalidField = (token: TokenToImport): TokenImportInvalid["field"] | null => {
  if (!SHA256.test(token.sha256)) return "sha256"
  if (!HINT.test(token.hint ?? "")) return "hint"
  const times = ["createdAt", "expiresAt", "lastUsedAt"] as const
  return times.find((time) => !isInstant(token[time] ?? 0)) ?? null
}
