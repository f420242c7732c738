import type { Instant, Json } from "@latchkey/core/store"

/** The largest instant that a JavaScript date can hold. */
const LAST_INSTANT = 8_640_000_000_000_000

const refuse = (what: string): never => {
  throw new RangeError(`not ${what}`)
}

/** Checks an instant on its way in and out: an invalid one would make things end never or at once (TIM-04). */
export const instant = (value: number): Instant =>
  Number.isSafeInteger(value) && value >= 0 && value <= LAST_INSTANT ? value : refuse("an instant")

/** Checks a count, such as a limit or an epoch. */
export const count = (value: number): number => (Number.isSafeInteger(value) && value >= 0 ? value : refuse("a count"))

/** A number as it comes back from the server: digits, or already a number. */
const readNumber = (value: unknown): number => {
  if (typeof value === "number") return value
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : refuse("a number")
}

export const readInstant = (value: unknown): Instant => instant(readNumber(value))

/** An optional instant, as in the store's texts. */
export const optionalInstant = (value: Instant | null): string => (value === null ? "-" : String(instant(value)))

export const readOptionalInstant = (value: unknown): Instant | null => (value === "-" ? null : readInstant(value))

export const readCount = (value: unknown): number => count(readNumber(value))

export const readText = (value: unknown): string => (typeof value === "string" ? value : refuse("text"))

export const readOptionalText = (value: unknown): string | null => (value === null ? null : readText(value))

export const readList = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : refuse("a list"))

/** A boolean, as in the store's texts. */
export const bit = (value: boolean): "0" | "1" => (value ? "1" : "0")

// JSON.parse returns JSON values.
export const readJson = (text: string): Json => (text === "null" ? null : (JSON.parse(text) as Json))

/** Text or null as JSON, which is always one line. */
export const jsonLine = (value: string | null): string => JSON.stringify(value)

export const readJsonLine = (line: string | undefined): string | null => {
  const value: unknown = JSON.parse(line ?? "")
  return value === null || typeof value === "string" ? value : refuse("text")
}

/** A list of texts, from a field that is JSON. */
export const readTexts = (text: string): ReadonlyArray<string> => {
  const list: unknown = JSON.parse(text)
  return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : refuse("a list of texts")
}
