// Databases of the systems that people leave, in the two kinds that the guides have SQL for.
import { spawnSync } from "node:child_process"
import { hasPostgres, psql, startPostgres } from "./postgres.ts"

export type Kind = "PostgreSQL" | "SQLite"

/** What the other system kept its users in. */
export interface OldDatabase {
  readonly kind: Kind
  /** Its address, or its file. */
  readonly name: string
  /** What tells the guides' commands where it is. */
  readonly env: Readonly<Record<string, string>>
  /** Runs statements with the program that belongs to it. */
  readonly run: (sql: string) => void
  readonly close: () => Promise<void>
}

const SQLITE3 = process.env.LATCHKEY_SQLITE3

const isThere: Readonly<Record<Kind, boolean>> = { PostgreSQL: hasPostgres, SQLite: SQLITE3 !== undefined }

/** The kinds that this machine can run; vitest.config.ts says loudly which ones it cannot. */
export const kinds: ReadonlyArray<Kind> = (["SQLite", "PostgreSQL"] as const).filter((kind) => isThere[kind])

export const startOldDatabase = async (kind: Kind, file: string): Promise<OldDatabase> => {
  if (kind === "SQLite") {
    const run = (sql: string) => told(spawnSync(SQLITE3 ?? "", ["-bail", file], { input: sql, encoding: "utf8" }))
    run("PRAGMA journal_mode = WAL;")
    return { kind, name: file, env: { OLD_DATABASE: file }, run, close: async () => undefined }
  }
  const server = await startPostgres()
  const { url, close } = server
  const { hostname, port, username, pathname } = new URL(url)
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: pathname.slice(1) }
  return { kind, name: url, env, run: (sql) => told(psql(url, sql)), close }
}

const told = ({ status, stderr }: { readonly status: number | null; readonly stderr: string }): void => {
  if (status !== 0) throw new Error(`the statements failed: ${stderr}`)
}

/** A value as SQL of either kind writes it. */
export const literal = (value: string | number | boolean | null): string => {
  if (value === null) return "NULL"
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value)
}

/** One statement that adds a row. Columns are quoted: those of other systems may have capitals. */
export const insert = (table: string, row: Readonly<Record<string, string | number | boolean | null>>): string =>
  `INSERT INTO "${table}" (${Object.keys(row)
    .map((name) => `"${name}"`)
    .join(", ")}) VALUES (${Object.values(row).map(literal).join(", ")});\n`
