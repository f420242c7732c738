import type { Clock } from "../src/clock.ts"

export interface TestClock extends Clock {
  /** The waits that have passed, in milliseconds. */
  readonly waits: ReadonlyArray<number>
  readonly advance: (milliseconds: number) => void
}

/** A clock on which every wait passes at once, unless its signal fires in the same turn of the event loop. */
export const testClock = (start = Date.parse("2026-11-30T12:00:00Z")): TestClock => {
  let now = start
  const waits: number[] = []
  return {
    waits,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds
    },
    sleep: (milliseconds, signal) =>
      new Promise((done) => {
        if (signal.aborted) return done()
        const pass = setImmediate(() => {
          now += milliseconds
          waits.push(milliseconds)
          done()
        })
        signal.addEventListener("abort", () => {
          clearImmediate(pass)
          done()
        })
      })
  }
}
