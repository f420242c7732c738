import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

/** Milliseconds since 1970-01-01 UTC, an integer. */
export type Instant = number

/** The time of what never happened, such as a proof that nobody gave. */
export const NEVER: Instant = 0

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Browsers keep no cookie for longer (RFC 6265bis §5.5). */
export const LONGEST_COOKIE_MS = 400 * DAY_MS

/** How far the clocks of two machines may differ: a session that one machine opens must be live on the next at once (TIM-02). */
export const CLOCK_SKEW_MS = 5 * SECOND_MS

/** The one rule of validity for everything that ends by the clock: from its issue until just before its end (TIM-01). */
export const isWithin = (issuedAt: Instant, expiresAt: Instant, now: Instant): boolean =>
  issuedAt - CLOCK_SKEW_MS <= now && now < expiresAt

/** Whether a number is a time that a `Date` can hold (ECMA-262 §21.4.1.1), from 1970 on (TIM-04). */
export const isInstant = (at: number): boolean => Number.isSafeInteger(at) && at >= 0 && at <= 8.64e15

/** A span of time in words or as a `Duration`. Not a bare number, whose unit nobody could see. */
export type Span = Duration.Duration | `${number} ${Duration.Unit}`

/** A span in milliseconds; `NaN` for what is none, a bare number included. */
export const millisOfSpan = (span: unknown): number =>
  typeof span === "string" || Duration.isDuration(span) ? millisOf(span as Duration.Input) : Number.NaN // the parser checks the text

/** What a program computed, in milliseconds; `NaN` for what is not a duration, since text may come from anywhere. */
export const millisOf = (span: Duration.Input): number =>
  Option.match(Duration.fromInput(span), { onNone: () => Number.NaN, onSome: Duration.toMillis })
