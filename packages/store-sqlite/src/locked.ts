import { StoreProblem } from "@latchkey/core/store"

/** SQLite's numbers for "another connection has the database" and "something else has the table". */
const BUSY = 5
const LOCKED = 6

/**
 * Whether SQLite refused because somebody else is at the database, in any of the extended forms. `node:sqlite` gives the number
 * as `errcode`, better-sqlite3 the name as `code`. A statement or transaction of ours that ends like this has written nothing.
 */
export const isLocked = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  if ("errcode" in error && typeof error.errcode === "number") {
    const kind = error.errcode % 256
    return kind === BUSY || kind === LOCKED
  }
  return "code" in error && typeof error.code === "string" && /^SQLITE_(?:BUSY|LOCKED)(?:_|$)/.test(error.code)
}

/** What a call fails with that found the database locked for too long. Hosts know it by the driver's name for it. */
export const lockedFor = (milliseconds: number): Error => locked(`the database was locked for ${milliseconds} ms`)

/** What a call fails with that would have to wait behind too many others. */
export const lockedBehind = (waiting: number): Error =>
  locked(`the database is locked, and ${waiting} calls wait for it already`)

const locked = (message: string): Error =>
  Object.assign(new StoreProblem({ message: `${message}: look for a long transaction of another connection` }), {
    code: "SQLITE_BUSY"
  })
