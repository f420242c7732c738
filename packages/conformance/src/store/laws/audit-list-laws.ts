import { UserId } from "@latchkey/core/store"
import { appendAll, eventOfEachType, linked, sampleEvent, timesIn, wholeLog } from "./audit-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { userId } from "./samples.ts"

const { law } = lawsOf("audit")

/** What reading the log promises. */
export const auditListLaws: ReadonlyArray<Law> = [
  law("list of an empty log is empty", function* ({ audit }) {
    yield* expectEqual(yield* audit.list(wholeLog), [], "oldest first")
    yield* expectEqual(yield* audit.list({ ...wholeLog, order: "newest-first" }), [], "newest first")
  }),

  law("list gives the order asked for, by position and not by time", function* ({ audit }) {
    yield* appendAll(
      audit,
      [2, 1, 3].map((n) => sampleEvent(n))
    )
    yield* expectEqual(yield* timesIn(audit, { order: "oldest-first" }), [2, 1, 3], "oldest first")
    yield* expectEqual(yield* timesIn(audit, { order: "newest-first" }), [3, 1, 2], "newest first")
  }),

  law("list gives at most `limit` records from the end it starts at", function* ({ audit }) {
    yield* appendAll(
      audit,
      [1, 2, 3].map((n) => sampleEvent(n))
    )
    yield* expectEqual(yield* timesIn(audit, { limit: 2 }), [1, 2], "oldest first")
    yield* expectEqual(yield* timesIn(audit, { limit: 2, order: "newest-first" }), [3, 2], "newest first")
    yield* expectEqual(yield* timesIn(audit, { limit: 0 }), [], "none")
  }),

  law("list goes on after a position, away from the end it started at, without that position", function* ({ audit }) {
    yield* appendAll(
      audit,
      [1, 2, 3, 4].map((n) => sampleEvent(n))
    )
    const [first, second, , last] = (yield* audit.list(wholeLog)).map(({ sequence }) => sequence)
    const [from, start, end] = [second ?? 0, first ?? 0, last ?? 0]
    yield* expectEqual(yield* timesIn(audit, { after: from }), [3, 4], "after the second, oldest first")
    yield* expectEqual(yield* timesIn(audit, { after: from, limit: 1 }), [3], "one of them")
    yield* expectEqual(yield* timesIn(audit, { after: from, order: "newest-first" }), [1], "before it, newest first")
    yield* expectEqual(yield* timesIn(audit, { after: end }), [], "after the last, oldest first")
    yield* expectEqual(yield* timesIn(audit, { after: start, order: "newest-first" }), [], "before the first")
    yield* expectEqual(yield* timesIn(audit, { after: end, order: "newest-first" }), [3, 2, 1], "before the last")
  }),

  law("list of a type gives the records of that type only", function* ({ audit }) {
    yield* appendAll(audit, eventOfEachType)
    yield* appendAll(audit, eventOfEachType)
    for (const event of eventOfEachType) {
      const records = yield* audit.list({ ...wholeLog, type: event.type })
      yield* expectEqual(
        records.map((record) => record.event),
        [event, event],
        `the records of ${event.type}`
      )
    }
  }),

  law("list of a user gives the records of which they are actor or subject, each once", function* ({ audit }) {
    yield* appendAll(audit, [
      sampleEvent(1, { actor: userId(1) }),
      sampleEvent(2, { subject: userId(1) }),
      sampleEvent(3, { actor: userId(1), subject: userId(1) }),
      sampleEvent(4, { actor: userId(2), subject: userId(3) }),
      sampleEvent(5, { credential: userId(1) }),
      sampleEvent(6, { actor: userId(2), subject: userId(1) })
    ])
    yield* expectEqual(yield* timesIn(audit, { user: userId(1) }), [1, 2, 3, 6], "oldest first")
    yield* expectEqual(yield* timesIn(audit, { user: userId(1), order: "newest-first" }), [6, 3, 2, 1], "newest first")
    yield* expectEqual(yield* timesIn(audit, { user: userId(9) }), [], "of who did nothing")
    yield* expectEqual(yield* timesIn(audit, { user: UserId("%") }), [], "of a user called %")
  }),

  law("AUD-11 list of a request gives its records only, also of a type and of a user", function* ({ audit }) {
    const other = eventOfEachType.find(({ type }) => type === "session.closed")
    yield* appendAll(audit, [
      sampleEvent(1, { request: "a" }),
      sampleEvent(2),
      sampleEvent(3, { request: "b", actor: userId(1) }),
      sampleEvent(4, { request: "a", actor: userId(1) }),
      sampleEvent(5, { credential: "a", actedWith: "a" }),
      sampleEvent(6, { request: "a", subject: userId(1), actor: userId(2) }),
      ...(other === undefined ? [] : [{ ...other, at: sampleEvent(7).at, actor: null, subject: null, request: "a" }]),
      sampleEvent(8, { request: "a%" })
    ])
    yield* expectEqual(yield* timesIn(audit, { request: "a" }), [1, 4, 6, 7], "oldest first")
    const newest = { request: "a", order: "newest-first", limit: 2 } as const
    yield* expectEqual(yield* timesIn(audit, newest), [7, 6], "the newest two")
    yield* expectEqual(yield* timesIn(audit, { request: "c" }), [], "of a request without events")
    yield* expectEqual(yield* timesIn(audit, { request: "a", type: "session.closed" }), [7], "of a type")
    yield* expectEqual(yield* timesIn(audit, { request: "a", user: userId(1) }), [4, 6], "of a user")
    const one = { request: "a", user: userId(1), type: "user.registered", order: "newest-first", limit: 1 } as const
    yield* expectEqual(yield* timesIn(audit, one), [6], "the newest of a type and a user")
  }),

  law("AUD-14 a record keeps its position, its event and its hash", function* ({ audit }) {
    for (const n of [1, 2, 3, 4]) yield* audit.append(linked(sampleEvent(n), n === 1 ? null : `${n - 1}`, `${n}`))
    const third = (yield* audit.list(wholeLog)).at(2)
    const before = { ...wholeLog, after: (third?.sequence ?? 0) - 1, limit: 1 }
    yield* expectEqual(yield* audit.list(before), [third], "the third record, looked up")
    yield* audit.removeExpired(sampleEvent(2).at, 10)
    yield* audit.append(linked(sampleEvent(5), "4", "5"))
    yield* expectEqual(yield* audit.list(before), [third], "the same after others went and came")
    yield* expectEqual(third?.hash, "3", "its hash")
  }),

  law("list keeps to all it is asked at once", function* ({ audit }) {
    const noise = eventOfEachType.filter(({ type }) => type !== "user.registered")
    yield* appendAll(audit, noise)
    for (const n of [101, 102, 103, 104]) yield* appendAll(audit, [sampleEvent(n, { actor: userId(n % 2) })])
    yield* appendAll(audit, noise)
    const [, middle] = yield* audit.list({ ...wholeLog, type: "user.registered" })
    const query = { type: "user.registered", user: userId(1), limit: 1 } as const
    yield* expectEqual(yield* timesIn(audit, query), [101], "the first of a type and user")
    const later = { ...query, after: middle?.sequence ?? 0 }
    yield* expectEqual(yield* timesIn(audit, later), [103], "the first of them after a position")
    yield* expectEqual(yield* timesIn(audit, { ...later, order: "newest-first" }), [101], "the last before it")
  })
]
