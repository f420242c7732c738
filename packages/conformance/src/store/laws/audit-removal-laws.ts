import type { AuditEvent, AuditStore } from "@latchkey/core/store"
import { UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { appendAll, isAfter, linked, sampleEvent, timesIn, unlinked, wholeLog } from "./audit-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, start, userId } from "./samples.ts"

const { law } = lawsOf("audit")

const many = 1_000

/** Events with these times after the start, in this order. */
const at = (...times: ReadonlyArray<number>): ReadonlyArray<AuditEvent> => times.map((time) => sampleEvent(time))

const positionsIn = (audit: AuditStore) =>
  Effect.map(audit.list(wholeLog), (records) => records.map(({ sequence }) => sequence))

/** What removing the oldest records promises. */
export const auditRemovalLaws: ReadonlyArray<Law> = [
  law("AUD-09 removeExpired of an empty log is 0, and it begins with its first record", function* ({ audit }) {
    yield* expectEqual(yield* audit.removeExpired(start, many), 0, "how many were removed")
    yield* expectEqual(yield* audit.start, null, "the start of an empty log")
    yield* appendAll(audit, at(1, 2))
    yield* expectEqual(yield* audit.removeExpired(start, many), 0, "how many were removed when none was old")
    yield* expectEqual(yield* audit.removeExpired(start + 2, 0), 0, "how many were removed of none that may be")
    yield* expectEqual(yield* audit.start, null, "the start when none was removed")
    yield* expectEqual(yield* timesIn(audit), [1, 2], "what is left")
  }),

  law("AUD-09 removeExpired removes records that are as old as `before` or older", function* ({ audit }) {
    yield* appendAll(audit, at(1, 2, 3, 4))
    yield* expectEqual(yield* audit.removeExpired(start + 2, many), 2, "how many were removed")
    yield* expectEqual(yield* timesIn(audit), [3, 4], "what is left")
    yield* expectEqual(yield* audit.removeExpired(start + 2, many), 0, "how many were removed afterwards")
  }),

  law("AUD-09 removeExpired removes at most `limit`, from the beginning of the log", function* ({ audit }) {
    yield* appendAll(audit, at(4, 2, 3, 1, 5))
    yield* expectEqual(yield* audit.removeExpired(start + 4, 3), 3, "how many were removed")
    yield* expectEqual(yield* timesIn(audit), [1, 5], "what is left")
    yield* expectEqual(yield* audit.removeExpired(start + 4, 3), 1, "how many were removed afterwards")
    yield* expectEqual(yield* timesIn(audit), [5], "what is left in the end")
  }),

  law("AUD-09 removeExpired leaves what is behind a record that stays, however old: no gaps", function* ({ audit }) {
    yield* appendAll(audit, at(1, 9, 2, 3))
    yield* expectEqual(yield* audit.removeExpired(start + 5, many), 1, "how many were removed")
    yield* expectEqual(yield* timesIn(audit), [9, 2, 3], "what is left")
    yield* expectEqual(yield* audit.removeExpired(start + 9, many), 3, "how many were removed when that one was old")
  }),

  law("AUD-09 removeExpired goes through a long log, to its limit or to its end", function* ({ audit }) {
    for (let n = 0; n < 450; n++) yield* audit.append(linked(sampleEvent(n), n === 0 ? null : `${n - 1}`, `${n}`))
    const positions = yield* positionsIn(audit)
    yield* expectEqual(yield* audit.removeExpired(start + 430, 250), 250, "how many were removed")
    const middle = { sequence: positions[249], hash: "249" }
    yield* expectEqual(yield* audit.start, middle, "the start")
    yield* expectEqual(yield* audit.removeExpired(start + 430, many), 181, "how many were removed afterwards")
    yield* expectEqual(yield* audit.start, { sequence: positions[430], hash: "430" }, "the start in the end")
    yield* expectEqual(yield* positionsIn(audit), positions.slice(431), "what is left")
  }),

  law("AUD-09 what was removed is in no list, and what is left is in all", function* ({ audit }) {
    const [own, other] = [{ actor: userId(1), subject: userId(1) }, { subject: userId(2) }]
    const events = [1, 2, 3, 4, 5, 6].map((n) => sampleEvent(n, n % 2 === 0 ? own : other))
    yield* appendAll(audit, events)
    const [first = 0] = yield* positionsIn(audit)
    yield* audit.removeExpired(start + 3, many)
    yield* expectEqual(yield* timesIn(audit, { order: "newest-first" }), [6, 5, 4], "newest first")
    yield* expectEqual(yield* timesIn(audit, { after: first }), [4, 5, 6], "after a record that was removed")
    yield* expectEqual(yield* timesIn(audit, { after: first, order: "newest-first" }), [], "before it")
    yield* expectEqual(yield* timesIn(audit, { user: userId(1) }), [4, 6], "of a user")
    yield* expectEqual(yield* timesIn(audit, { user: userId(2), order: "newest-first" }), [5], "of another")
    yield* expectEqual(yield* timesIn(audit, { type: "user.registered" }), [4, 5, 6], "of a type")
    const both = { user: userId(1), type: "user.registered" } as const
    yield* expectEqual(yield* timesIn(audit, both), [4, 6], "of a user and a type")
    yield* audit.removeExpired(start + 6, many)
    yield* expectEqual(yield* timesIn(audit, { user: userId(1) }), [], "of a user, when all were removed")
    yield* expectEqual(yield* timesIn(audit, { type: "user.registered" }), [], "of a type, when all were removed")
  }),

  law("AUD-10 start is the last removed record, with the hash of the last linked one", function* ({ audit }) {
    yield* audit.append(unlinked(sampleEvent(1)))
    yield* audit.append(linked(sampleEvent(2), null, "one"))
    yield* audit.append(linked(sampleEvent(3), "one", "two"))
    yield* audit.append(unlinked(sampleEvent(4)))
    yield* audit.append(linked(sampleEvent(5), "two", "three"))
    const positions = yield* positionsIn(audit)
    for (const [n, hash] of [null, "one", "two", "two", "three"].entries()) {
      yield* audit.removeExpired(start + n + 1, many)
      yield* expectEqual(yield* audit.start, { sequence: positions[n], hash }, `the start after record ${n + 1}`)
    }
  }),

  law("AUD-10 the end is that of the last linked record, also when it was removed", function* ({ audit }) {
    yield* audit.append(linked(sampleEvent(1), null, "one"))
    yield* audit.append(linked(sampleEvent(2), "one", "two"))
    yield* audit.removeExpired(start + 2, many)
    yield* expectEqual(yield* audit.lastHash, "two", "the end of an empty log")
    yield* audit.append(unlinked(sampleEvent(3)))
    yield* expectEqual(yield* audit.lastHash, "two", "the end of a log without links")
    for (const previous of [null, "one", ""]) {
      const lost = linked(sampleEvent(9), previous, "x")
      yield* expectEqual(yield* audit.append(lost), false, `appending to ${previous}`)
    }
    yield* expectEqual(yield* audit.append(linked(sampleEvent(4), "two", "three")), true, "appending to the end")
    yield* expectEqual(yield* audit.lastHash, "three", "the new end")
    yield* expectEqual(yield* timesIn(audit), [3, 4], "what is left")
  }),

  law("AUD-09 no position is given twice, also when all records were removed", function* ({ audit }) {
    let last = 0
    for (let round = 1; round < 5; round++) {
      yield* appendAll(audit, at(round, round))
      const positions = yield* positionsIn(audit)
      yield* expectEqual(isAfter(last, positions), true, `whether ${positions} come after ${last}`)
      last = positions.at(-1) ?? last
      yield* expectEqual(yield* audit.removeExpired(start + round, many), 2, `how many were removed in round ${round}`)
      yield* expectEqual(yield* audit.start, { sequence: last, hash: null }, `the start after round ${round}`)
    }
  }),

  law(
    "STO-05 any text round-trips as the hash at the start, and is the end that the next one links to",
    function* ({ audit }) {
      let previous: string | null = null
      for (const [n, text] of awkwardTexts.entries()) {
        yield* expectEqual(yield* audit.append(linked(sampleEvent(n), previous, text)), true, `appending ${text}`)
        yield* audit.removeExpired(start + n, many)
        yield* expectEqual((yield* audit.start)?.hash, text, "the hash at the start")
        yield* expectEqual(yield* audit.lastHash, text, "the end")
        previous = text
      }
    }
  ),

  law("STO-05 an event of any text is in no list once it is removed", function* ({ audit }) {
    const events = awkwardTexts.map((text, n) => sampleEvent(n, { actor: UserId(text), ip: text, userAgent: text }))
    yield* appendAll(audit, events)
    yield* expectEqual(yield* audit.removeExpired(start + many, many), awkwardTexts.length, "how many were removed")
    yield* expectEqual(yield* audit.list(wholeLog), [], "what is left")
    for (const text of awkwardTexts) {
      yield* expectEqual(yield* timesIn(audit, { user: UserId(text) }), [], `the records of ${text}`)
    }
  })
]
