/** A row's values in the order of its columns. The functions of `values.ts` check their types. */
export type Row = ReadonlyArray<unknown>

/** A statement's `get` as a row, or null. */
export const rowOf = (found: unknown): Row | null => {
  if (Array.isArray(found)) return found
  return typeof found === "object" && found !== null ? Object.values(found) : null
}

/** A statement's `get` as read by `read`, or null. */
export const optionalRow = <A>(found: unknown, read: (row: Row) => A): A | null => {
  const row = rowOf(found)
  return row === null ? null : read(row)
}

/** A statement's `all` as rows. */
export const allRows = (found: ReadonlyArray<unknown>): ReadonlyArray<Row> => found.map((row) => rowOf(row) ?? [])
