import * as Effect from "effect/Effect"
import { recent } from "../vocabulary/recent.ts"
import { type Instant, MINUTE_MS } from "../vocabulary/time.ts"

/** How many lines of one kind a minute takes: enough to see what is wrong, and few enough not to fill a disk with it. */
const LINES = 10

/** Kinds are our own messages with the name of an operation or an error, so there are some dozens at most. */
const MOST_KINDS = 1_000

/** What a line tells besides its text: `operation` or `name` say what it is about. */
type Fields = Readonly<Record<string, unknown>> & { readonly operation?: string }

/** Log lines that a flood of requests can cause: of each kind the first of a minute, then how many were left out (ERR-05). */
export interface LogLimit {
  /**
   * Whether another line of a kind may be written now. If so, the fields to add to it: how many were left out since the
   * last one, if any. Null if not.
   */
  readonly admit: (kind: string) => Effect.Effect<{ readonly leftOut?: number } | null>
  /** Logs an error. Lines with the same message and `operation` are of one kind. */
  readonly error: (message: string, fields: Fields) => Effect.Effect<void>
  /** The same for a warning. */
  readonly warning: (message: string, fields: Fields) => Effect.Effect<void>
}

interface Minute {
  readonly start: Instant
  lines: number
  leftOut: number
}

export const makeLogLimit = (): LogLimit => {
  const minutes = recent<string, Minute>(MOST_KINDS)

  const admit: LogLimit["admit"] = (kind) =>
    Effect.clockWith((clock) => Effect.sync(() => count(kind, clock.currentTimeMillisUnsafe())))

  const count = (kind: string, now: Instant) => {
    const minute = minutes.get(kind)
    // A clock that was set back begins a new minute too.
    if (minute === undefined || Math.abs(now - minute.start) >= MINUTE_MS) {
      minutes.set(kind, { start: now, lines: 1, leftOut: 0 })
      return minute === undefined || minute.leftOut === 0 ? {} : { leftOut: minute.leftOut }
    }
    if (minute.lines < LINES) {
      minute.lines += 1
      return {}
    }
    minute.leftOut += 1
    return null
  }

  const limited =
    (log: typeof Effect.logError): LogLimit["error"] =>
    (message, fields) =>
      Effect.flatMap(admit(`${message} ${fields.operation ?? ""}`), (more) =>
        more === null ? Effect.void : log(message, { ...fields, ...more })
      )

  return { admit, error: limited(Effect.logError), warning: limited(Effect.logWarning) }
}
