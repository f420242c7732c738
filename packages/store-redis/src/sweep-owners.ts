import { type Instant, UserId } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { count, instant, readCount, readList, readText } from "./values.ts"

/** Goes through the owners in the indexes of ends until it has removed the given number of items; returns how many it removed. */
export const sweepOwners = async (
  db: Connection,
  indexes: ReadonlyArray<string>,
  before: Instant,
  limit: number,
  removeOf: (owner: UserId, atMost: number) => Promise<unknown>
): Promise<number> => {
  const due = (ends: string) =>
    db.read("ZRANGEBYSCORE", ends, "-inf", String(instant(before)), "LIMIT", "0", String(count(limit)))
  const owners = (await Promise.all(indexes.map(due))).flatMap(readList)
  let removed = 0
  for (const owner of owners.map(readText)) {
    if (removed === limit) break
    removed += readCount(await removeOf(UserId(owner), limit - removed))
  }
  return removed
}
