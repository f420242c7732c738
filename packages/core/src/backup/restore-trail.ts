import * as Effect from "effect/Effect"
import type { AuditRecord, AuditStart, RestoredRecord } from "../audit/audit-store.ts"
import { linkHash } from "../audit/hash-chain.ts"
import type { StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { RowOutcome } from "./backup-row.ts"

/** A beginning is restored only into a trail that never had a record. */
export const restoreStart = (
  { audit }: StoreShape,
  [start]: ReadonlyArray<AuditStart>
): Effect.Effect<ReadonlyArray<RowOutcome>, StoreError> =>
  Effect.gen(function* () {
    if (start === undefined) return []
    const before = yield* audit.start
    yield* audit.restore([], start)
    const after = yield* audit.start
    if (before === null && after !== null) return ["added"]
    return [after !== null && after.sequence >= start.sequence ? "there" : "other-trail"]
  })

/**
 * Records keep their positions, so a store that has others in these places keeps its own. A linked record goes only where its
 * link leads to: else the chain would break. Whoever appends or restores between the look and the write keeps some out, or all of them
 * (BAK-06). Then another look tells what became of each.
 */
export const restoreTrail = Effect.fnUntraced(function* (
  { audit }: StoreShape,
  records: ReadonlyArray<AuditRecord>,
  known: { trailEnd: number }
) {
  /** Of which a call added some: another look tells which. */
  let partly: ReadonlyArray<AuditRecord> = []
  for (;;) {
    const { end, isHeld, isOwn, last, next } = yield* lookForPlaces(audit, records)
    const fits = next.length > 0 && !records.some(isOwn) && isLinked(last, next)
    const count = fits ? yield* audit.restore(withLinks(last, next), null) : 0
    if (fits && count < next.length) {
      if (count > 0) partly = [...partly, ...next]
      continue
    }
    const outcomes = records.map((record): RowOutcome => {
      if (isOwn(record)) return "other-trail"
      if (fits && next.includes(record)) return "added"
      if (partly.includes(record)) return isHeld(record) ? "added" : "other-trail"
      return record.sequence > end ? "other-trail" : "there"
    })
    known.trailEnd = records.findLast((_, at) => outcomes[at] !== "other-trail")?.sequence ?? known.trailEnd
    return outcomes
  }
})

/** What the trail has where these records belong. `isOwn`: it has another one there. `next`: those that come after its end. */
const lookForPlaces = Effect.fnUntraced(function* (audit: StoreShape["audit"], records: ReadonlyArray<AuditRecord>) {
  const first = records[0]?.sequence ?? 0
  const query = { type: null, user: null, request: null } as const
  const [newest] = yield* audit.list({ ...query, after: null, order: "newest-first", limit: 1 })
  const end = Math.max(newest?.sequence ?? 0, (yield* audit.start)?.sequence ?? 0)
  const held = yield* audit.list({ ...query, after: first - 1, order: "oldest-first", limit: records.length })
  const own = new Map(held.map((record) => [record.sequence, record]))
  const isOwn = (record: AuditRecord) => {
    const other = own.get(record.sequence)
    return other !== undefined && !isSameRecord(record, other)
  }
  const isHeld = ({ sequence }: AuditRecord) => own.has(sequence)
  const next = records.filter(({ sequence }) => sequence > end)
  return { end, isHeld, isOwn, last: yield* audit.lastHash, next }
})

/** Each that is linked says what it follows, so that the store restores it there and nowhere else. */
const withLinks = (last: string | null, records: ReadonlyArray<AuditRecord>): ReadonlyArray<RestoredRecord> => {
  let follows = last
  return records.map((record) => {
    if (record.hash === null) return record
    const linked = { ...record, follows }
    follows = record.hash
    return linked
  })
}

/** Whether linked records follow from this end, each from the one before. */
const isLinked = (end: string | null, records: ReadonlyArray<AuditRecord>): boolean => {
  let previous = end
  return records.every(({ hash, event }) => {
    if (hash === null) return previous === null
    const isNext = hash === linkHash(previous, event)
    previous = hash
    return isNext
  })
}

const isSameRecord = (a: AuditRecord, b: AuditRecord): boolean =>
  a.hash === b.hash && linkHash(null, a.event) === linkHash(null, b.event)
