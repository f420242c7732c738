import * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import type { StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { MOST_PER_PAGE } from "../vocabulary/page.ts"
import type { AuditRecord } from "./audit-store.ts"

const NOBODY: ReadonlySet<UserId> = new Set()

/**
 * Who of these was removed here, as the trail tells, and may have been returned since. Where nobody was ever removed, one look is enough. Only
 * removals after the place `after` of the trail count.
 */
export const removedAmong = Effect.fnUntraced(function* (
  { audit }: Pick<StoreShape, "audit">,
  ids: ReadonlyArray<UserId>,
  after = 0
): Effect.fn.Return<ReadonlySet<UserId>, StoreError> {
  const removals = { after: null, order: "newest-first", limit: 1, type: "user.removed", request: null } as const
  const [newest] = yield* audit.list({ ...removals, user: null })
  if (newest === undefined || newest.sequence <= after) return NOBODY
  const isRemoved = Effect.fnUntraced(function* (id: UserId) {
    // An administrator's removals of others are among theirs: nearly everybody else has one event at most.
    let [place, limit]: [number | null, number] = [null, 1]
    for (;;) {
      const page: ReadonlyArray<AuditRecord> = yield* audit.list({ ...removals, after: place, user: id, limit })
      const own = page.find(({ event }) => event.subject === id)
      const last = page.at(-1)
      if (own !== undefined) return own.sequence > after
      if (last === undefined || last.sequence <= after || page.length < limit) return false
      ;[place, limit] = [last.sequence, MOST_PER_PAGE]
    }
  })
  return new Set(yield* Effect.filter(ids, isRemoved, { concurrency: 16 }))
})

/** Who of these was removed and is gone: to repeat an import or a restoration must not bring them back, with all that they once could. */
export const goneAmong = Effect.fnUntraced(function* (
  store: Pick<StoreShape, "users" | "audit">,
  ids: ReadonlyArray<UserId>
): Effect.fn.Return<ReadonlySet<UserId>, StoreError> {
  const removed = yield* removedAmong(store, ids)
  return yield* absentAmong(store, removed)
})

/** Who of these is not there. */
export const absentAmong = (
  { users }: Pick<StoreShape, "users">,
  ids: Iterable<UserId>
): Effect.Effect<ReadonlySet<UserId>, StoreError> =>
  Effect.map(
    Effect.filter(ids, (id) => Effect.map(users.find(id), (user) => user === null), { concurrency: 16 }),
    (absent) => new Set(absent)
  )
