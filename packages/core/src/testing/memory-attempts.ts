import * as Effect from "effect/Effect"
import { placeOf } from "../secret/place.ts"
import type { AttemptRoom } from "../store/attempt-room.ts"
import {
  type AttemptStore,
  type Bucket,
  type BucketState,
  countAttempt,
  sharedBucketName,
  takeBackAttempt
} from "../throttle/attempt-store.ts"
import { marksAfter } from "../throttle/mark.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Tables } from "./memory-tables.ts"

/** The attempts of a memory store. */
export const memoryAttempts = (tables: Tables, room: AttemptRoom): AttemptStore => {
  const { buckets, sharedBuckets, bucketSecret, marks } = tables

  const hasRoom = (at: Instant): boolean => {
    if (buckets.size >= room.buckets && tables.nextBucketEnd <= at) {
      tables.nextBucketEnd = Number.POSITIVE_INFINITY
      for (const [key, { forgetAt }] of buckets) {
        if (forgetAt <= at) buckets.delete(key)
        else tables.nextBucketEnd = Math.min(tables.nextBucketEnd, forgetAt)
      }
    }
    return buckets.size < room.buckets
  }

  /** The table that has a key's bucket, and the bucket's name there. */
  const placed = ({ key, limit }: Bucket, at: Instant) =>
    buckets.has(key) || hasRoom(at)
      ? { table: buckets, name: key }
      : { table: sharedBuckets, name: sharedBucketName(placeOf(bucketSecret, key, room.shared), limit) }

  const takeBack = (bucket: Bucket, at: Instant): void => {
    const { table, name } = placed(bucket, at)
    put(table, name, takeBackAttempt(table.get(name) ?? null, bucket.limit, at))
  }

  const put = (table: Map<string, BucketState>, name: string, state: BucketState | null): void => {
    if (state === null) table.delete(name)
    else {
      table.set(name, state)
      tables.nextBucketEnd = Math.min(tables.nextBucketEnd, state.forgetAt)
    }
  }

  return {
    hit: (hit, at) =>
      Effect.sync(() => {
        for (const bucket of hit) {
          const { table, name } = placed(bucket, at)
          const state = table.get(name) ?? null
          const next = countAttempt(state, bucket.limit, at)
          if (next === null) return state === null ? at : state.shutUntil
          put(table, name, next)
        }
        return null
      }),
    takeBack: (taken, at) =>
      Effect.sync(() => {
        for (const bucket of taken) takeBack(bucket, at)
      }),
    forget: (bucket, at) =>
      Effect.sync(() => {
        if (!buckets.delete(bucket.key)) takeBack(bucket, at)
      }),
    trust: ({ account, key, until }, step) =>
      Effect.sync(() => void marks.set(account, marksAfter(marks.get(account) ?? new Map(), { key, until }, step))),
    isTrusted: ({ account, key }, at) => Effect.sync(() => at < (marks.get(account)?.get(key) ?? 0)),
    removeExpired: (before, limit) =>
      Effect.sync(() => {
        let removed = 0
        for (const table of [buckets, sharedBuckets]) {
          for (const [name, { forgetAt }] of table) {
            if (removed < limit && forgetAt <= before && table.delete(name)) removed += 1
          }
        }
        for (const [account, owned] of marks) {
          const ended = [...owned].filter(([, until]) => until <= before).slice(0, limit - removed)
          const kept = new Map([...owned].filter((mark) => !ended.some(([key]) => key === mark[0])))
          if (kept.size === 0) marks.delete(account)
          else marks.set(account, kept)
          removed += ended.length
        }
        return removed
      })
  }
}
