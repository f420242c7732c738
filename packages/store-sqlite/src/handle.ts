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

/** A statement as a driver's own types have it. Those of better-sqlite3 bind what TypeScript before 6 does not take for our values. */
export interface HostStatement {
  get(...parameters: Bindable): unknown
  all(...parameters: Bindable): ReadonlyArray<unknown>
  run(...parameters: Bindable): { readonly changes: number | bigint }
}

// biome-ignore lint/suspicious/noExplicitAny: each driver has types of its own for what is bound
type Bindable = Array<any>

/**
 * An open database of the host: `DatabaseSync` of `node:sqlite`, `Database` of better-sqlite3 or of `bun:sqlite`, or what
 * looks like them. It must say whether a transaction is open, under either driver's name.
 */
export type SqliteHandle = {
  exec(sql: string): unknown
  prepare(sql: string): HostStatement
} & ({ readonly isTransaction: boolean } | { readonly inTransaction: boolean })

/** Whether a transaction is open on this handle. */
export const isInTransaction = (handle: SqliteHandle): boolean =>
  "isTransaction" in handle ? handle.isTransaction : handle.inTransaction
