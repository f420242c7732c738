import {
  type AttemptStore,
  type Bucket,
  type BucketState,
  countAttempt,
  type Instant,
  type PromisePart,
  takeBackAttempt
} from "@latchkey/core/store"
import type { Postgres, Row } from "./postgres.ts"
import { first } from "./rows.ts"
import { bytes, number } from "./values.ts"

/**
 * The attempts, counted by core's own rule under a lock on the bucket's row. Each bucket has its own transaction:
 * otherwise two requests that want the same buckets in another order would wait for each other.
 */
export const postgresAttempts = (db: Postgres, schema: string): PromisePart<AttemptStore> => {
  const buckets = `${schema}.buckets`
  const marks = `${schema}.marks`

  /** Counts in one bucket. Null if it counted the attempt, otherwise when it opens. */
  const hit = ({ key, limit }: Bucket, at: Instant): Promise<Instant | null> =>
    db.transaction(async (queries) => {
      // Creates the row or locks the existing one, so that a first attempt also has a row to wait for.
      const found = await queries.query(
        `INSERT INTO ${buckets} VALUES ($1, 0, 0, 0) ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING *`,
        [bytes(key)]
      )
      const state = first(found, readBucket)
      const next = countAttempt(state, limit, at)
      if (next === null) return state?.shutUntil ?? at
      await queries.query(`UPDATE ${buckets} SET count = $2, shut_until = $3, forget_at = $4 WHERE key = $1`, [
        bytes(key),
        next.count,
        next.shutUntil,
        next.forgetAt
      ])
      return null
    })

  const takeBack = ({ key, limit }: Bucket, at: Instant): Promise<void> =>
    db.transaction(async (queries) => {
      const found = await queries.query(`SELECT * FROM ${buckets} WHERE key = $1 FOR UPDATE`, [bytes(key)])
      const next = takeBackAttempt(first(found, readBucket), limit, at)
      if (next === null) await queries.query(`DELETE FROM ${buckets} WHERE key = $1`, [bytes(key)])
      else {
        await queries.query(`UPDATE ${buckets} SET count = $2, shut_until = $3 WHERE key = $1`, [
          bytes(key),
          next.count,
          next.shutUntil
        ])
      }
    })

  /** Locks the rows before it removes them, so that a bucket that counted in the meantime stays. */
  const purge = async (table: string, end: string, before: Instant, limit: number): Promise<number> => {
    const { rows } = await db.query(
      `DELETE FROM ${table} WHERE key IN (
         SELECT key FROM ${table} WHERE ${end} <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [before, limit]
    )
    return rows.length
  }

  return {
    hit: async (all, at) => {
      for (const bucket of all) {
        const opensAt = await hit(bucket, at)
        if (opensAt !== null) return opensAt
      }
      return null
    },
    takeBack: async (all, at) => {
      for (const bucket of all) await takeBack(bucket, at)
    },
    forget: async (key) => {
      await db.query(`DELETE FROM ${buckets} WHERE key = $1`, [bytes(key)])
    },
    trust: async (key, until) => {
      await db.query(`INSERT INTO ${marks} VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET until = excluded.until`, [
        bytes(key),
        until
      ])
    },
    isTrusted: async (key, at) => {
      const { rows } = await db.query(`SELECT 1 FROM ${marks} WHERE key = $1 AND until > $2`, [bytes(key), at])
      return rows.length > 0
    },
    removeExpired: async (before, limit) => {
      const removed = await purge(buckets, "forget_at", before, limit)
      return removed + (await purge(marks, "until", before, limit - removed))
    }
  }
}

const readBucket = (row: Row): BucketState => ({
  count: number(row, "count"),
  shutUntil: number(row, "shut_until"),
  forgetAt: number(row, "forget_at")
})
