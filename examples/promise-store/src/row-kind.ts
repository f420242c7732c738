import type { Row } from "./postgres.ts"

/** The columns of a kind of row: for each field its column, how it is read, and how it is written. The compiler asks for all. */
export type Columns<A> = {
  readonly [Field in keyof A]: readonly [
    name: string,
    read: (row: Row, column: string) => A[Field],
    write: (value: A[Field]) => unknown
  ]
}

/** What statements need to know of a kind of row. */
export interface RowKind<A> {
  readonly names: ReadonlyArray<string>
  /** The columns of the table with this alias, each with a unique name, so that they can be part of a join. */
  readonly selected: (alias: string) => string
  /** Reads what was selected from the table with this alias. */
  readonly read: (row: Row, alias: string) => A
  /** The values of a record, in the order of `names`. */
  readonly valuesOf: (record: A) => Array<unknown>
}

export const rowKind = <A extends object>(columns: Columns<A>): RowKind<A> => {
  // `Columns<A>` has exactly the fields of A.
  const fields = Object.keys(columns) as Array<keyof A>
  const names = fields.map((field) => columns[field][0])
  return {
    names,
    selected: (alias) => names.map((name) => `${alias}.${name} AS ${alias}_${name}`).join(", "),
    read: (row, alias) => {
      const entries = fields.map((field) => {
        const [name, read] = columns[field]
        return [field, read(row, `${alias}_${name}`)]
      })
      return Object.fromEntries(entries) as A // each field from its own column
    },
    valuesOf: (record) => fields.map((field) => columns[field][2](record[field]))
  }
}

/** `$1, $2, $3` for so many values, from the first or a later one on. */
export const parameters = (names: ReadonlyArray<string>, from = 1): string =>
  names.map((_, n) => `$${n + from}`).join(", ")
