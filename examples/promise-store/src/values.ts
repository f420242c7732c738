import type { Row } from "./postgres.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Opaque text as it is stored: its UTF-8. */
export const bytes = (text: string | null): Uint8Array | null => (text === null ? null : encoder.encode(text))

/** For values that every driver accepts unchanged. */
export const same = (value: boolean | number | string | null): unknown => value

/** Checks the type of a column. Any other type means a foreign database, so fail instead of guessing. */
export const wrong = (column: string, value: unknown): never => {
  throw new Error(`the column ${column} holds ${typeof value}`)
}

/** Opaque text out of a row. */
export const text = (row: Row, column: string): string => optionalText(row, column) ?? wrong(column, null)

export const optionalText = (row: Row, column: string): string | null => {
  const value = row[column]
  if (value === null) return null
  return value instanceof Uint8Array ? decoder.decode(value) : wrong(column, value)
}

export const number = (row: Row, column: string): number => optionalNumber(row, column) ?? wrong(column, null)

export const optionalNumber = (row: Row, column: string): number | null => {
  const value = row[column]
  return value === null || typeof value === "number" ? value : wrong(column, value)
}

export const flag = (row: Row, column: string): boolean => {
  const value = row[column]
  return typeof value === "boolean" ? value : wrong(column, value)
}

/** JSON that this store wrote. */
export const json = (row: Row, column: string) => {
  const value = row[column]
  return typeof value === "string" ? JSON.parse(value) : wrong(column, value)
}

/** A list of texts, in its column as JSON. */
export const texts = (row: Row, column: string): ReadonlyArray<string> => {
  const list: unknown = json(row, column)
  return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : wrong(column, list)
}

/** A word of a closed list. */
export const oneOf =
  <const Word extends string>(...words: ReadonlyArray<Word>) =>
  (row: Row, column: string): Word =>
    words.find((word) => word === row[column]) ?? wrong(column, row[column])
