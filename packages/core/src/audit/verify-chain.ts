import * as Effect from "effect/Effect"
import type { StoreError } from "../store/store-error.ts"
import { MOST_PER_PAGE } from "../vocabulary/page.ts"
import type { AuditQuery, AuditRecord, AuditStart, AuditStore } from "./audit-store.ts"
import { type ChainAnchor, type ChainVerdict, checkLink, type KeptAnchor } from "./hash-chain.ts"

type Log = Pick<AuditStore, "lastHash" | "list" | "start">

/**
 * Checks every link from where the trail begins to its end (AUD-06, AUD-10), and whether the anchor is in it (AUD-14). A sweep may remove
 * what is still to be read; then it begins again at the new beginning. As often as that happens, so much less is left to read.
 */
export const verifyChain = Effect.fnUntraced(function* (
  log: Log,
  anchor: KeptAnchor | null
): Effect.fn.Return<ChainVerdict, StoreError> {
  while (true) {
    const verdict = yield* verifyFrom(log, yield* log.start, anchor)
    if (verdict !== null) return verdict
  }
})

/** The verdict on a trail that begins here; null if it no longer does, and records are gone that were not read yet. */
const verifyFrom = Effect.fnUntraced(function* (
  log: Log,
  start: AuditStart | null,
  anchor: KeptAnchor | null
): Effect.fn.Return<ChainVerdict | null, StoreError> {
  const end = yield* log.lastHash // what others append from now on comes after it
  const sought = seek(anchor, start)
  const broken = (brokenAt: number | null) => ({ holds: false, brokenAt, start }) as const
  let previous = start?.hash ?? null
  let hasEnd = previous === end
  let after: number | null = null
  let count = 0
  while (true) {
    const page: ReadonlyArray<AuditRecord> = yield* log.list({ ...everything, after })
    // What was removed before the page was read is missing in it, and the beginning tells.
    if (placeOf(yield* log.start) > Math.max(after ?? 0, placeOf(start))) return null
    if (sought.isReplaced) return broken(page[0]?.sequence ?? null)
    for (const record of page) {
      const isBeforeStart = record.sequence <= placeOf(start)
      if (isBeforeStart || !checkLink(previous, record) || sought.isMissedAt(record)) return broken(record.sequence)
      previous = record.hash ?? previous
      hasEnd = hasEnd || record.hash === end
      count += 1
      after = record.sequence
    }
    if (page.length < MOST_PER_PAGE) break
  }
  if (!hasEnd || (sought.place > placeOf(start) && sought.place > (after ?? 0))) return broken(null)
  return { holds: true, count, start, anchor: sought.fate }
})

/** How an anchor is looked for in a trail that begins here. */
const seek = (anchor: KeptAnchor | null, start: AuditStart | null) => {
  const place = anchor?.sequence ?? 0
  const isLastRemoved = anchor !== null && place === start?.sequence
  const isRemoved = anchor !== null && place < placeOf(start)
  let isFound = false
  return {
    place,
    /** The last record that was removed is the anchor's, and the chain goes on from another hash. */
    isReplaced: isLastRemoved && start?.hash !== anchor.hash,
    /** Whether this record is in the anchor's place and another one, or the first behind that place without the anchor. */
    isMissedAt: ({ sequence, hash }: AuditRecord): boolean => {
      if (anchor === null || isRemoved || isLastRemoved || isFound || sequence < place) return false
      isFound = sequence === place && hash === anchor.hash
      return !isFound
    },
    fate: anchor === null ? null : isRemoved || isLastRemoved ? ("removed" as const) : ("kept" as const)
  }
}

/** The newest record with a link. Behind it there are few without, or none. */
export const newestAnchor = Effect.fnUntraced(function* (
  log: Pick<Log, "list">
): Effect.fn.Return<ChainAnchor | null, StoreError> {
  for (let after: number | null = null; ; ) {
    const page: ReadonlyArray<AuditRecord> = yield* log.list({ ...everything, order: "newest-first", after })
    for (const { sequence, hash, event } of page) if (hash !== null) return { sequence, hash, at: event.at }
    after = page.at(-1)?.sequence ?? null
    if (page.length < MOST_PER_PAGE) return null
  }
})

const placeOf = (start: AuditStart | null): number => start?.sequence ?? 0

const everything: AuditQuery = {
  after: null,
  order: "oldest-first",
  limit: MOST_PER_PAGE,
  type: null,
  user: null,
  request: null
}
