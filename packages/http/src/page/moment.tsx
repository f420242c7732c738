import type { Instant } from "@latchkey/core"
import type { Texts } from "../texts/texts.ts"
import type { Markup } from "./view.ts"

/** "21 Nov 2026, 20:35 UTC": the server does not know the reader's time zone, so it names the one it uses. */
export const momentText = (instant: Instant, { page }: Texts): string => {
  const date = new Date(instant)
  const twoDigits = (part: number) => String(part).padStart(2, "0")
  const day = page.day(date.getUTCDate(), date.getUTCMonth(), date.getUTCFullYear())
  return `${day}, ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())} UTC`
}

const UNITS = [
  { unit: "day", length: 86_400_000 },
  { unit: "hour", length: 3_600_000 },
  { unit: "minute", length: 60_000 }
] as const

/** "5 minutes ago", in the largest whole unit; "just now" below one minute, also when the clocks of two servers differ. */
export const agoText = (instant: Instant, now: Instant, { page }: Texts): string => {
  const found = UNITS.find(({ length }) => now - instant >= length)
  if (found === undefined) return page.justNow
  return page.ago(Math.floor((now - instant) / found.length), found.unit)
}

/** An instant for people and for programs. */
export const Moment = ({ instant, texts }: { readonly instant: Instant; readonly texts: Texts }): Markup => (
  <time datetime={new Date(instant).toISOString()}>{momentText(instant, texts)}</time>
)
