import * as Effect from "effect/Effect"
import type { StoreError } from "../store/store-error.ts"
import { MOST_PER_PAGE } from "../vocabulary/page.ts"
import type { AuditQuery, AuditRecord, AuditStart, AuditStore } from "./audit-store.ts"
import { type ChainVerdict, checkLink } from "./hash-chain.ts"

type Log = Pick<AuditStore, "lastHash" | "list" | "start">

/**
 * Checks every link from where the trail begins to its end (AUD-06, AUD-10). A sweep may remove what is still to be read; then it
 * begins again at the new beginning. As often as that happens, so much less is left to read.
 */
export const verifyChain = Effect.fnUntraced(function* (log: Log): Effect.fn.Return<ChainVerdict, StoreError> {
  while (true) {
    const verdict = yield* verifyFrom(log, yield* log.start)
    if (verdict !== null) return verdict
  }
})

/** The verdict on a trail that begins here; null if it no longer does, and records are gone that were not read yet. */
const verifyFrom = Effect.fnUntraced(function* (
  log: Log,
  start: AuditStart | null
): Effect.fn.Return<ChainVerdict | null, StoreError> {
  const end = yield* log.lastHash // what others append from now on comes after it
  let previous = start?.hash ?? null
  let hasEnd = previous === end
  let after: number | null = null
  let count = 0
  while (true) {
    const page: ReadonlyArray<AuditRecord> = yield* log.list({ ...everything, after })
    // What was removed before the page was read is missing in it, and the beginning tells.
    if (placeOf(yield* log.start) > Math.max(after ?? 0, placeOf(start))) return null
    for (const record of page) {
      const isBeforeStart = record.sequence <= placeOf(start)
      if (isBeforeStart || !checkLink(previous, record)) return { holds: false, brokenAt: record.sequence, start }
      previous = record.hash ?? previous
      hasEnd = hasEnd || record.hash === end
      count += 1
      after = record.sequence
    }
    if (page.length < MOST_PER_PAGE) break
  }
  return hasEnd ? { holds: true, count, start } : { holds: false, brokenAt: null, start }
})

const placeOf = (start: AuditStart | null): number => start?.sequence ?? 0

const everything: AuditQuery = { after: null, order: "oldest-first", limit: MOST_PER_PAGE, type: null, user: null }
