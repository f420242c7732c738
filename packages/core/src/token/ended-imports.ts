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
import type { TokenId } from "./access-token.ts"
import type { NewToken, TokenKey } from "./token-store.ts"

/** How long is kept that a token has ended: a century, because the other system may prolong it there. */
const KEPT_MS = 100 * 365 * DAY_MS

/** How long all of a user's are kept out, known here or not: longer than any change-over takes. Then the user may be given others. */
const ALL_KEPT_MS = 30 * DAY_MS

/**
 * Which imported tokens have ended here, so that the same import, made again, brings none of them back (BAK-04). The other system still has
 * them in its export. A mark is set before the token goes. An import looks for it before it writes, and again afterwards: so whichever of
 * the two comes first, the token stays ended.
 */
export const makeEndedImports = ({ tokens, attempts }: Pick<StoreShape, "tokens" | "attempts">) => {
  const marks = makeEndedMarks({ attempts })

  /** Notes the end of a user's imported tokens: of the one with this id, or of all. */
  const note = Effect.fnUntraced(function* (owner: UserId, id: TokenId | null): Effect.fn.Return<void, StoreError> {
    const at = yield* Clock.currentTimeMillis
    for (let after: Place | null = null; ; ) {
      const page: ReadonlyArray<NewToken> = yield* tokens.export(owner, at, { after, limit: MOST_PER_PAGE })
      const ending = page.filter(({ token }) => token.isImported && (id === null || token.id === id))
      yield* Effect.forEach(ending, ({ hash }) => marks.set(markOf(owner, hash), at + KEPT_MS), {
        concurrency: 16,
        discard: true
      })
      const last = page.at(-1)
      if (last === undefined || page.length < MOST_PER_PAGE || (id !== null && ending.length > 0)) return
      after = { createdAt: last.token.createdAt, id: last.token.id }
    }
  })

  /** Notes that a token ends, if it is an imported one. */
  const noteEnd = ({ owner, id }: TokenKey): Effect.Effect<void, StoreError> => note(owner, id)

  /** Notes that all tokens of a user end, those too that an import is still to bring. */
  const noteEndOfAll = Effect.fnUntraced(function* (owner: UserId) {
    yield* marks.set(markOfAll(owner), (yield* Clock.currentTimeMillis) + ALL_KEPT_MS)
    yield* note(owner, null)
  })

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
