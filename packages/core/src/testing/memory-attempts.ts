import * as Effect from "effect/Effect"
import { type AttemptStore, countAttempt, takeBackAttempt } from "../throttle/attempt-store.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Tables } from "./memory-tables.ts"

/** Some 20 MB at most, so that a flood of names cannot fill the memory (RAT-08). */
export const MEMORY_BUCKETS = 100_000

/** The attempts of a memory store. When it is full, the bucket or mark that would be forgotten soonest goes first. */
export const memoryAttempts = ({ buckets, marks }: Tables): AttemptStore => ({
  hit: (hit, at) =>
    Effect.sync(() => {
      for (const { key, limit } of hit) {
        const state = buckets.get(key) ?? null
        const next = countAttempt(state, limit, at)
        if (next === null) return state === null ? at : state.shutUntil
        put(buckets, key, next, ({ forgetAt }) => forgetAt)
      }
      return null
    }),
  takeBack: (taken, at) =>
    Effect.sync(() => {
      for (const { key, limit } of taken) {
        const next = takeBackAttempt(buckets.get(key) ?? null, limit, at)
        if (next === null) buckets.delete(key)
        else buckets.set(key, next)
      }
    }),
  forget: (key) => Effect.sync(() => void buckets.delete(key)),
  trust: (key, until) => Effect.sync(() => put(marks, key, until, (end) => end)),
  isTrusted: (key, at) =>
    Effect.sync(() => {
      const until = marks.get(key)
      return until !== undefined && at < until
    }),
  removeExpired: (before, limit) =>
    Effect.sync(() => {
      const expired = [...buckets].filter(([, { forgetAt }]) => forgetAt <= before).slice(0, limit)
      for (const [key] of expired) buckets.delete(key)
      const ended = [...marks].filter(([, until]) => until <= before).slice(0, limit - expired.length)
      for (const [key] of ended) marks.delete(key)
      return expired.length + ended.length
    })
})

const put = <Value>(rows: Map<string, Value>, key: string, value: Value, endOf: (value: Value) => Instant): void => {
  if (!rows.has(key) && rows.size >= MEMORY_BUCKETS) {
    let soonest: { readonly key: string; readonly end: Instant } | null = null
    for (const [other, kept] of rows) {
      const end = endOf(kept)
      if (soonest === null || end < soonest.end) soonest = { key: other, end }
    }
    if (soonest !== null) rows.delete(soonest.key)
  }
  rows.set(key, value)
}
