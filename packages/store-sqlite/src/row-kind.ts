import { UserId } from "@latchkey/core/store"
import type { SqliteValue } from "./handle.ts"
import type { Row } from "./row.ts"

/** The functions that describe a record: one call for each field, in the order of the columns. */
export interface Columns {
  /** A column that the schema has: its name, how its value is read, and how it is written. */
  readonly column: <A>(name: string, read: (value: unknown) => A, write: (value: A) => SqliteValue) => A
  /**
   * A column that came later, for a field that may be absent. It needs no migration: the store adds it where it is missing. It
   * is null in rows that were written without it, also by an older program that runs beside this one.
   */
  readonly added: <A>(
    name: string,
    type: "INTEGER" | "TEXT",
    read: (value: unknown) => A,
    write: (value: A) => SqliteValue
  ) => A
  /** The owner. Not read from the row, because every query for such rows already has it. */
  readonly owner: () => UserId
}

/** A column that may have to be added to its table. */
export interface AddedColumn {
  readonly table: string
  readonly name: string
  readonly type: "INTEGER" | "TEXT"
}

/** A kind of row: everything that statements need to know, from one description. */
export interface RowKind<A> {
  readonly table: string
  readonly names: ReadonlyArray<string>
  /** The columns for a `SELECT`, each with a unique name, so that they can be part of a join. */
  readonly selected: string
  readonly added: ReadonlyArray<AddedColumn>
  /** Reads `selected` from column `at` on. The owner is for kinds that need one. */
  readonly read: (row: Row, at: number, owner: UserId | null) => A
  /** The values of a record, in the order of `names`. */
  readonly valuesOf: (record: A) => ReadonlyArray<SqliteValue>
}

/**
 * Makes a kind of row from a description, which runs once for each row that is read. So it is a plain object literal of calls,
 * as quick as one written by hand; a loop over a list of columns would take some 300 ns more for a look-up. When the kind is
 * made, it runs once more to learn the columns.
 */
export const rowKind = <A extends object>(table: string, describe: (row: Columns) => A): RowKind<A> => {
  const columns = learn(describe)
  const alias = table.replace(/^latchkey_|s$/g, "")
  return {
    table,
    names: columns.map(({ name }) => name),
    selected: columns.map(({ name }) => `${table}.${name} AS ${alias}_${name}`).join(", "),
    added: columns.flatMap(({ name, type }) => (type === null ? [] : [{ table, name, type }])),
    read: (row, at, owner) => describe(new RowColumns(row, at, owner)),
    valuesOf: (record) => columns.map(({ field, write }) => write(Reflect.get(record, field)))
  }
}

/** Returns the values of a row, one after the other. */
class RowColumns implements Columns {
  readonly row: Row
  at: number
  readonly givenOwner: UserId | null

  constructor(row: Row, at: number, owner: UserId | null) {
    this.row = row
    this.at = at
    this.givenOwner = owner
  }

  owner(): UserId {
    if (this.givenOwner === null) throw new Error("rows of this kind are read for an owner")
    return this.givenOwner
  }

  column<A>(_name: string, read: (value: unknown) => A): A {
    return read(this.row[this.at++])
  }

  added<A>(_name: string, _type: string, read: (value: unknown) => A): A {
    return read(this.row[this.at++])
  }
}

/** A placeholder for the value of a column in a description. */
class Column {
  readonly name: string
  readonly type: AddedColumn["type"] | null
  readonly write: (value: unknown) => SqliteValue

  constructor(name: string, type: AddedColumn["type"] | null, write: (value: unknown) => SqliteValue) {
    this.name = name
    this.type = type
    this.write = write
  }
}

/** The columns of a description, in their order, each with the field that it stands for. */
const learn = (describe: (row: Columns) => object) => {
  const described = describe({
    // This record only shows the field of each column, so its values have the wrong types. `valuesOf` gives each `write` the
    // values of its own field.
    column: (name, _, write) => new Column(name, null, write as Column["write"]) as never,
    added: (name, type, _, write) => new Column(name, type, write as Column["write"]) as never,
    owner: () => UserId("")
  })
  return Object.entries(described).flatMap(([field, column]) =>
    column instanceof Column ? [{ field, name: column.name, type: column.type, write: column.write }] : []
  )
}

/** The text of a statement that adds a row, with a parameter for each column. */
export const insertInto = (table: string, names: ReadonlyArray<string>): string =>
  `INSERT INTO ${table} (${names.join(", ")}) VALUES (${parametersFor(names)})`

/** The text of a statement that adds a row unless one of its keys is in use. What is wrong with it in any other way is an error. */
export const insertIfFree = (table: string, names: ReadonlyArray<string>): string =>
  `${insertInto(table, names)} ON CONFLICT DO NOTHING`

export const parametersFor = (names: ReadonlyArray<string>): string => names.map(() => "?").join(", ")

/** The text after `SET`, with a parameter for each column. */
export const assignments = (names: ReadonlyArray<string>): string => names.map((name) => `${name} = ?`).join(", ")
