import type { AttemptRoom, Bucket, Instant, Limit, StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { race } from "./race.ts"
import { hour, minute, start } from "./samples.ts"

/** So little that a few keys fill it. */
const room: AttemptRoom = { buckets: 8, shared: 4 }
/** The same with one shared bucket, so that it is certain who shares. */
const narrow: AttemptRoom = { buckets: 8, shared: 1 }

const { law, race: raceLaw } = lawsOf("attempts", room)
const { law: narrowLaw } = lawsOf("attempts", narrow)

const single: Limit = { free: 1, delay: minute, longest: hour, forget: hour }
const opens = start + minute
const forgetAt = opens + hour

const FLOOD = 100

const bucket = (key: string, limit: Limit = single): Bucket => ({ key, limit })

/** Hits as many new keys once each; gives how many passed. */
const flood = ({ attempts }: StoreShape, name: string, at: Instant) =>
  Effect.map(
    Effect.forEach(Array.from({ length: FLOOD }), (_, n) => attempts.hit([bucket(`${name}-${n}`)], at)),
    (answers) => answers.filter((answer) => answer === null).length
  )

/** What a store without room promises. */
export const attemptRoomLaws: ReadonlyArray<Law> = [
  law("RAT-14 a bucket is kept to the end of its time, however many others come", function* (store) {
    const { attempts } = store
    yield* attempts.hit([bucket("kept")], start)
    yield* flood(store, "later", start + 1)
    yield* expectEqual(yield* attempts.hit([bucket("kept")], start + 2), opens, "the bucket that was there before")
    yield* expectEqual(yield* attempts.hit([bucket("kept")], opens), null, "the same when it opens")
    yield* flood(store, "last", opens)
    yield* expectEqual(yield* attempts.hit([bucket("kept")], opens), opens + 2 * minute, "shut for twice as long")
  }),

  law(
    "RAT-14 without room new keys are limited together, and a bucket whose time has come makes room",
    function* (store) {
      const most = room.buckets + room.shared
      yield* expectEqual(yield* flood(store, "first", start), most, `how many of ${FLOOD} keys pass`)
      yield* expectEqual(yield* flood(store, "second", start), 0, "how many of as many others")
      yield* expectEqual(
        yield* flood(store, "third", opens),
        room.shared,
        "how many when the shared buckets open again"
      )
      const end = forgetAt + 3 * hour
      yield* expectEqual(yield* flood(store, "fourth", end), most, "how many when all were forgotten")
    }
  ),

  narrowLaw("RAT-14 keys of another limit share another bucket", function* (store) {
    const { attempts } = store
    yield* flood(store, "first", start)
    yield* expectEqual(yield* attempts.hit([bucket("new")], start), opens, "a key of the same limit")
    const other: Limit = { ...single, free: 2 }
    for (const n of [1, 2]) {
      yield* expectEqual(
        yield* attempts.hit([bucket(`other-${n}`, other)], start),
        null,
        `attempt ${n} at another limit`
      )
    }
    yield* expectEqual(yield* attempts.hit([bucket("other-3", other)], start), opens, "attempt 3")
  }),

  narrowLaw("RAT-10 an attempt is taken back from a shared bucket, and no other with it", function* (store) {
    const { attempts } = store
    const limit: Limit = { ...single, free: 3 }
    yield* flood(store, "first", start)
    for (let n = 0; n < 9; n++) {
      yield* expectEqual(yield* attempts.hit([bucket("right", limit)], start), null, `attempt ${n} that is taken back`)
      yield* n % 2 === 0
        ? attempts.takeBack([bucket("right", limit)], start)
        : attempts.forget(bucket("right", limit), start)
    }
    for (const key of ["guess", "right"]) yield* attempts.hit([bucket(key, limit)], start)
    yield* attempts.forget(bucket("right", limit), start)
    for (const n of [2, 3]) {
      yield* expectEqual(
        yield* attempts.hit([bucket("guess", limit)], start),
        null,
        `attempt ${n} at the shared bucket`
      )
    }
    yield* expectEqual(yield* attempts.hit([bucket("guess", limit)], start), opens, "the attempt after the free ones")
  }),

  narrowLaw("removeExpired removes shared buckets too, or they end by themselves", function* (store) {
    const { attempts } = store
    yield* flood(store, "first", start)
    const removed = yield* attempts.removeExpired(forgetAt, 2 * FLOOD)
    yield* expectEqual(removed === room.buckets || removed === room.buckets + 1, true, `whether ${removed} are all`)
    yield* expectEqual(yield* attempts.hit([bucket("new")], start), null, "an attempt when all are gone")
  }),

  raceLaw("RAT-14 of 100 parallel new keys no more pass than there is room for", function* (store, second) {
    const outcomes = yield* race(FLOOD, [store, second], ({ attempts }, n) => attempts.hit([bucket(`key-${n}`)], start))
    const most = room.buckets + room.shared
    yield* expectEqual(outcomes, { null: most, [opens]: FLOOD - most }, "the outcomes")
  })
]
