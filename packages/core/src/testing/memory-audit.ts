import * as Effect from "effect/Effect"
import type { AuditQuery, AuditRecord, AuditStore } from "../audit/audit-store.ts"
import type { Tables } from "./memory-tables.ts"

/** The audit log of a memory store. */
export const memoryAudit = (tables: Tables): AuditStore => {
  const { audit } = tables
  const lastHash = (): string | null => lastHashIn(audit) ?? tables.auditStart?.hash ?? null
  const lastSequence = (): number => audit.at(-1)?.sequence ?? tables.auditStart?.sequence ?? 0

  return {
    append: ({ event, link }) =>
      Effect.sync(() => {
        if (link !== null && link.previous !== lastHash()) return false
        audit.push({ sequence: lastSequence() + 1, event: structuredClone(event), hash: link?.hash ?? null })
        return true
      }),
    lastHash: Effect.sync(lastHash),
    list: (query) =>
      Effect.sync(() => {
        const inOrder = query.order === "oldest-first" ? audit : audit.toReversed()
        return structuredClone(inOrder.filter((record) => isAsked(record, query)).slice(0, query.limit))
      }),
    removeExpired: (before, limit) =>
      Effect.sync(() => {
        const kept = audit.findIndex(({ event }) => event.at > before)
        const removed = audit.splice(0, Math.min(limit, kept === -1 ? audit.length : kept))
        const last = removed.at(-1)
        if (last === undefined) return 0
        tables.auditStart = {
          sequence: last.sequence,
          hash: lastHashIn(removed) ?? tables.auditStart?.hash ?? null
        }
        return removed.length
      }),
    start: Effect.sync(() => tables.auditStart),
    restore: (records, start) =>
      Effect.sync(() => {
        if (lastSequence() === 0) tables.auditStart = start
        const before = audit.length
        for (const { sequence, event, hash, follows } of records) {
          if (sequence <= lastSequence() || (follows !== undefined && follows !== lastHash())) continue
          audit.push(structuredClone({ sequence, event, hash }))
        }
        return audit.length - before
      })
  }
}

/** The hash of the last of these records that is linked. */
const lastHashIn = (records: ReadonlyArray<AuditRecord>): string | null =>
  records.findLast(({ hash }) => hash !== null)?.hash ?? null

const isAsked = ({ sequence, event }: AuditRecord, { after, order, type, user, request }: AuditQuery): boolean =>
  (after === null || (order === "oldest-first" ? sequence > after : sequence < after)) &&
  (type === null || event.type === type) &&
  (user === null || event.actor === user || event.subject === user) &&
  (request === null || event.request === request)
