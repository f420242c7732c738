import type * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AuditEvent, AuditType } from "./audit-event.ts"

/** A record to add: the event, and its link when the hash chain is on. */
export interface NewAuditRecord {
  readonly event: AuditEvent
  /** `previous` is the hash of the record before (null for the first), `hash` this record's own. Null when the chain is off. */
  readonly link: { readonly previous: string | null; readonly hash: string } | null
}

export interface AuditRecord {
  /** Position in the log: grows with each record, without a promise of no gaps. A record keeps it, and no other one ever has it. */
  readonly sequence: number
  readonly event: AuditEvent
  readonly hash: string | null
}

/** A record of a backup. */
export interface RestoredRecord extends AuditRecord {
  /** The `lastHash` that it follows, null for the first link. Absent where it is not linked. */
  readonly follows?: string | null
}

export interface AuditQuery {
  /** Only records after this position when `order` is oldest first, before it when newest first; null from the start. */
  readonly after: number | null
  readonly order: "oldest-first" | "newest-first"
  readonly limit: number
  readonly type: AuditType | null
  /** Only records in which this user is actor or subject. */
  readonly user: UserId | null
  /** Only records of the request with this id. */
  readonly request: string | null
}

/** Where a log begins from whose beginning records were removed: after this place (AUD-10). */
export interface AuditStart {
  /** The position of the last record that was removed. All records that are left have greater ones. */
  readonly sequence: number
  /** The hash of the last linked record that was removed, which the first linked one that is left follows. Null if none was linked. */
  readonly hash: string | null
}

/**
 * A log that grows at its end, and loses old records at its beginning. It has no verb that changes a record, or removes one from
 * the middle: removing a user keeps theirs.
 */
export interface AuditStore {
  /**
   * Adds a record at the end, at a position that no record ever had, also when all were removed. With a link: only if
   * `link.previous` is the `lastHash`, else false and nothing is written: of parallel appends to one end exactly one is true.
   * Without: always true. A record of an event that `isLosable` need not be on the disk when the call returns. All others are.
   */
  readonly append: (record: NewAuditRecord) => Effect.Effect<boolean, StoreError>
  /** The hash of the last record that was ever linked, also when it was removed; null when none was. */
  readonly lastHash: Effect.Effect<string | null, StoreError>
  readonly list: (query: AuditQuery) => Effect.Effect<ReadonlyArray<AuditRecord>, StoreError>
  /**
   * Removes records from the beginning, in the order of their positions: all up to the first whose `at` is after `before`, but at
   * most `limit`. That first one keeps all behind it, also those with an earlier `at`, as clocks of several machines give: what
   * is left never has a gap (AUD-09). Returns how many. Keeps `start` in the same step as it removes; it may take several steps. Of
   * parallel calls each record is counted by exactly one.
   */
  readonly removeExpired: (before: Instant, limit: number) => Effect.Effect<number, StoreError>
  /** Where the log begins; null while no record was removed. */
  readonly start: Effect.Effect<AuditStart | null, StoreError>
  /**
   * Adds records of a backup at their own positions, with their own links, and returns how many: those, of at most `MOST_RESTORED` in
   * the order of their positions, that come after all that the log ever had. The others are left out. So is one that says what it
   * `follows`, where the `lastHash` is another by then: else the chain would break (BAK-06). `start` becomes the log's if it never had a
   * record. In one step, so that an append at the same moment comes before all of them or after. A call that failed may be made again.
   */
  readonly restore: (
    records: ReadonlyArray<RestoredRecord>,
    start: AuditStart | null
  ) => Effect.Effect<number, StoreError>
}
