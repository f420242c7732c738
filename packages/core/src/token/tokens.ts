import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { tokenName } from "../audit/trace.ts"
import type { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import { type ListPage, wantedPage } from "../vocabulary/page.ts"
import { isTokenLive } from "./access-token.ts"
import { makeTokenCheck } from "./check-token.ts"
import { makeEndedImports } from "./ended-imports.ts"
import { makeTokenImport } from "./import-token.ts"
import { makeTokenIssuer } from "./issue-token.ts"
import type { TokenOptions } from "./token-rules.ts"
import type { RevokedBy, TokenService } from "./token-service.ts"
import type { TokenKey } from "./token-store.ts"

/** Personal access tokens: what programs keep to act for a user. */
export class Tokens extends Context.Service<Tokens, TokenService>()("@latchkey/core/Tokens") {
  static readonly layer = (options: TokenOptions): Layer.Layer<Tokens, never, Store | Audit | Credentials> =>
    Layer.effect(Tokens, makeTokens(options))
}

const makeTokens = Effect.fnUntraced(function* (options: TokenOptions) {
  const store = yield* Store
  const { users, tokens } = store
  const audit = yield* Audit
  const ended = makeEndedImports(store)

  const list = Effect.fnUntraced(function* (userId: UserId, page: Partial<ListPage> = {}) {
    const now = yield* Clock.currentTimeMillis
    const user = yield* users.find(userId)
    if (user === null) return []
    const read = (from: ListPage) => tokens.list(userId, now, from)
    return yield* wantedPage(read, (token) => isTokenLive(token, user, now), page)
  })

  const recordRevoked = (
    subject: UserId,
    count: number,
    credential: string | null,
    { as = "owner", ...trace }: RevokedBy
  ) => audit.append("token.revoked", { details: { by: as, count }, subject, credential, ...trace })

  // Tokens end also where the mark of an import cannot be set now. Then the failure is told.
  const revoke = Effect.fn("Tokens.revoke")(function* (key: TokenKey, trace: RevokedBy = {}) {
    const noted = yield* Effect.exit(ended.noteEnd(key))
    const isRevoked = yield* tokens.revoke(key)
    yield* users.countRevocation(key.owner)
    if (isRevoked) yield* recordRevoked(key.owner, 1, tokenName(key.id), trace)
    return yield* Effect.as(noted, isRevoked)
  })

  const revokeAllOf = Effect.fn("Tokens.revokeAllOf")(function* (userId: UserId, trace: RevokedBy = {}) {
    const noted = yield* Effect.exit(ended.noteEndOfAll(userId))
    const count = yield* tokens.revokeAll(userId)
    yield* users.countRevocation(userId)
    if (count > 0) yield* recordRevoked(userId, count, null, trace)
    return yield* Effect.as(noted, count)
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
