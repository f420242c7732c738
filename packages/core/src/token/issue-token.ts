import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { auditNameOf, type Client, tokenName, unknownClient } from "../audit/trace.ts"
import { Credentials } from "../secret/credentials.ts"
import { reveal } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import { CredentialEnded, isActedFor, isCredentialThere } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import { MOST_PER_PAGE, type Place } from "../vocabulary/page.ts"
import { orFail } from "../vocabulary/read.ts"
import type { Instant } from "../vocabulary/time.ts"
import { type AccessToken, TokenId } from "./access-token.ts"
import { readIdempotencyKey } from "./idempotency-key.ts"
import { TokenNotFound, TokensDisabled } from "./token-errors.ts"
import {
  isGrantable,
  mayMakeTokens,
  readExpiry,
  readOverlap,
  readScopes,
  readTokenName,
  type TokenOptions
} from "./token-rules.ts"
import type { IssuedToken, TokenMaker, TokenService, TokenToIssue } from "./token-service.ts"

/** How many of the six characters of the check are kept. They tell tokens apart in a list, and nothing about the secret (PAT-02). */
const HINT_LENGTH = 4

/** The two ways in which a token is made: a new one, or a replacement for another. */
export const makeTokenIssuer = Effect.fnUntraced(function* (options: TokenOptions, list: TokenService["list"]) {
  const store = yield* Store
  const { tokens } = store
  const audit = yield* Audit
  const credentials = yield* Credentials

  const mint = (fields: Omit<AccessToken, "hint" | "lastUsedAt" | "replacedBy" | "isImported">) => {
    const { secret, hash } = credentials.mint("pat", fields.userId)
    const token: AccessToken = {
      ...fields,
      hint: reveal(secret).slice(-HINT_LENGTH),
      lastUsedAt: null,
      replacedBy: null,
      isImported: false
    }
    return { token, secret, hash }
  }

  /**
   * Nobody knows the secret before the answer, so the token is written first, and what its maker acts with is looked for afterwards.
   * If that has ended by then, it leaves no token behind (SES-22). The epoch needs no look: the token has the maker's.
   */
  const keepFor = Effect.fnUntraced(function* (maker: TokenMaker, { userId: owner, id }: AccessToken) {
    if (yield* isCredentialThere(store, maker)) return
    yield* tokens.revoke({ owner, id })
    return yield* new CredentialEnded()
  })

  /** Who acts with something that has ended is not told what was issued. */
  const tellOnly = Effect.fnUntraced(function* (maker: TokenMaker) {
    if (!(yield* isCredentialThere(store, maker))) return yield* new CredentialEnded()
  })

  const newId = (now: Instant): TokenId => TokenId(credentials.newId(now))

  const idFor = (owner: UserId, key: string | undefined, now: Instant) =>
    key === undefined ? Effect.succeed(newId(now)) : orFail(readIdempotencyKey(key, owner))

  const issue = Effect.fn("Tokens.issue")(function* (maker: TokenMaker, wanted: TokenToIssue) {
    if (!options.enabled) return yield* new TokensDisabled()
    yield* mayMakeTokens(maker.scopes)
    if (isActedFor(maker)) return yield* new CredentialEnded()
    const now = yield* Clock.currentTimeMillis
    const { token, secret, hash } = mint({
      id: yield* idFor(maker.user.id, wanted.idempotencyKey, now),
      userId: maker.user.id,
      name: yield* orFail(readTokenName(wanted.name)),
      scopes: yield* orFail(readScopes(wanted.scopes ?? [], maker.scopes, options)),
      epoch: maker.user.epoch,
      createdAt: now,
      expiresAt: yield* orFail(readExpiry(wanted.lifetime, now, options))
    })
    yield* Effect.tapError(tokens.insert({ token, hash }, options.perUser), (error) =>
      error._tag === "TokenAlreadyIssued" ? tellOnly(maker) : Effect.void
    )
    yield* keepFor(maker, token)
    yield* audit.append("token.issued", {
      details: { scopes: token.scopes.join(" "), expiresAt: token.expiresAt },
      ...traceOf(maker, token, wanted.client),
      ...wanted.by
    })
    return { token, secret } satisfies IssuedToken
  })

  const findLive = Effect.fnUntraced(function* (owner: UserId, id: TokenId) {
    for (let after: Place | null = null; ; ) {
      const page: ReadonlyArray<AccessToken> = yield* list(owner, { after, limit: MOST_PER_PAGE })
      const found = page.find((token) => token.id === id)
      const last = page.at(-1)
      if (found !== undefined || last === undefined || page.length < MOST_PER_PAGE) return found ?? null
      after = last
    }
  })

  const rotate = Effect.fn("Tokens.rotate")(function* (
    maker: TokenMaker,
    id: TokenId,
    { overlap, client }: { readonly overlap?: Duration.Input; readonly client?: Client } = {}
  ) {
    if (!options.enabled) return yield* new TokensDisabled()
    yield* mayMakeTokens(maker.scopes)
    const now = yield* Clock.currentTimeMillis
    if (!(yield* isCredentialThere(store, maker))) return yield* new CredentialEnded()
    const old = yield* findLive(maker.user.id, id)
    if (old === null) return yield* new TokenNotFound()
    const { token, secret, hash } = mint({
      id: newId(now),
      userId: old.userId,
      name: old.name,
      scopes: old.scopes.filter((scope) => isGrantable(scope, maker.scopes, options)),
      epoch: maker.user.epoch,
      createdAt: now,
      expiresAt: renewedExpiry(old, now, options)
    })
    const oldExpiresAt = now + (overlap === undefined ? options.overlap : yield* orFail(readOverlap(overlap, options)))
    const rotation = { next: { token, hash }, at: now, oldExpiresAt }
    const isRotated = yield* tokens.rotate({ owner: old.userId, id }, rotation, options.perUser)
    if (!isRotated) return yield* new TokenNotFound()
    if (oldExpiresAt <= now) yield* store.users.countRevocation(old.userId)
    // A token that replaced itself was there in the step that did so.
    if (maker.token?.id !== id) yield* keepFor(maker, token)
    yield* audit.append("token.rotated", {
      details: { from: tokenName(id), oldExpiresAt: Math.min(oldExpiresAt, old.expiresAt ?? oldExpiresAt) },
      ...traceOf(maker, token, client)
    })
    return { token, secret } satisfies IssuedToken
  })

  return { issue, rotate }
})

const traceOf = (maker: TokenMaker, token: AccessToken, client: Client = unknownClient) => ({
  actor: token.userId,
  subject: token.userId,
  credential: tokenName(token.id),
  actedWith: auditNameOf(maker),
  client
})

/** As long as the old one lived, as far as the options still allow it. */
const renewedExpiry = (old: AccessToken, now: Instant, { lifetime, longest, mayBeEndless }: TokenOptions) => {
  if (old.expiresAt === null) return mayBeEndless ? null : now + lifetime
  return now + Math.min(old.expiresAt - old.createdAt, longest)
}
