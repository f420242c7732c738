import type { PollAnswer } from "./poll-answer.ts"

/** How often a program polls. Times are in milliseconds. */
export interface Pace {
  /** Between two polls that are answered. It never gets shorter. */
  readonly interval: number
  /** How many polls in a row failed. */
  readonly failures: number
  /** Until the next poll. */
  readonly wait: number
}

/** RFC 8628 §3.5: `slow_down` adds five seconds for all polls to come. */
const SLOWER = 5_000

/** The longest wait that we choose ourselves: people do not stay longer at a terminal that seems dead. */
const LONGEST_BACKOFF = 30_000

export const firstPace = (interval: number): Pace => ({ interval, failures: 0, wait: interval })

/** After a failure the wait doubles (RFC 8628 §3.5), up to half a minute or what the server asks for. */
export const nextPace = ({ interval, failures }: Pace, answer: PollAnswer): Pace => {
  if (answer.kind === "failed") {
    const doubled = Math.min(interval * 2 ** Math.min(failures + 1, 10), Math.max(LONGEST_BACKOFF, interval))
    return { interval, failures: failures + 1, wait: Math.max(doubled, answer.wait ?? 0) }
  }
  if (answer.kind !== "slow-down") return firstPace(interval)
  return firstPace(Math.max(interval + SLOWER, answer.interval ?? 0))
}
