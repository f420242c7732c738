import type { Instant } from "../vocabulary/time.ts"

/** A sign by which an account's owner is known again, such as a device. Both texts are hashes, as a bucket's key is (RAT-08). */
export interface Mark {
  readonly account: string
  readonly key: string
  /** Trusted until just before this instant (TIM-01). */
  readonly until: Instant
}

/** What becomes of the account's other marks when one is set. */
export interface MarkStep {
  readonly at: Instant
  /** How many marks an account has at most, at least one. */
  readonly most: number
  /** A mark in whose place this one comes, and until when it still counts at most. */
  readonly replaced: { readonly key: string; readonly until: Instant } | null
  /** `lasting` for a mark that says that something has ended: it is kept as a revocation is (JWT-11). Others may be lost with the last moments. */
  readonly keep: "lasting" | "losable"
}

/**
 * The marks of an account after one is set: what has ended goes, the replaced one ends no later than the step says, and of too
 * many those that end soonest go (of several that end at once, the smallest keys), but never the one just set. Pure: every store follows this rule or a copy in its own
 * language.
 */
export const marksAfter = (
  marks: ReadonlyMap<string, Instant>,
  { key, until }: Pick<Mark, "key" | "until">,
  { at, most, replaced }: Omit<MarkStep, "keep">
): ReadonlyMap<string, Instant> => {
  const others = [...marks]
    .map(([other, end]) => [other, other === replaced?.key ? Math.min(end, replaced.until) : end] as const)
    .filter(([other, end]) => other !== key && at < end)
    .toSorted(([oneKey, one], [otherKey, other]) => other - one || (oneKey < otherKey ? 1 : -1))
  return new Map([...others.slice(0, most - 1), [key, until]])
}
