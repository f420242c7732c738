import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { race } from "./race.ts"
import { awkwardTexts } from "./samples.ts"

const { law, race: raceLaw } = lawsOf("settings")

/** As much as core ever writes. */
const LARGEST = 16 * 1024

/** The laws of `SettingsStore`. */
export const settingsLaws: ReadonlyArray<Law> = [
  law("before the first write nothing is kept, in version 0", function* ({ settings }) {
    yield* expectEqual(yield* settings.read, { version: 0, text: "" }, "what is kept")
  }),

  law("SET-16 a write from the version that is kept is true, and counts it up by one", function* ({ settings }) {
    for (const [from, text] of ["one", "two", "", "two", "two"].entries()) {
      yield* expectEqual(yield* settings.write(text, from), true, `the write from ${from}`)
      yield* expectEqual(yield* settings.read, { version: from + 1, text }, `what is kept after the write from ${from}`)
    }
  }),

  law("SET-16 a write from any other version is false and changes nothing", function* ({ settings }) {
    yield* expectEqual(yield* settings.write("none", 1), false, "from 1, when nothing is kept")
    yield* expectEqual(yield* settings.read, { version: 0, text: "" }, "what is kept")
    for (let from = 0; from < 12; from++) yield* settings.write(`version ${from + 1}`, from)
    for (const from of [0, 1, 2, 11, 13, 120, 2 ** 40]) {
      yield* expectEqual(yield* settings.write("lost", from), false, `from ${from}, when 12 is kept`)
    }
    yield* expectEqual(yield* settings.read, { version: 12, text: "version 12" }, "what is kept")
  }),

  law("a second connection reads what the first wrote, and writes after it", function* ({ settings }, second) {
    yield* settings.write("first", 0)
    yield* expectEqual(yield* second.settings.read, { version: 1, text: "first" }, "what the second reads")
    yield* expectEqual(yield* second.settings.write("second", 1), true, "the write of the second")
    yield* expectEqual(yield* settings.read, { version: 2, text: "second" }, "what the first reads")
  }),

  law("STO-05 any text round-trips as settings, and 16 KiB of it", function* ({ settings }) {
    const texts = [...awkwardTexts, "", "\n", "1\n2", "x".repeat(LARGEST), "\u{1F600}".repeat(LARGEST / 4)]
    for (const [from, text] of texts.entries()) {
      yield* expectEqual(yield* settings.write(text, from), true, `writing the text ${from}`)
      yield* expectEqual(yield* settings.read, { version: from + 1, text }, `the text ${from}`)
    }
  }),

  raceLaw(
    "SET-16 of parallel writes from one version exactly one is true, and its text is what is kept",
    function* (store, second) {
      for (let round = 0; round < 10; round++) {
        const won: Array<number> = []
        const outcomes = yield* race(16, [store, second], ({ settings }, n) =>
          Effect.tap(settings.write(`${round}-${n}`, round), (isWritten) => Effect.sync(() => isWritten && won.push(n)))
        )
        yield* expectEqual(outcomes, { true: 1, false: 15 }, `the outcomes of round ${round}`)
        const kept = { version: round + 1, text: `${round}-${won[0]}` }
        yield* expectEqual(yield* second.settings.read, kept, `what is kept after round ${round}`)
      }
    }
  )
]
