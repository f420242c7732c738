import type { AuditRecord } from "@latchkey/core/store"
import { eventOfEachType, linked, sampleEvent, unlinked, wholeLog } from "./audit-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { start, userId } from "./samples.ts"

const { law } = lawsOf("audit")

const ada = userId(1)

const record = (sequence: number, hash: string | null = null): AuditRecord => ({
  sequence,
  event: sampleEvent(sequence),
  hash
})

/** What restoring the audit log promises. */
export const auditBackupLaws: ReadonlyArray<Law> = [
  law("BAK-01 restored records keep their positions and links, and the log goes on after them", function* (store) {
    const records = eventOfEachType.map((event, n) => ({
      sequence: 7 + 3 * n,
      event,
      hash: n % 2 === 0 ? `h${n}` : null
    }))
    const begin = { sequence: 5, hash: "before" }
    const last = records.findLast(({ hash }) => hash !== null)?.hash ?? ""
    yield* expectEqual(yield* store.audit.restore(records, begin), records.length, "how many are added")
    yield* expectEqual(yield* store.audit.list(wholeLog), records, "the log")
    yield* expectEqual(yield* store.audit.start, begin, "where it begins")
    yield* expectEqual(yield* store.audit.lastHash, last, "its last link")
    yield* expectEqual(yield* store.audit.append(linked(sampleEvent(0), "other", "x")), false, "a link to another end")
    yield* expectEqual(yield* store.audit.append(linked(sampleEvent(0), last, "next")), true, "the next link")
    const all = yield* store.audit.list(wholeLog)
    const highest = records.at(-1)?.sequence ?? 0
    yield* expectEqual((all.at(-1)?.sequence ?? 0) > highest, true, "whether the new one comes last")
    const ofAda = yield* store.audit.list({ ...wholeLog, user: ada })
    yield* expectEqual(
      ofAda.length,
      records.filter(({ event }) => event.actor === ada || event.subject === ada).length,
      "how many are about one user"
    )
  }),

  law("BAK-01 the beginning of a trail whose records were all removed is restored", function* (store) {
    const begin = { sequence: 50, hash: "end" }
    yield* expectEqual(yield* store.audit.restore([], begin), 0, "how many are added")
    yield* expectEqual(yield* store.audit.start, begin, "where it begins")
    yield* expectEqual(yield* store.audit.lastHash, "end", "its last link")
    yield* store.audit.append(unlinked(sampleEvent(1)))
    const [only] = yield* store.audit.list(wholeLog)
    yield* expectEqual((only?.sequence ?? 0) > 50, true, "whether the next position is new")
  }),

  law("BAK-02 only records after all that the log ever had are restored", function* (store) {
    const records = [record(1, "a"), record(2, "b"), record(3)]
    yield* expectEqual(yield* store.audit.restore(records.slice(0, 2), null), 2, "the first two")
    yield* expectEqual(yield* store.audit.restore(records, { sequence: 9, hash: "x" }), 1, "all three")
    yield* expectEqual(yield* store.audit.restore(records, null), 0, "all three again")
    yield* expectEqual(yield* store.audit.list(wholeLog), records, "the log")
    yield* expectEqual(yield* store.audit.start, null, "where it begins")
    yield* store.audit.removeExpired(start + 10, 10)
    yield* expectEqual(yield* store.audit.restore(records, null), 0, "all three, once they were removed")
    yield* expectEqual(yield* store.audit.start, { sequence: 3, hash: "b" }, "where it begins then")
    yield* expectEqual(yield* store.audit.restore([record(4, "c")], null), 1, "a later one")
  }),

  law("BAK-06 a record that says what it follows is restored there, or not at all", function* ({ audit }) {
    const [first, second, third] = [record(1, "a"), record(2), record(3, "b")]
    yield* expectEqual(yield* audit.restore([{ ...first, follows: "x" }], null), 0, "behind a link, where none is")
    yield* expectEqual(yield* audit.restore([{ ...first, follows: null }], null), 1, "the first link")
    yield* expectEqual(yield* audit.restore([{ ...third, follows: null }], null), 0, "a first link, behind one")
    yield* expectEqual(yield* audit.restore([{ ...third, follows: "other" }], null), 0, "behind another link")
    yield* expectEqual(yield* audit.list(wholeLog), [first], "the log")
    yield* expectEqual(yield* audit.restore([second, { ...third, follows: "a" }], null), 2, "behind its link")
    const more = [
      { ...record(4, "c"), follows: "b" },
      { ...record(5, "d"), follows: "c" }
    ]
    yield* expectEqual(yield* audit.restore(more, null), 2, "two that follow each other")
    yield* expectEqual((yield* audit.list(wholeLog)).slice(0, 3), [first, second, third], "the log then")
    yield* expectEqual(yield* audit.lastHash, "d", "its last link")
  }),

  law("BAK-06 nothing is restored behind a link whose place another record has", function* ({ audit }) {
    yield* audit.append(unlinked(sampleEvent(0)))
    const [held] = yield* audit.list(wholeLog)
    const place = held?.sequence ?? 0
    const records = [
      { ...record(place, "a"), follows: null },
      { ...record(place + 1, "b"), follows: "a" }
    ]
    yield* expectEqual(yield* audit.restore(records, null), 0, "how many are added")
    yield* expectEqual(yield* audit.list(wholeLog), [held], "the log")
  }),

  law("BAK-06 a link follows the one with which a restored log begins", function* ({ audit }) {
    const begin = { sequence: 5, hash: "before" }
    yield* expectEqual(yield* audit.restore([{ ...record(6, "a"), follows: "before" }], begin), 1, "both together")
    yield* expectEqual(yield* audit.lastHash, "a", "its last link")
  })
]
