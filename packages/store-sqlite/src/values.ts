import type { Instant, Json } from "@latchkey/core/store"
import { unescapeNul } from "./nul.ts"

/** The largest instant that a JavaScript date can hold. */
const LAST_INSTANT = 8_640_000_000_000_000

export const refuse = (what: string): never => {
  throw new RangeError(`not ${what}`)
}

/** Checks an instant on its way in and out: an invalid one would make things end never or at once (TIM-04). */
export const instant = (value: unknown): Instant => {
  const number = integer(value)
  return number >= 0 && number <= LAST_INSTANT ? number : refuse("an instant")
}

export const optionalInstant = (value: unknown): Instant | null => (value === null ? null : instant(value))

/** Checks a count, such as a limit or an epoch: in SQL a negative limit means no limit. */
export const count = (value: unknown): number => {
  const number = integer(value)
  return number >= 0 ? number : refuse("a count")
}

export const optionalCount = (value: unknown): number | null => (value === null ? null : count(value))

/** A host's handle may return integers as bigints. */
const integer = (value: unknown): number => {
  const number = typeof value === "bigint" ? Number(value) : value
  return typeof number === "number" && Number.isSafeInteger(number) ? number : refuse("a safe integer")
}

export const text = (value: unknown): string => (typeof value === "string" ? unescapeNul(value) : refuse("text"))

export const optionalText = (value: unknown): string | null => (value === null ? null : text(value))

export const oneOf =
  <const Word extends string>(...words: ReadonlyArray<Word>) =>
  (value: unknown): Word =>
    words.find((word) => word === value) ?? refuse(`one of ${words.join(", ")}`)

export const flag = (value: unknown): boolean => count(value) === 1

/** For values that SQLite stores unchanged. */
export const same = <A extends string | null>(value: A): A => value

/** A boolean as SQLite stores it, because not every driver binds booleans. */
export const bit = (value: boolean): 0 | 1 => (value ? 1 : 0)

/** JSON in its column. Most sessions have none, and null is faster to read than `"null"`. */
export const jsonText = (value: Json): string | null => (value === null ? null : JSON.stringify(value))

// JSON.parse returns JSON values.
export const json = (value: unknown): Json => (value === null ? null : (JSON.parse(text(value)) as Json))

/** A list of texts, in its column as JSON. */
export const texts = (value: unknown): ReadonlyArray<string> => {
  const list: unknown = JSON.parse(text(value))
  return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : refuse("a list of texts")
}
