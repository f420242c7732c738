import {
  type AuditEvent,
  type AuditRecord,
  type AuditStore,
  isLosable,
  type NewAuditRecord
} from "@latchkey/core/store"
import * as scripts from "./audit-scripts.ts"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { count, instant, readCount, readList, readOptionalText, readText } from "./values.ts"

/** How many records one step of a list looks at. Other commands run between the steps. */
const LIST_STEP = 500

/** The audit log: a stream, with an index for each type and each user, all under one tag. */
export const redisAudit = (db: Connection, keys: Keys): AuditStore => {
  const { records, end, ofType, ofUser } = keys.audit

  return {
    append: ({ event, link }) =>
      attempt("audit.append", async () => {
        instant(event.at)
        const people = new Set([event.actor, event.subject].filter((id) => id !== null))
        const indexes = [ofType(event.type), ...Array.from(people, ofUser)]
        const args = [JSON.stringify(event), event.type, ...linkArgs(link)]
        const keep = isLosable(event) ? "losable" : "lasting"
        return (await db.run(keep, scripts.append, [records, end, ...indexes], args)) === 1
      }),
    lastHash: attempt("audit.lastHash", async () => readOptionalText(await db.read("GET", end))),
    list: ({ after, order, limit, type, user }) =>
      attempt("audit.list", async () => {
        const index = user === null ? (type === null ? [] : [ofType(type)]) : [ofUser(user)]
        const found: Array<AuditRecord> = []
        for (let from = after; found.length < limit; ) {
          const wanted = Math.min(LIST_STEP, count(limit) - found.length)
          const args = [order, from ?? "", wanted, LIST_STEP, user === null ? "" : (type ?? "")]
          const [last, ...page] = readList(await db.run("losable", scripts.list, [records, ...index], args))
          found.push(...page.map(readRecord))
          if (last === null) break
          from = readCount(last)
        }
        return found
      })
  }
}

/** Whether the record is linked, the hash before it (empty for the first), and its own hash. */
const linkArgs = (link: NewAuditRecord["link"]): ReadonlyArray<string> =>
  link === null ? ["0"] : ["1", link.previous === null ? "" : `=${link.previous}`, link.hash]

const readRecord = (found: unknown): AuditRecord => {
  const [sequence, event, hash] = readList(found)
  return { sequence: readCount(sequence), event: readEvent(readText(event)), hash: readOptionalText(hash) }
}

const readEvent = (text: string): AuditEvent => {
  const event = JSON.parse(text) as AuditEvent // written by `append`
  instant(event.at)
  return event
}
