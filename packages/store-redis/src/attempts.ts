import {
  type AttemptRoom,
  type AttemptStore,
  type Bucket,
  type Instant,
  placeOf,
  sharedBucketName
} from "@latchkey/core/store"
import * as scripts from "./attempt-scripts.ts"
import { attempt, type Connection } from "./connection.ts"
import { GROUPS, type Keys } from "./keys.ts"
import { redisMarks } from "./marks.ts"
import { timeToLive } from "./time-to-live.ts"
import { count, instant, readCount, readInstant, readList, readText } from "./values.ts"

/** The attempts. One script counts one bucket. Several buckets are counted in order, one call after the other. */
export const redisAttempts = (db: Connection, keys: Keys, room: AttemptRoom): AttemptStore => {
  const marks = redisMarks(db, keys)
  const most = Math.ceil(room.buckets / Math.min(GROUPS, room.shared))
  let secret: string | null = null

  /** Whatever is kept with the data counts, so that all processes choose the same places. */
  const readSecret = async (candidate: string): Promise<string> => {
    secret = readText(await db.run("lasting", scripts.keepSecret, [keys.directory.bucketSecret], [candidate]))
    return secret
  }

  /** The keys and first arguments of every script about a bucket. */
  const placed = async ({ key, limit }: Bucket, at: Instant) => {
    const place = placeOf(secret ?? (await readSecret(crypto.randomUUID())), key, room.shared)
    const { self, ends, stem, sharedStem } = keys.ofBucket(key, place)
    return {
      keys: [self, ends, sharedStem + sharedBucketName(place, limit)],
      args: [key, instant(at), most, stem]
    }
  }

  const due = async (ends: string, before: Instant, limit: number): Promise<ReadonlyArray<string>> => {
    const range = ["-inf", String(instant(before)), "LIMIT", "0", String(count(limit))]
    return readList(await db.read("ZRANGEBYSCORE", ends, ...range)).map(readText)
  }

  /** The ended members of an index, in the groups that have some. */
  const allDue = async <Group extends { readonly ends: string }>(
    groups: ReadonlyArray<Group>,
    before: Instant,
    limit: number
  ) => {
    const ended = await Promise.all(groups.map((group) => due(group.ends, before, limit)))
    return groups.flatMap((group, at) => (ended[at] ?? []).map((member) => ({ group, member }))).slice(0, limit)
  }

  return {
    hit: (buckets, at) =>
      attempt("attempts.hit", async () => {
        for (const bucket of buckets) {
          const { free, delay, longest, forget } = bucket.limit
          const place = await placed(bucket, at)
          const args = [...place.args, free, delay, longest, forget, timeToLive(at + longest + forget, at)]
          const shutUntil = await db.run("losable", scripts.hit, place.keys, args)
          if (shutUntil !== null) return readInstant(shutUntil)
        }
        return null
      }),
    takeBack: (buckets, at) =>
      attempt("attempts.takeBack", async () => {
        // One after the other, because a bucket can occur twice.
        for (const bucket of buckets) {
          const place = await placed(bucket, at)
          await db.run("losable", scripts.takeBack, place.keys, [...place.args, bucket.limit.free])
        }
      }),
    forget: (bucket, at) =>
      attempt("attempts.forget", async () => {
        const place = await placed(bucket, at)
        await db.run("losable", scripts.forget, place.keys, [...place.args, bucket.limit.free])
      }),
    trust: (mark, step) => attempt("attempts.trust", () => marks.set(mark, step)),
    isTrusted: (mark, at) => attempt("attempts.isTrusted", () => marks.has(mark, at)),
    removeExpired: (before, limit) =>
      attempt("attempts.removeExpired", async () => {
        // A server that came back empty has lost the secret too, and another process may have made the next.
        await readSecret(secret ?? crypto.randomUUID())
        let removed = 0
        for (const { group, member } of await allDue(keys.bucketGroups, before, limit)) {
          const own = [group.stem + member, group.ends]
          removed += readCount(await db.run("losable", scripts.removeExpired, own, [member, before]))
        }
        const indexes = keys.markEnds.map((ends) => ({ ends }))
        for (const { member } of await allDue(indexes, before, limit - removed)) {
          removed += await marks.removeExpired(member, before, limit - removed)
        }
        return removed
      })
  }
}
