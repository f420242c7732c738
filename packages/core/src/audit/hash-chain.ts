import { sha256Hex } from "../secret/digest.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AuditEvent } from "./audit-event.ts"
import type { AuditRecord, AuditStart } from "./audit-store.ts"

/**
 * A linked record, to be kept where nobody who can write to the store can write. The chain up to it can then be neither replaced nor cut
 * off unnoticed (AUD-14).
 */
export interface ChainAnchor {
  readonly sequence: number
  readonly hash: string
  /** When its event happened. Once that is longer ago than events are kept, the event may be gone. */
  readonly at: Instant
}

/** As much of an anchor as verifying needs. */
export type KeptAnchor = Pick<ChainAnchor, "sequence" | "hash">

/** Whether this is an anchor: it comes from a file, and what is none must not pass for one that holds. */
export const isAnchor = ({ sequence, hash }: KeptAnchor): boolean =>
  Number.isSafeInteger(sequence) && sequence > 0 && typeof hash === "string"

/**
 * What verifying found: every link holds, or the first record that does not (null: records are missing at the end). `start` is
 * where the trail begins since older events were removed (null: with the first event ever); the events before it are not checked.
 * `anchor` is what became of the anchor that was given (null: none was): it is in the chain, or its record was removed with older ones
 * (AUD-15). Whoever can write to the store can remove them too, so that is right only for an anchor whose `at` is longer ago than events
 * are kept. A chain without the anchor's record, or with another one in its place, does not hold.
 */
export type ChainVerdict =
  | {
      readonly holds: true
      readonly count: number
      readonly start: AuditStart | null
      readonly anchor: "kept" | "removed" | null
    }
  | { readonly holds: false; readonly brokenAt: number | null; readonly start: AuditStart | null }

/** The hash that ties an event to the one before: change, remove or reorder any and every later link breaks. */
export const linkHash = (previous: string | null, event: AuditEvent): string =>
  sha256Hex(`${previous ?? ""}\n${canonicalJson(linkedPart(event))}`)

/** Fields that came later are linked only where they say something: the links of older events stay what they were (AUD-12). */
const linkedPart = ({ actedWith = null, request = null, ...event }: AuditEvent): object => ({
  ...event,
  ...(actedWith === null ? {} : { actedWith }),
  ...(request === null ? {} : { request })
})

/** Whether a record follows the link before it. A record written while the chain was off has no link and ties nothing. */
export const checkLink = (previous: string | null, record: AuditRecord): boolean =>
  record.hash === null ? previous === null : record.hash === linkHash(previous, record.event)

/** JSON with sorted keys: the same text for the same value, whichever store it went through. */
const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined) // as in JSON: a store gives it back without
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`)
  return `{${entries.join(",")}}`
}
