import { setTimeout as timeout } from "node:timers/promises"

/** The time, as `logIn` needs it. Tests pass one of their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Resolves after that many milliseconds, or as soon as the signal fires. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => timeout(milliseconds, undefined, { signal }).catch(() => undefined)
}
