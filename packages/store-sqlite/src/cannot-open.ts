import { StoreError, StoreProblem } from "@latchkey/core/store"

/** SQLite's numbers for a file that it may not write, cannot open, and does not understand. */
const [READ_ONLY, CANNOT_OPEN, NO_DATABASE] = [8, 14, 26]

/** The operator reads why a file cannot be opened, in words that name no path. Where we have none, the cause stays alone. */
export const explained = (error: StoreError): StoreError => {
  const { code = "", errcode } = error.cause as { readonly code?: string; readonly errcode?: number }
  const message = errcode === undefined ? ofSystem(code) : ofSqlite(errcode % 256)
  if (message === null) return error
  const cause = Object.assign(new StoreProblem({ message, cause: error.cause }), { code })
  return new StoreError({ operation: error.operation, cause })
}

const ofSystem = (code: string): string | null => {
  if (code === "ENOENT" || code === "ENOTDIR") return "the folder of the database does not exist: create it first"
  return ["EACCES", "EPERM", "EROFS"].includes(code) ? NO_RIGHT : null
}

const ofSqlite = (kind: number): string | null => {
  if (kind === NO_DATABASE) return "the file is not a database: give the store a file of its own"
  return kind === READ_ONLY || kind === CANNOT_OPEN ? NO_RIGHT : null
}

const NO_RIGHT =
  "the database cannot be opened for writing: give the path of a file, and this program the right to write to it and to its folder"
