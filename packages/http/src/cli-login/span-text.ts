import type { Texts } from "../texts/texts.ts"

const MINUTE = { unit: "minute", length: 60_000 } as const
const UNITS = [{ unit: "day", length: 86_400_000 }, { unit: "hour", length: 3_600_000 }, MINUTE] as const

/** "30 days", "36 hours" or "1 hour": a span in the largest unit that tells it whole, or else in minutes, one at least. */
export const spanText = (milliseconds: number, { cliLogin }: Texts): string => {
  const { unit, length } = UNITS.find(({ length }) => milliseconds >= length && milliseconds % length === 0) ?? MINUTE
  return cliLogin.facts.span(Math.max(1, Math.round(milliseconds / length)), unit)
}
