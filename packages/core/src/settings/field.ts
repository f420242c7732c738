import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../vocabulary/time.ts"

/** What people fill in for a setting with plain values: they can be typed, kept as JSON, and shown. */
export type Field =
  | { readonly kind: "duration" }
  | { readonly kind: "count"; readonly least: number; readonly most: number }
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly choices: ReadonlyArray<string> }
  | { readonly kind: "text" }

/** A plain value as people write it. A duration is in words. */
export type Written = string | number | boolean

/** A setting's value as people would write it, so that reading it gives the same value again. */
export const written = ({ kind }: Field, value: unknown): Written =>
  kind === "duration" ? spanText(Number(value)) : (value as Written) // what a plain setting reads is plain

const UNITS = [
  ["day", DAY_MS],
  ["hour", HOUR_MS],
  ["minute", MINUTE_MS],
  ["second", SECOND_MS],
  ["milli", 1]
] as const

/** Milliseconds in the largest unit of which they are a whole number. A single day is 24 hours, as the table has it. */
const spanText = (span: number): string => {
  const [unit, length] = UNITS.find(([, length]) => span % length === 0 && span !== DAY_MS) ?? ["hour", HOUR_MS]
  const count = span / length
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}
