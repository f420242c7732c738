import type { Instant } from "@latchkey/core/store"
import { StoreProblem } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import { allRows, rowOf } from "./row.ts"
import type { AddedColumn } from "./row-kind.ts"
import { addedColumns } from "./rows.ts"
import {
  EIGHTH_SCHEMA,
  FIFTH_SCHEMA,
  FIRST_SCHEMA,
  FOURTH_SCHEMA,
  NINTH_SCHEMA,
  SECOND_SCHEMA,
  SEVENTH_SCHEMA,
  SIXTH_SCHEMA,
  TENTH_SCHEMA,
  THIRD_SCHEMA
} from "./schema.ts"
import { count, text } from "./values.ts"

/** A step of the schema. A released one never changes. */
export interface Migration {
  readonly script: string
  /**
   * Whether a program that does not know this step can still run beside those that do. It can after new tables and indexes, but
   * not after something that it uses got another meaning. A column for a field that may be absent needs no step: see `Columns.added`.
   */
  readonly isAdditive: boolean
}

/** Each step raises a database to the version of its place in the list, counted from one. */
const MIGRATIONS: ReadonlyArray<Migration> = [
  { script: FIRST_SCHEMA, isAdditive: false },
  { script: SECOND_SCHEMA, isAdditive: true },
  { script: THIRD_SCHEMA, isAdditive: true },
  { script: FOURTH_SCHEMA, isAdditive: true },
  { script: FIFTH_SCHEMA, isAdditive: true },
  { script: SIXTH_SCHEMA, isAdditive: true },
  { script: SEVENTH_SCHEMA, isAdditive: true },
  { script: EIGHTH_SCHEMA, isAdditive: true },
  { script: NINTH_SCHEMA, isAdditive: true },
  { script: TENTH_SCHEMA, isAdditive: true }
]

const RECORD = `CREATE TABLE IF NOT EXISTS latchkey_migrations (
  version INTEGER PRIMARY KEY,
  applied_at INTEGER NOT NULL,
  usable_from INTEGER
) STRICT`

/**
 * The first version of the schema whose programs can use the database as it now is. Null in databases from before it was kept:
 * they count as usable from their own version.
 */
const USABLE_FROM: AddedColumn = { table: "latchkey_migrations", name: "usable_from", type: "INTEGER" }

export interface Schema {
  readonly migrations: ReadonlyArray<Migration>
  readonly addedColumns: ReadonlyArray<AddedColumn>
}

/**
 * Brings the schema up to date, never backwards. Each step is one transaction that reads the version first: an interrupted
 * start resumes where it was, and if two processes start together, one makes the step and the other finds it made.
 *
 * A database of a newer version is used as it is, if all its further steps were additive. Otherwise it is refused, because an
 * older program would damage its data.
 */
export const migrate = Effect.fnUntraced(function* (
  connection: Connection,
  at: Instant,
  { migrations, addedColumns }: Schema = SCHEMA
) {
  const readState = () => knownState(connection, migrations.length)
  const takeStep = () => {
    const { version, usableFrom } = readState()
    const step = migrations[version]
    if (step === undefined) return Exit.void
    connection.exec(RECORD)
    connection.exec(step.script)
    connection
      .prepare("INSERT INTO latchkey_migrations (version, applied_at, usable_from) VALUES (?, ?, ?)")
      .run(version + 1, at, step.isAdditive ? usableFrom : version + 1)
    return Exit.void
  }
  yield* addMissing(connection, [USABLE_FROM])
  while ((yield* connection.read("migrate", readState)).version < migrations.length) {
    yield* connection.transaction("lasting", "migrate", takeStep)
  }
  yield* addMissing(connection, addedColumns)
})

export const SCHEMA: Schema = { migrations: MIGRATIONS, addedColumns }

/** Adds the columns that tables lack. A table that is not there yet comes with all of its columns. */
const addMissing = Effect.fnUntraced(function* (connection: Connection, columns: ReadonlyArray<AddedColumn>) {
  const missing = () => columns.filter((column) => lacks(connection, column))
  const add = () => {
    for (const { table, name, type } of missing()) connection.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`)
    return Exit.void
  }
  if ((yield* connection.read("migrate", missing)).length > 0) yield* connection.transaction("lasting", "migrate", add)
})

const lacks = (connection: Connection, { table, name }: AddedColumn): boolean => {
  const columns = allRows(connection.prepare(`SELECT name FROM pragma_table_info('${table}')`).all())
  return columns.length > 0 && !columns.some(([column]) => text(column) === name)
}

interface State {
  readonly version: number
  readonly usableFrom: number
}

const knownState = (connection: Connection, newest: number): State => {
  const state = storedState(connection)
  if (state.usableFrom <= newest) return state
  throw new StoreProblem({
    message:
      `the database has schema version ${state.version}, which needs a Latchkey that knows version ${state.usableFrom}, but ` +
      `this one knows ${newest}: run the version that wrote the database, or a newer one`
  })
}

const storedState = (connection: Connection): State => {
  const isRecorded = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'latchkey_migrations'"
  if (rowOf(connection.prepare(isRecorded).get()) === null) return { version: 0, usableFrom: 0 }
  const newest = rowOf(
    connection
      .prepare(
        `SELECT version, coalesce(usable_from, version) FROM latchkey_migrations
          WHERE version = (SELECT max(version) FROM latchkey_migrations)`
      )
      .get()
  )
  return newest === null ? { version: 0, usableFrom: 0 } : { version: count(newest[0]), usableFrom: count(newest[1]) }
}
