import * as Effect from "effect/Effect"
import type { AuditQuery, AuditRecord, AuditStore } from "../audit/audit-store.ts"
import type { Tables } from "./memory-tables.ts"

/** The audit log of a memory store. It grows without end. */
export const memoryAudit = ({ audit }: Tables): AuditStore => {
  const lastHash = (): string | null => audit.findLast(({ hash }) => hash !== null)?.hash ?? null

  return {
    append: ({ event, link }) =>
      Effect.sync(() => {
        if (link !== null && link.previous !== lastHash()) return false
        audit.push({ sequence: audit.length + 1, event: structuredClone(event), hash: link?.hash ?? null })
        return true
      }),
    lastHash: Effect.sync(lastHash),
    list: (query) =>
      Effect.sync(() => {
        const inOrder = query.order === "oldest-first" ? audit : audit.toReversed()
        return structuredClone(inOrder.filter((record) => isAsked(record, query)).slice(0, query.limit))
      })
  }
}

const isAsked = ({ sequence, event }: AuditRecord, { after, order, type, user }: AuditQuery): boolean =>
  (after === null || (order === "oldest-first" ? sequence > after : sequence < after)) &&
  (type === null || event.type === type) &&
  (user === null || event.actor === user || event.subject === user)
