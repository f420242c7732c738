import type { AuditStart, StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { appendAll, isAfter, linked, sampleEvent, wholeLog } from "./audit-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, together } from "./race.ts"
import { start } from "./samples.ts"

const { race: raceLaw } = lawsOf("audit")

const old = start + 1_000
const young = 2_000

/** Runs it so often, and lets others go first each time. */
const inTurns = <A, E>(times: number, run: () => Effect.Effect<A, E>) =>
  Effect.forEach(Array.from({ length: times }), () => Effect.andThen(Effect.yieldNow, Effect.suspend(run)))

/** Where the log begins, as often as it did not change while the first record was read. */
const lookAtStart = Effect.fnUntraced(function* ({ audit }: StoreShape) {
  const before = yield* audit.start
  const [first] = yield* audit.list({ ...wholeLog, limit: 1 })
  const after = yield* audit.start
  return isSame(before, after) && first !== undefined ? { start: after, first: first.sequence } : null
})

const isSame = (a: AuditStart | null, b: AuditStart | null): boolean => a?.sequence === b?.sequence

/** Racers for the beginning of the log. */
export const auditRemovalRaces: ReadonlyArray<Law> = [
  raceLaw("AUD-09 parallel calls to removeExpired count each record once", function* (store, second) {
    yield* appendAll(
      store.audit,
      Array.from({ length: 300 }, (_, n) => sampleEvent(n))
    )
    const positions = (yield* store.audit.list(wholeLog)).map(({ sequence }) => sequence)
    const removal = (limit: number) => (_: unknown, n: number) =>
      (n % 2 === 0 ? store : second).audit.removeExpired(old, limit)
    const some = yield* together(Array.from({ length: 12 }, removal(15)))
    yield* expectEqual(sum(some), 180, "how many were removed by those with room for 180")
    yield* expectEqual((yield* store.audit.start)?.sequence, positions[179], "the start")
    const others = yield* together(Array.from({ length: 12 }, removal(15)))
    yield* expectEqual(sum(others), 120, "how many were removed by those with room for more than there were")
    yield* expectEqual(yield* store.audit.list(wholeLog), [], "what is left")
    yield* expectEqual((yield* second.audit.start)?.sequence, positions[299], "the start in the end")
  }),

  raceLaw("AUD-09 what is added while all else is removed is kept, and follows it", function* (store, second) {
    let last = 0
    for (let round = 0; round < ROUNDS; round++) {
      const end = yield* store.audit.lastHash
      yield* store.audit.append(linked(sampleEvent(1), end, `${round}-old`))
      const added = linked(sampleEvent(young), `${round}-old`, `${round}-new`)
      const [isAdded, removed] = yield* duel(round, store.audit.append(added), second.audit.removeExpired(old, 10))
      yield* expectEqual([isAdded, removed], [true, 1], `the outcomes of round ${round}`)
      const records = yield* second.audit.list(wholeLog)
      yield* expectEqual(
        records.map(({ hash }) => hash),
        [`${round}-new`],
        `what is left of round ${round}`
      )
      const positions = records.map(({ sequence }) => sequence)
      yield* expectEqual(isAfter(last, positions), true, `whether ${positions} come after ${last}`)
      yield* expectEqual(yield* store.audit.lastHash, `${round}-new`, `the end after round ${round}`)
      const kept = yield* store.audit.start
      yield* expectEqual(kept?.hash, `${round}-old`, `the hash at the start after round ${round}`)
      yield* expectEqual(isAfter(kept?.sequence ?? 0, positions), true, `whether the start is before ${positions}`)
      yield* second.audit.removeExpired(start + young, 10)
      last = positions.at(-1) ?? last
    }
  }),

  raceLaw("AUD-10 the start moves in the step in which the records go", function* (store, second) {
    const events = Array.from({ length: 300 }, (_, n) => sampleEvent(n))
    yield* appendAll(store.audit, [...events, sampleEvent(young)])
    const positions = (yield* store.audit.list(wholeLog)).map(({ sequence }) => sequence)
    const looking = inTurns(60, () => lookAtStart(second))
    const removing = inTurns(60, () => store.audit.removeExpired(old, 5))
    const [looks] = yield* Effect.all([looking, removing], { concurrency: "unbounded" })
    for (const look of looks) {
      if (look === null) continue
      const place = look.start === null ? -1 : positions.indexOf(look.start.sequence)
      yield* expectEqual(look.first, positions[place + 1], `the first record while the log begins after ${place}`)
    }
  })
]

/** The number of records that racers removed; a failure counts as none. */
const sum = (outcomes: ReadonlyArray<number | string>): number =>
  outcomes.reduce<number>((total, outcome) => total + (typeof outcome === "number" ? outcome : 0), 0)
