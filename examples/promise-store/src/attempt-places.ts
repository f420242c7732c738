import {
  type AttemptRoom,
  type Bucket,
  type BucketState,
  type Instant,
  placeOf,
  sharedBucketName
} from "@latchkey/core/store"
import { ended } from "./ended.ts"
import type { Queries, Row } from "./postgres.ts"
import { first } from "./rows.ts"
import { bytes, number } from "./values.ts"

/** Where an attempt is counted: a row that this transaction has locked. */
export interface AttemptPlace {
  readonly isShared: boolean
  readonly state: BucketState
  /** Null removes the row. */
  readonly put: (state: BucketState | null) => Promise<void>
}

/** The buckets are counted by groups, because to count a quarter of a million for each new one takes too long. */
const MOST_GROUPS = 256

/** Any number that no other program uses: the locks of groups. */
const GROUPS = 4_719_205

/** Finds the bucket of a key and locks its row: its own as long as there is room in its group, then a shared one (RAT-14). */
export const attemptPlaces = (
  schema: string,
  { room, secret }: { readonly room: AttemptRoom; readonly secret: string }
): ((queries: Queries, bucket: Bucket, at: Instant) => Promise<AttemptPlace>) => {
  const groups = Math.min(MOST_GROUPS, room.shared)
  const most = Math.ceil(room.buckets / groups)
  const own = `${schema}.buckets`
  const shared = `${schema}.shared_buckets`

  const rowIn = (queries: Queries, table: string, key: string, state: BucketState): AttemptPlace => ({
    isShared: table === shared,
    state,
    put: async (next) => {
      if (next === null) await queries.query(`DELETE FROM ${table} WHERE key = $1`, [bytes(key)])
      else {
        await queries.query(`UPDATE ${table} SET count = $2, shut_until = $3, forget_at = $4 WHERE key = $1`, [
          bytes(key),
          next.count,
          next.shutUntil,
          next.forgetAt
        ])
      }
    }
  })

  const findOwn = async (queries: Queries, key: string): Promise<AttemptPlace | null> => {
    const found = await queries.query(`SELECT * FROM ${own} WHERE key = $1 FOR UPDATE`, [bytes(key)])
    return first(found, (row) => rowIn(queries, own, key, readBucket(row)))
  }

  const hasRoom = async (queries: Queries, group: number, at: Instant): Promise<boolean> => {
    await queries.query(
      `${ended(`SELECT key FROM ${own} WHERE place = $1 AND forget_at <= $2 LIMIT 10 FOR UPDATE SKIP LOCKED`)}
       DELETE FROM ${own} WHERE key IN (TABLE ended)`,
      [group, at]
    )
    const taken = await queries.query(`SELECT count(*)::integer AS taken FROM ${own} WHERE place = $1`, [group])
    return (first(taken, (row) => number(row, "taken")) ?? 0) < most
  }

  return async (queries, { key, limit }, at) => {
    const known = await findOwn(queries, key)
    if (known !== null) return known
    const place = placeOf(secret, key, room.shared)
    const group = place % groups
    // New keys of a group take turns, and another may have brought this one meanwhile.
    await queries.query("SELECT pg_advisory_xact_lock($1, $2)", [GROUPS, group])
    const added = await findOwn(queries, key)
    if (added !== null) return added
    if (await hasRoom(queries, group, at)) {
      const found = await queries.query(
        `INSERT INTO ${own} (key, count, shut_until, forget_at, place) VALUES ($1, 0, 0, 0, $2)
         ON CONFLICT (key) DO UPDATE SET place = excluded.place RETURNING *`,
        [bytes(key), group]
      )
      return rowIn(queries, own, key, first(found, readBucket) ?? UNUSED)
    }
    const name = sharedBucketName(place, limit)
    const found = await queries.query(
      `INSERT INTO ${shared} (key, count, shut_until, forget_at) VALUES ($1, 0, 0, 0)
       ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING *`,
      [bytes(name)]
    )
    return rowIn(queries, shared, name, first(found, readBucket) ?? UNUSED)
  }
}

const UNUSED: BucketState = { count: 0, shutUntil: 0, forgetAt: 0 }

const readBucket = (row: Row): BucketState => ({
  count: number(row, "count"),
  shutUntil: number(row, "shut_until"),
  forgetAt: number(row, "forget_at")
})
