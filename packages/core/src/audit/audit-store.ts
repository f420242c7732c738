import type * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import type { StoreError } from "../store/store-error.ts"
import type { AuditEvent, AuditType } from "./audit-event.ts"

/** A record to add: the event, and its link when the hash chain is on. */
export interface NewAuditRecord {
  readonly event: AuditEvent
  /** `previous` is the hash of the record before (null for the first), `hash` this record's own. Null when the chain is off. */
  readonly link: { readonly previous: string | null; readonly hash: string } | null
}

export interface AuditRecord {
  /** Position in the log: grows with each record, without a promise of no gaps. */
  readonly sequence: number
  readonly event: AuditEvent
  readonly hash: string | null
}

export interface AuditQuery {
  /** Only records after this position when `order` is oldest first, before it when newest first; null from the start. */
  readonly after: number | null
  readonly order: "oldest-first" | "newest-first"
  readonly limit: number
  readonly type: AuditType | null
  /** Only records in which this user is actor or subject. */
  readonly user: UserId | null
}

/** An append-only log. It has no verb that changes or removes a record: removing a user keeps theirs. */
export interface AuditStore {
  /**
   * Adds a record at the end. With a link: only if `link.previous` is the hash of the last linked record (null when there
   * is none), else false and nothing is written: of parallel appends to one end exactly one is true. Without: always true.
   * A record of an event that `isLosable` need not be on the disk when the call returns. All others are.
   */
  readonly append: (record: NewAuditRecord) => Effect.Effect<boolean, StoreError>
  /** The hash of the last linked record. */
  readonly lastHash: Effect.Effect<string | null, StoreError>
  readonly list: (query: AuditQuery) => Effect.Effect<ReadonlyArray<AuditRecord>, StoreError>
}
