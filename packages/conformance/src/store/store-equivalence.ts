import type { StoreError } from "@latchkey/core/store"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { TestFunction } from "../test-function.ts"
import { commandList, roomOf } from "./equivalence/command-list.ts"
import { type Difference, firstDifference, shortened } from "./equivalence/difference.ts"
import type { MakeStore } from "./made-store.ts"

export interface EquivalenceOptions {
  /** How many lists to run, each in its own test. Default 100. */
  readonly lists?: number
  /** How many commands a list has, before the final reads. Default 100. */
  readonly length?: number
  /** The seed of the first list; later lists have the next seeds. Default 1, so that every run is the same. */
  readonly seed?: number
}

/** A store had another result than a memory store. */
export class StoreDiffers extends Data.TaggedError("StoreDiffers")<{ readonly message: string }> {}

/**
 * Registers tests that run random lists of calls, of all verbs of the contract, against a store and against `memoryStore`
 * side by side: every answer and every failure must be the same, and in the end everything that can be seen. The laws of
 * `storeConformance` say what each verb does; this finds what verbs do to one another that no law has thought of. What the
 * contract leaves open is not compared.
 *
 * `makeStore` is called for each list, and for each try to shorten a list that failed. With a `second` connection the calls
 * go over both.
 *
 * ```ts
 * storeEquivalence(test, () => myStore(`test-${crypto.randomUUID()}`))
 * ```
 */
export const storeEquivalence = (test: TestFunction, makeStore: MakeStore, options: EquivalenceOptions = {}): void => {
  const { lists = 100, length = 100, seed: first = 1 } = options
  for (let seed = first; seed < first + lists; seed++) {
    test(`a random list of calls does the same as on memoryStore (seed ${seed})`, () =>
      Effect.runPromise(checkEquivalence(seed, length, makeStore)))
  }
}

/** Runs one list; fails with the shortest one that still shows a difference. */
export const checkEquivalence = (
  seed: number,
  length: number,
  makeStore: MakeStore
): Effect.Effect<void, StoreDiffers | StoreError> =>
  Effect.gen(function* () {
    const room = roomOf(seed)
    const found = yield* firstDifference(commandList(seed, length), makeStore, room)
    if (found === null) return
    return yield* new StoreDiffers({ message: told(yield* shortened(found, makeStore, room), { seed, length }) })
  })

const told = ({ commands, expected, actual }: Difference, { seed, length }: { seed: number; length: number }): string =>
  [
    "the store differs from memoryStore at the last of these calls:",
    ...commands.map(({ says }, index) => `  ${index + 1}. ${says}`),
    `  expected ${expected}`,
    `  but got  ${actual}`,
    `run it alone: storeEquivalence(test, makeStore, { lists: 1, length: ${length}, seed: ${seed} })`
  ].join("\n")
