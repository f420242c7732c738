import type { RestoredRecord } from "./audit-store.ts"

/** Whether records of a backup fit behind the end of a log, as far as one says what it follows. Every store restores by this rule, or a copy. */
export const isFollowing = (
  records: ReadonlyArray<RestoredRecord>,
  lastSequence: number,
  lastHash: string | null
): boolean => {
  const linked = records.find(({ follows }) => follows !== undefined)
  return linked === undefined || (linked.sequence > lastSequence && linked.follows === lastHash)
}
