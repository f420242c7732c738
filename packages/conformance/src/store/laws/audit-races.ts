import { linked, sampleEvent, unlinked, wholeLog } from "./audit-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { race } from "./race.ts"

const { race: raceLaw } = lawsOf("audit")

/** Racers for the end of the log. */
export const auditRaces: ReadonlyArray<Law> = [
  raceLaw(
    "AUD-06 of parallel appends to one end exactly one is true, so the chain never forks",
    function* (store, second) {
      const chain: Array<string> = []
      for (let round = 0; round < 10; round++) {
        const previous = yield* store.audit.lastHash
        const outcomes = yield* race(16, [store, second], ({ audit }, n) =>
          audit.append(linked(sampleEvent(n), previous, `${round}-${n}`))
        )
        yield* expectEqual(outcomes, { true: 1, false: 15 }, `the outcomes of round ${round}`)
        chain.push((yield* second.audit.lastHash) ?? "none")
      }
      const hashes = (yield* store.audit.list(wholeLog)).map(({ hash }) => hash)
      yield* expectEqual(hashes, chain, "the hashes in the log")
    }
  ),

  raceLaw("parallel appends without links are all kept, each at its own position", function* (store, second) {
    const outcomes = yield* race(50, [store, second], ({ audit }, n) => audit.append(unlinked(sampleEvent(n))))
    yield* expectEqual(outcomes, { true: 50 }, "the outcomes")
    const records = yield* store.audit.list(wholeLog)
    const times = new Set(records.map(({ event }) => event.at))
    const positions = new Set(records.map(({ sequence }) => sequence))
    yield* expectEqual([records.length, times.size, positions.size], [50, 50, 50], "records, events and positions")
  })
]
