import * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import type { StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { AuditRecord } from "./audit-store.ts"

const NOBODY: ReadonlySet<UserId> = new Set()

/**
 * Who of these was removed here and is gone, as the trail tells: to repeat an import or a restoration must not bring them back, with all
 * that they once could. Where nobody was ever removed, one look is enough. Only removals after the place `after` of the trail count.
 */
export const removedAmong = Effect.fnUntraced(function* (
  { users, audit }: Pick<StoreShape, "users" | "audit">,
  ids: ReadonlyArray<UserId>,
  after = 0
): Effect.fn.Return<ReadonlySet<UserId>, StoreError> {
  const removals = { after: null, order: "newest-first", limit: 1, type: "user.removed", request: null } as const
  const [newest] = yield* audit.list({ ...removals, user: null })
  if (newest === undefined || newest.sequence <= after) return NOBODY
  const isRemoved = Effect.fnUntraced(function* (id: UserId) {
    if ((yield* users.find(id)) !== null) return false
    // Of an administrator's events only those are asked for that are about them: they may have removed others since.
    for (let place: number | null = null; ; ) {
      const [last]: ReadonlyArray<AuditRecord> = yield* audit.list({ ...removals, after: place, user: id })
      if (last === undefined || last.sequence <= after) return false
      if (last.event.subject === id) return true
      place = last.sequence
    }
  })
  return new Set(yield* Effect.filter(ids, isRemoved, { concurrency: 16 }))
})
