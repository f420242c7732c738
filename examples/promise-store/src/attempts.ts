import {
  type AttemptRoom,
  type AttemptStore,
  type Bucket,
  countAttempt,
  type Instant,
  type PromisePart,
  takeBackAttempt
} from "@latchkey/core/store"
import { type AttemptPlace, attemptPlaces } from "./attempt-places.ts"
import { ended } from "./ended.ts"
import { postgresMarks } from "./marks.ts"
import type { Postgres } from "./postgres.ts"

/**
 * The attempts, counted by core's own rule under a lock on the bucket's row. Each bucket has its own transaction:
 * otherwise two requests that want the same buckets in another order would wait for each other.
 */
export const postgresAttempts = (
  db: Postgres,
  schema: string,
  { room, secret }: { readonly room: AttemptRoom; readonly secret: string }
): PromisePart<AttemptStore> => {
  const locked = attemptPlaces(schema, { room, secret })
  const marks = postgresMarks(db, schema, secret)

  const inPlace = <A>(bucket: Bucket, at: Instant, work: (place: AttemptPlace) => Promise<A>): Promise<A> =>
    db.transaction(async (queries) => work(await locked(queries, bucket, at)))

  /** Counts in one bucket. Null if it counted the attempt, otherwise when it opens. */
  const hit = (bucket: Bucket, at: Instant): Promise<Instant | null> =>
    inPlace(bucket, at, async ({ state, put }) => {
      const next = countAttempt(state, bucket.limit, at)
      if (next === null) return state.shutUntil
      await put(next)
      return null
    })

  const takeBack = (bucket: Bucket, at: Instant): Promise<void> =>
    inPlace(bucket, at, ({ state, put }) => put(takeBackAttempt(state, bucket.limit, at)))

  /** Locks the rows before it removes them, so that a bucket that counted in the meantime stays. */
  const purge = async (table: string, before: Instant, limit: number): Promise<number> => {
    const { rows } = await db.query(
      `${ended(`SELECT key FROM ${schema}.${table} WHERE forget_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED`)}
       DELETE FROM ${schema}.${table} WHERE key IN (TABLE ended) RETURNING 1`,
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
    forget: (bucket, at) =>
      inPlace(bucket, at, ({ state, isShared, put }) =>
        put(isShared ? takeBackAttempt(state, bucket.limit, at) : null)
      ),
    trust: marks.set,
    isTrusted: marks.has,
    removeExpired: async (before, limit) => {
      let removed = await purge("buckets", before, limit)
      removed += await purge("shared_buckets", before, limit - removed)
      return removed + (await marks.removeExpired(before, limit - removed))
    }
  }
}
