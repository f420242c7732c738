import {
  type AttemptRoom,
  type Bucket,
  type BucketState,
  type Instant,
  placeOf,
  sharedBucketName
} from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { optionalRow, type Row } from "./row.ts"
import { count, instant, text } from "./values.ts"

/** Where a key is counted. */
interface Place {
  readonly isShared: boolean
  readonly find: () => BucketState | null
  /** Null forgets it. */
  readonly put: (state: BucketState | null) => void
}

/** The rows of buckets: of their own as long as there is room, then shared ones (RAT-14). To be used in a transaction. */
export const attemptBuckets = (db: Connection, room: AttemptRoom) => {
  const own = bucketTable(db, "latchkey_buckets")
  const shared = bucketTable(db, "latchkey_shared_buckets")
  const counted = db.prepare("SELECT buckets FROM latchkey_bucket_room WHERE one = 1")
  const removeOneExpired = db.prepare(`DELETE FROM latchkey_buckets WHERE key =
    (SELECT key FROM latchkey_buckets WHERE forget_at <= ? ORDER BY forget_at LIMIT 1)`)
  const secret = optionalRow(db.prepare("SELECT secret FROM latchkey_bucket_room WHERE one = 1").get(), ([known]) =>
    text(known)
  )

  const hasRoom = (at: Instant): boolean =>
    (optionalRow(counted.get(), ([buckets]) => count(buckets)) ?? 0) < room.buckets ||
    removeOneExpired.run(at).changes > 0

  return {
    placeOf: ({ key, limit }: Bucket, at: Instant): Place => {
      const state = own.find(key)
      if (state !== null || hasRoom(at)) {
        return { isShared: false, find: () => state, put: (next) => own.put(key, next) }
      }
      const name = sharedBucketName(placeOf(secret ?? "", key, room.shared), limit)
      return { isShared: true, find: () => shared.find(name), put: (next) => shared.put(name, next) }
    },
    removeExpired: (before: Instant, limit: number): number => {
      const removed = own.removeExpired(before, limit)
      return removed + shared.removeExpired(before, limit - removed)
    }
  }
}

/** The statements of one of the two tables. */
const bucketTable = (db: Connection, table: string) => {
  const find = db.prepare(`SELECT count, shut_until, forget_at FROM ${table} WHERE key = ?`)
  const put = db.prepare(`INSERT INTO ${table} (key, count, shut_until, forget_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE
    SET count = excluded.count, shut_until = excluded.shut_until, forget_at = excluded.forget_at`)
  const remove = db.prepare(`DELETE FROM ${table} WHERE key = ?`)
  const removeExpired = db.prepare(`DELETE FROM ${table}
    WHERE key IN (SELECT key FROM ${table} WHERE forget_at <= ? LIMIT ?)`)
  return {
    find: (key: string) => optionalRow(find.get(key), readBucket),
    put: (key: string, state: BucketState | null): void => {
      if (state === null) remove.run(key)
      else put.run(key, state.count, instant(state.shutUntil), instant(state.forgetAt))
    },
    removeExpired: (before: Instant, limit: number) => count(removeExpired.run(before, limit).changes)
  }
}

const readBucket = (row: Row): BucketState => ({
  count: count(row[0]),
  shutUntil: instant(row[1]),
  forgetAt: instant(row[2])
})
