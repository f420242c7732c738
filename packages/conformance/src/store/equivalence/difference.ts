import type { AttemptRoom, StoreError } from "@latchkey/core/store"
import { emptyTables, memoryStoreOver } from "@latchkey/core/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isSame, shown } from "../laws/law.ts"
import { type MakeStore, openMade } from "../made-store.ts"
import type { Command, Outcome } from "./command.ts"

/** A list whose last command, and no earlier one, had another result than on a memory store. */
export interface Difference {
  readonly commands: ReadonlyArray<Command>
  readonly expected: string
  readonly actual: string
}

/** Runs a list on a memory store and on the given one, side by side, up to the first difference; null if there is none. */
export const firstDifference = (
  commands: ReadonlyArray<Command>,
  makeStore: MakeStore,
  room: AttemptRoom
): Effect.Effect<Difference | null, StoreError> =>
  Effect.gen(function* () {
    const memory = memoryStoreOver(emptyTables(), room)
    const connections = yield* openMade(makeStore, room)
    for (const [index, { run, connection }] of commands.entries()) {
      const expected = yield* resultOf(run(memory))
      const actual = yield* resultOf(run(connections[connection]))
      if (!isSame(expected.value, actual.value)) {
        return { commands: commands.slice(0, index + 1), expected: expected.says, actual: actual.says }
      }
    }
    return null
  }).pipe(Effect.scoped)

/** Test runners usually stop a test after five seconds. The report must come before that. */
const PATIENCE = 2_500

/**
 * Leaves commands out, first many at once and finally one by one, as long as a difference remains. Each try needs a fresh
 * store, so it stops when the time is up.
 */
export const shortened = Effect.fnUntraced(function* (found: Difference, makeStore: MakeStore, room: AttemptRoom) {
  const end = (yield* Clock.currentTimeMillis) + PATIENCE
  let best = found
  let size = Math.ceil(found.commands.length / 2)
  while (true) {
    const before = best.commands.length
    for (let from = 0; from < best.commands.length; ) {
      if ((yield* Clock.currentTimeMillis) >= end) return best
      const fewer = yield* firstDifference(best.commands.toSpliced(from, size), makeStore, room)
      if (fewer === null) from += size
      else best = fewer
    }
    if (size === 1 && best.commands.length === before) return best
    size = Math.ceil(size / 2)
  }
})

interface Result {
  /** What is compared. Of a failure only the tag, because the rest is for people. */
  readonly value: unknown
  readonly says: string
}

const resultOf = (outcome: Outcome): Effect.Effect<Result> =>
  outcome.pipe(
    Effect.match({
      onSuccess: (value): Result => ({ value: { value }, says: value === undefined ? "done" : shown(value) }),
      onFailure: (error): Result => ({ value: { failure: error._tag }, says: `${error._tag}${reasonOf(error)}` })
    }),
    Effect.catchDefect((defect) => Effect.succeed({ value: { defect: true }, says: `a defect: ${defect}` }))
  )

const reasonOf = (error: object): string => ("cause" in error ? ` (${error.cause})` : "")
