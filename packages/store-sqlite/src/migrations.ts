import type { Instant } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import { rowOf } from "./rows.ts"
import { FIRST_SCHEMA, SECOND_SCHEMA } from "./schema.ts"
import { count } from "./values.ts"

/** Each brings a database to the version that is its place in the list, counted from one. A released one never changes. */
const MIGRATIONS: ReadonlyArray<string> = [FIRST_SCHEMA, SECOND_SCHEMA]

const RECORD = `CREATE TABLE IF NOT EXISTS latchkey_migrations (
  version INTEGER PRIMARY KEY,
  applied_at INTEGER NOT NULL
) STRICT`

/**
 * Brings the schema up to date, forwards only. Each step is one transaction that reads the version first: an interrupted
 * start resumes where it was, and of two processes that start together one takes the step and the other finds it taken.
 * A database of a newer version is refused, for an older program would break what the newer one keeps in it.
 */
export const migrate = Effect.fnUntraced(function* (
  connection: Connection,
  at: Instant,
  migrations: ReadonlyArray<string> = MIGRATIONS
) {
  const readVersion = () => knownVersion(connection, migrations.length)
  const takeStep = () => {
    const version = readVersion()
    const script = migrations[version]
    if (script === undefined) return Exit.void
    connection.exec(RECORD)
    connection.exec(script)
    connection.prepare("INSERT INTO latchkey_migrations (version, applied_at) VALUES (?, ?)").run(version + 1, at)
    return Exit.void
  }
  while ((yield* connection.read("migrate", readVersion)) < migrations.length) {
    yield* connection.transaction("lasting", "migrate", takeStep)
  }
})

const knownVersion = (connection: Connection, newest: number): number => {
  const version = storedVersion(connection)
  if (version <= newest) return version
  throw new Error(
    `the database has version ${version} of Latchkey's schema, this program knows ${newest}: ` +
      "run a version of Latchkey at least as new as the one that wrote it"
  )
}

const storedVersion = (connection: Connection): number => {
  const isRecorded = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'latchkey_migrations'"
  if (rowOf(connection.prepare(isRecorded).get()) === null) return 0
  const newest = rowOf(connection.prepare("SELECT coalesce(max(version), 0) AS version FROM latchkey_migrations").get())
  return count(newest?.[0])
}
