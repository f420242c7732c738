import {
  type AuditEvent,
  type AuditQuery,
  type AuditRecord,
  type AuditStart,
  type AuditStore,
  type Instant,
  isLosable,
  type NewAuditRecord
} from "@latchkey/core/store"
import * as scripts from "./audit-scripts.ts"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { count, instant, readCount, readList, readOptionalText, readText } from "./values.ts"

/** How many records one step of a list looks at. Other commands run between the steps. */
const LIST_STEP = 500

/** How many records one step removes, so that its script is short. */
const REMOVAL_STEP = 100

/** The audit log: a stream, with an index for each type, each user and each request, all under one tag. */
export const redisAudit = (db: Connection, keys: Keys): AuditStore => {
  const { records, end, start, ofType, ofUser, ofRequest } = keys.audit

  /** Events of older versions have no field for the request. */
  const indexesOf = ({ type, actor, subject, request = null }: AuditEvent): ReadonlyArray<string> => {
    const people = new Set([actor, subject].filter((id) => id !== null))
    return [ofType(type), ...Array.from(people, ofUser), ...(request === null ? [] : [ofRequest(request)])]
  }

  /** The index that a list goes through: the shortest. Null for the whole log. What else is asked is looked for in each record. */
  const indexFor = ({ type, user, request }: AuditQuery): string | null => {
    if (request !== null) return ofRequest(request)
    if (user !== null) return ofUser(user)
    return type === null ? null : ofType(type)
  }

  const oldest = async (atMost: number): Promise<ReadonlyArray<AuditRecord>> =>
    readList(await db.read("XRANGE", records, "-", "+", "COUNT", String(atMost))).map(readEntry)

  /**
   * Removes at most so many from the beginning; null if another caller was faster. A record never changes, and nothing comes before
   * it, so those that were read are still the oldest while the first of them is.
   */
  const removeOldest = async (before: Instant, atMost: number): Promise<number | null> => {
    const read = await oldest(atMost)
    const kept = read.findIndex(({ event }) => event.at > before)
    const removed = kept === -1 ? read : read.slice(0, kept)
    const [first, last] = [removed.at(0), removed.at(-1)]
    if (first === undefined || last === undefined) return 0
    const hash = removed.findLast((record) => record.hash !== null)?.hash ?? null
    const args = [`${first.sequence}-0`, `${last.sequence}-0`, ...(hash === null ? ["0"] : ["1", hash])]
    const indexes = new Set(removed.flatMap(({ event }) => indexesOf(event)))
    const isDone = await db.run("losable", scripts.removeOldest, [records, start, ...indexes], args)
    return isDone === 1 ? removed.length : null
  }

  return {
    append: ({ event, link }) =>
      attempt("audit.append", async () => {
        instant(event.at)
        const args = [JSON.stringify(event), event.type, ...linkArgs(link)]
        const keep = isLosable(event) ? "losable" : "lasting"
        return (await db.run(keep, scripts.append, [records, end, start, ...indexesOf(event)], args)) === 1
      }),
    lastHash: attempt("audit.lastHash", async () => readOptionalText(await db.read("GET", end))),
    list: (query) =>
      attempt("audit.list", async () => {
        const { after, order, limit, type, user, request } = query
        const index = indexFor(query)
        const isOfUser = ({ event }: AuditRecord) => user === null || event.actor === user || event.subject === user
        const found: Array<AuditRecord> = []
        for (let from = after; found.length < limit; ) {
          const wanted = Math.min(LIST_STEP, count(limit) - found.length)
          const args = [order, from ?? "", wanted, LIST_STEP, user === null && request === null ? "" : (type ?? "")]
          const keys = index === null ? [records] : [records, index]
          const [last, ...page] = readList(await db.run("losable", scripts.list, keys, args))
          found.push(...page.map(readRecord).filter(isOfUser)) // only a request's records can be another user's
          if (last === null) break
          from = readCount(last)
        }
        return found
      }),
    removeExpired: (before, limit) =>
      attempt("audit.removeExpired", async () => {
        instant(before)
        let removed = 0
        while (removed < count(limit)) {
          const atMost = Math.min(REMOVAL_STEP, limit - removed)
          const step = await removeOldest(before, atMost)
          removed += step ?? 0
          if (step !== null && step < atMost) break
        }
        return removed
      }),
    restore: (restored, begin) =>
      attempt("audit.restore", async () => {
        const indexes = [...new Set(restored.flatMap(({ event }) => indexesOf(event)))]
        const all = [records, end, start, ...indexes]
        const numberOf = new Map(all.map((key, at) => [key, at + 1]))
        const rows = restored.map(({ sequence, event, hash, follows }) => {
          instant(event.at)
          const listing = indexesOf(event).map((key) => numberOf.get(key))
          const place = follows === undefined ? "-" : marked(follows)
          return [count(sequence), event.type, JSON.stringify(event), marked(hash), place, listing.join(" ")]
        })
        const args = begin === null ? ["", ""] : [count(begin.sequence), marked(begin.hash)]
        return readCount(await db.run("lasting", scripts.restore, all, [...args, ...rows.flat()]))
      }),
    start: attempt("audit.start", async () => readStart(await db.read("HMGET", start, "sequence", "hash")))
  }
}

/** Whether the record is linked, the hash before it (empty for the first), and its own hash. */
const linkArgs = (link: NewAuditRecord["link"]): ReadonlyArray<string> =>
  link === null ? ["0"] : ["1", marked(link.previous), link.hash]

/** A hash as an argument of scripts: with a mark, so that none differs from all of them. */
const marked = (hash: string | null): string => (hash === null ? "" : `=${hash}`)

const readRecord = (found: unknown): AuditRecord => {
  const [sequence, event, hash] = readList(found)
  return { sequence: readCount(sequence), event: readEvent(readText(event)), hash: readOptionalText(hash) }
}

/** An entry of the stream, as Redis gives it. */
const readEntry = (entry: unknown): AuditRecord => {
  const [id, list] = readList(entry)
  const pairs = readList(list).map(readText)
  const field = (name: string): string | null => {
    const at = pairs.findIndex((text, index) => index % 2 === 0 && text === name)
    return at === -1 ? null : (pairs[at + 1] ?? null)
  }
  const sequence = readCount(readText(id).replace(/-0$/, ""))
  return { sequence, event: readEvent(readText(field("event"))), hash: field("hash") }
}

const readStart = (fields: unknown): AuditStart | null => {
  const [sequence = null, hash = null] = readList(fields)
  return sequence === null ? null : { sequence: readCount(sequence), hash: readOptionalText(hash) }
}

const readEvent = (text: string): AuditEvent => {
  const event = JSON.parse(text) as AuditEvent // written by `append`
  instant(event.at)
  return event
}
