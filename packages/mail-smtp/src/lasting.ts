import type { Texts } from "@latchkey/http/texts"

const MINUTE_MS = 60_000
const HOUR = 60
const DAY = 24 * HOUR

type Unit = Parameters<Texts["mail"]["linkLasts"]>[1]

/**
 * How long something still lasts, in the unit that people would say: "7 days", "24 hours", "90 minutes". Hours and days are never
 * rounded up: a link must not be dead while its mail says that it works. It is a minute at least.
 */
export const lasting = (milliseconds: number): readonly [count: number, unit: Unit] => {
  // A mail is written a moment after its code was made, so the nearest minute is what the option says.
  const minutes = Math.max(1, Math.round(milliseconds / MINUTE_MS))
  if (minutes < 2 * HOUR && minutes % HOUR !== 0) return [minutes, "minute"]
  if (minutes < 2 * DAY) return [Math.floor(minutes / HOUR), "hour"]
  return [Math.floor(minutes / DAY), "day"]
}
