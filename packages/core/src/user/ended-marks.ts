import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { allLinksEndedMark, ENDED_KEPT_MS, type EndedMark, MOST_ENDED_MARKS } from "../secret/signed-tokens.ts"
import type { StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Instant } from "../vocabulary/time.ts"
import { IMPORTED_EPOCH } from "./first-epoch.ts"
import type { User } from "./user.ts"

/** What of the system before us has ended: read and set as marks, which are revocations and last as those do. */
export const makeEndedMarks = ({ attempts }: Pick<StoreShape, "attempts">) => {
  const areEnded = (marks: ReadonlyArray<EndedMark>): Effect.Effect<boolean, StoreError> =>
    Effect.flatMap(Clock.currentTimeMillis, (at) =>
      Effect.map(
        Effect.forEach(marks, (mark) => attempts.isTrusted(mark, at), { concurrency: "unbounded" }),
        (ended) => ended.includes(true)
      )
    )

  const set = (ended: EndedMark, until: Instant): Effect.Effect<void, StoreError> =>
    Effect.flatMap(Clock.currentTimeMillis, (at) =>
      attempts.trust({ ...ended, until }, { at, most: MOST_ENDED_MARKS, replaced: null, keep: "lasting" })
    )

  /** Takes a mark back, as when what it was set for has failed. */
  const takeBack = (ended: EndedMark): Effect.Effect<void, StoreError> =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => set(ended, at))

  /** Sets a mark that ends all of a user's, whatever the options say now: they may accept the system before us later. */
  const setForAll = (ended: EndedMark, acceptedUntil: Instant | null = null): Effect.Effect<void, StoreError> =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => set(ended, Math.max(acceptedUntil ?? at, at) + ENDED_KEPT_MS))

  /** Ends the links that were mailed to a user before their address changes. Those of a later epoch have ended (JWT-12). */
  const endLinks = ({ id, epoch }: Pick<User, "id" | "epoch">): Effect.Effect<void, StoreError> =>
    epoch === IMPORTED_EPOCH ? setForAll(allLinksEndedMark(id)) : Effect.void

  return { areEnded, set, takeBack, setForAll, endLinks }
}
