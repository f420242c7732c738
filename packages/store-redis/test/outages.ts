import type { StoreShape } from "@latchkey/core/store"
import { expect } from "vitest"
import { until } from "./commands.ts"
import { outcome } from "./stores.ts"
import { credential, reading, tokenCredential, type Verbs } from "./verbs.ts"

/** What a call may take while the server is away (ERR-04), in milliseconds. */
const LIMIT = 2_500

/** Asks all verbs at once, and gives what each came to. */
export const askAll = async (store: StoreShape, verbs: Verbs): Promise<Readonly<Record<string, unknown>>> => {
  const asked = Object.entries(verbs).map(async ([name, verb]) => {
    const start = performance.now()
    const answer = await outcome(verb(store))
    expect(performance.now() - start, `milliseconds of ${name}`).toBeLessThan(LIMIT)
    return [name, answer]
  })
  return Object.fromEntries(await Promise.all(asked))
}

/** Each verb fails with a StoreError, and in time. */
export const expectAllToFail = async (store: StoreShape, verbs: Verbs): Promise<void> => {
  const answers = await askAll(store, verbs)
  expect(answers).toEqual(Object.fromEntries(Object.keys(verbs).map((name) => [name, "StoreError"])))
}

/** Waits until the store answers again, by itself. */
export const untilItAnswers = (store: StoreShape, patience?: number): Promise<void> =>
  until(async () => Object.values(await askAll(store, reading)).every((answer) => answer !== "StoreError"), patience)

/** Looks a session and a token up again and again until told to stop; gives all that the look-ups came to. */
export const watch = (store: StoreShape, n: number): { readonly stop: () => Promise<ReadonlySet<string>> } => {
  const seen = new Set<string>()
  let isOver = false
  const watched = (async () => {
    while (!isOver) {
      const asked = [outcome(store.lookupSession(...credential(n))), outcome(store.lookupToken(...tokenCredential(n)))]
      for (const answer of await Promise.all(asked)) {
        seen.add(typeof answer === "string" ? answer : answer === null ? "nobody" : answer.user.id)
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return seen
  })()
  return {
    stop: () => {
      isOver = true
      return watched
    }
  }
}
