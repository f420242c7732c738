import type { MakeStore } from "../src/store/made-store.ts"
import { type EquivalenceOptions, storeEquivalence } from "../src/store/store-equivalence.ts"

/** The tests that `storeEquivalence` registers, by their names. */
export const registered = (makeStore: MakeStore, options?: EquivalenceOptions) => {
  const tests = new Map<string, () => Promise<void>>()
  storeEquivalence((name, run) => tests.set(name, run), makeStore, options)
  return tests
}

/** The message of the first list that fails, of ten times as many as a run has by default; null when none does. */
export const firstFailure = async (makeStore: MakeStore): Promise<string | null> => {
  for (const run of registered(makeStore, { lists: 1000 }).values()) {
    const failure = await run().then(
      () => null,
      (error: Error) => error.message
    )
    if (failure !== null) return failure
  }
  return null
}
