/** What is bound to a statement. Booleans and instants are bound as integers. */
export type SqliteValue = string | number | null

export interface SqliteStatement {
  get(...parameters: Array<SqliteValue>): unknown
  all(...parameters: Array<SqliteValue>): ReadonlyArray<unknown>
  run(...parameters: Array<SqliteValue>): { readonly changes: number | bigint }
}

/** What every synchronous SQLite driver has. */
export interface SqliteDriver {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
}

/**
 * An open database of the host: `DatabaseSync` of `node:sqlite`, `Database` of better-sqlite3, or what
 * looks like them. It must say whether a transaction is open, under either driver's name.
 */
export type SqliteHandle = SqliteDriver & ({ readonly isTransaction: boolean } | { readonly inTransaction: boolean })

/** Whether a transaction is open on this handle. */
export const isInTransaction = (handle: SqliteHandle): boolean =>
  "isTransaction" in handle ? handle.isTransaction : handle.inTransaction
