import type { AuditEvent } from "@latchkey/core/store"
import { eventOfEachType, linked, sampleEvent, unlinked, wholeLog } from "./audit-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, sampleUser, userId } from "./samples.ts"

const { law } = lawsOf("audit")

/** What adding to the log promises. */
export const auditAppendLaws: ReadonlyArray<Law> = [
  law("append without a link is always true and keeps the event, just as given", function* ({ audit }) {
    for (const event of eventOfEachType) {
      yield* expectEqual(yield* audit.append(unlinked(event)), true, `appending ${event.type}`)
    }
    const records = yield* audit.list(wholeLog)
    yield* expectEqual(
      records.map(({ event }) => event),
      eventOfEachType,
      "the events in the log"
    )
    yield* expectEqual(new Set(records.map(({ hash }) => hash)).size, 1, "how many kinds of hash records have")
    yield* expectEqual(records[0]?.hash, null, "the hash of a record without a link")
  }),

  law("an event of a newer version comes back just as given, type and details", function* ({ audit }) {
    const details = { who: "x", list: [], nested: { n: 1.5, none: null } }
    const newer = { ...sampleEvent(1), type: "thing.to-come", details } as unknown as AuditEvent // of no type known here
    yield* audit.append(linked(newer, null, "one"))
    yield* audit.append(unlinked(sampleEvent(2)))
    const [first] = yield* audit.list(wholeLog)
    yield* expectEqual([first?.event, first?.hash], [newer, "one"], "the record")
    const ofType = yield* audit.list({ ...wholeLog, type: newer.type })
    yield* expectEqual(ofType.length, 1, "how many there are of its type")
  }),

  law("the position grows with each record", function* ({ audit }) {
    for (let n = 0; n < 20; n++) yield* audit.append(unlinked(sampleEvent(0)))
    const positions = (yield* audit.list(wholeLog)).map(({ sequence }) => sequence)
    yield* expectEqual(positions.length, 20, "how many records there are")
    yield* expectEqual(positions.every(Number.isSafeInteger), true, "whether all positions are safe integers")
    const grows = positions.every((position, n) => n === 0 || position > (positions[n - 1] ?? position))
    yield* expectEqual(grows, true, `whether ${positions} grows`)
  }),

  law("lastHash of a log without linked records is null", function* ({ audit }) {
    yield* expectEqual(yield* audit.lastHash, null, "lastHash of an empty log")
    yield* audit.append(unlinked(sampleEvent(0)))
    yield* expectEqual(yield* audit.lastHash, null, "lastHash of a log without links")
  }),

  law("AUD-06 append with a link to the end is true, and its hash is the new end", function* ({ audit }) {
    yield* expectEqual(yield* audit.append(linked(sampleEvent(1), null, "one")), true, "the first")
    yield* expectEqual(yield* audit.lastHash, "one", "the end after the first")
    yield* expectEqual(yield* audit.append(linked(sampleEvent(2), "one", "two")), true, "the second")
    yield* expectEqual(yield* audit.lastHash, "two", "the end after the second")
    const records = yield* audit.list(wholeLog)
    const kept = records.map(({ event, hash }) => ({ event, hash }))
    const expected = [
      { event: sampleEvent(1), hash: "one" },
      { event: sampleEvent(2), hash: "two" }
    ]
    yield* expectEqual(kept, expected, "the records")
  }),

  law("AUD-06 append with a link to anything but the end is false and writes nothing", function* ({ audit }) {
    const lost = sampleEvent(9)
    yield* expectEqual(yield* audit.append(linked(lost, "one", "x")), false, "to a hash, when there is none")
    yield* expectEqual(yield* audit.lastHash, null, "the end")
    yield* audit.append(linked(sampleEvent(1), null, "one"))
    yield* audit.append(linked(sampleEvent(2), "one", "two"))
    for (const previous of [null, "one", "TWO", "three", ""]) {
      yield* expectEqual(yield* audit.append(linked(lost, previous, "x")), false, `to ${previous}`)
    }
    yield* expectEqual(yield* audit.lastHash, "two", "the end")
    yield* expectEqual((yield* audit.list(wholeLog)).length, 2, "how many records there are")
  }),

  law("AUD-06 records without a link come between linked ones and are no end", function* ({ audit }) {
    yield* audit.append(unlinked(sampleEvent(1)))
    yield* expectEqual(yield* audit.append(linked(sampleEvent(2), null, "one")), true, "the first linked one")
    yield* audit.append(unlinked(sampleEvent(3)))
    yield* expectEqual(yield* audit.lastHash, "one", "the end")
    yield* expectEqual(yield* audit.append(linked(sampleEvent(4), "one", "two")), true, "the second linked one")
    const hashes = (yield* audit.list(wholeLog)).map(({ hash }) => hash)
    yield* expectEqual(hashes, [null, "one", null, "two"], "the hashes in the log")
  }),

  law("removing a user keeps their records", function* ({ users, audit }) {
    yield* users.insert(sampleUser(1))
    const event = sampleEvent(1, { actor: userId(1), subject: userId(1) })
    yield* audit.append(linked(event, null, "one"))
    yield* users.remove(userId(1), null)
    const records = yield* audit.list({ ...wholeLog, user: userId(1) })
    yield* expectEqual(
      records.map((record) => record.event),
      [event],
      "their records"
    )
    yield* expectEqual(yield* audit.lastHash, "one", "the end")
  }),

  law("STO-05 any text round-trips in an event and as a hash", function* ({ audit }) {
    let previous: string | null = null
    const events = awkwardTexts.map((text, n) =>
      sampleEvent(n, { credential: text, actedWith: text, ip: text, userAgent: text, request: text })
    )
    for (const [n, event] of events.entries()) {
      const hash: string = awkwardTexts[n] ?? ""
      yield* expectEqual(yield* audit.append(linked(event, previous, hash)), true, `appending ${hash}`)
      yield* expectEqual(yield* audit.lastHash, hash, "the end")
      previous = hash
    }
    const records = yield* audit.list(wholeLog)
    yield* expectEqual(
      records.map(({ event }) => event),
      events,
      "the events in the log"
    )
  })
]
