import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SecretHash } from "../secret/credential.ts"
import { sha256Hex } from "../secret/digest.ts"
import type { EndedMark } from "../secret/signed-tokens.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { makeEndedMarks } from "../user/ended-marks.ts"
import { MOST_PER_PAGE, type Place } from "../vocabulary/page.ts"
import { DAY_MS } from "../vocabulary/time.ts"
import type { NewToken, TokenKey } from "./token-store.ts"

/** How long is kept that a token without an end has ended: for as long as any store keeps anything. */
const ENDLESS_MS = 100 * 365 * DAY_MS

/**
 * Which imported tokens have ended here, so that the same import, made again, brings none of them back (BAK-04). The other system still has
 * them in its export. A mark is set before the token goes. An import looks for it before it writes, and again afterwards: so whichever of
 * the two comes first, the token stays ended.
 */
export const makeEndedImports = ({ tokens, attempts }: Pick<StoreShape, "tokens" | "attempts">) => {
  const marks = makeEndedMarks({ attempts })

  /** The imported token that a key names, with its hash; null for every other token. */
  const importedOf = Effect.fnUntraced(function* ({
    owner,
    id
  }: TokenKey): Effect.fn.Return<NewToken | null, StoreError> {
    const at = yield* Clock.currentTimeMillis
    for (let after: Place | null = null; ; ) {
      const page: ReadonlyArray<NewToken> = yield* tokens.export(owner, at, { after, limit: MOST_PER_PAGE })
      const found = page.find(({ token }) => token.id === id)
      const last = page.at(-1)
      if (found !== undefined) return found.token.isImported ? found : null
      if (last === undefined || page.length < MOST_PER_PAGE) return null
      after = { createdAt: last.token.createdAt, id: last.token.id }
    }
  })

  /** Notes that a token ends, if it is an imported one. */
  const noteEnd = Effect.fnUntraced(function* (key: TokenKey) {
    const imported = yield* importedOf(key)
    if (imported === null) return
    const { hash, token } = imported
    yield* marks.set(markOf(token.userId, hash), token.expiresAt ?? (yield* Clock.currentTimeMillis) + ENDLESS_MS)
  })

  /** Notes that all tokens of a user end, those too that an import is still to bring. */
  const noteEndOfAll = (owner: UserId): Effect.Effect<void, StoreError> =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => marks.set(markOfAll(owner), at + ENDLESS_MS))

  /** Whether a token has ended here, by itself or with all others of its owner. */
  const isEnded = (owner: UserId, hash: SecretHash): Effect.Effect<boolean, StoreError> =>
    marks.areEnded([markOf(owner, hash), markOfAll(owner)])

  return { noteEnd, noteEndOfAll, isEnded }
}

/** Each under an account of its own, so that no number of others takes its place. */
const markOf = (owner: UserId, hash: SecretHash): EndedMark => {
  const key = sha256Hex(`latchkey ended import of ${owner} ${hash}`)
  return { account: key, key }
}

const markOfAll = (owner: UserId): EndedMark => {
  const key = sha256Hex(`latchkey ended imports of ${owner}`)
  return { account: key, key }
}
