import { StoreError, StoreProblem } from "@latchkey/core/store"

/** The operator reads why a database cannot be used, in words that name no path. Where we have none, the cause stays alone. */
export const explained = (error: StoreError): StoreError => {
  const { code = "", errcode } = error.cause as { readonly code?: string; readonly errcode?: number }
  const known = reasons.find(({ number, names }) =>
    errcode === undefined ? names.test(code) : number === errcode % 256
  )
  if (known === undefined) return error
  const cause = Object.assign(new StoreProblem({ message: known.message, cause: error.cause }), { code })
  return new StoreError({ operation: error.operation, cause })
}

/** `node:sqlite` gives SQLite's number as `errcode`, better-sqlite3 SQLite's name as `code`, and the system its own name as `code`. */
interface Reason {
  readonly number: number | null
  readonly names: RegExp
  readonly message: string
}

const reasons: ReadonlyArray<Reason> = [
  {
    number: 8,
    names: /^SQLITE_READONLY(?:_|$)/,
    message:
      "the database can only be read: open a handle for writing, and give this program the right to write to the file and to its folder"
  },
  {
    number: 14,
    names: /^(?:SQLITE_CANTOPEN(?:_\w+)?|EACCES|EPERM|EROFS)$/,
    message:
      "the database cannot be opened for writing: give the path of a file, and this program the right to write to it and to its folder"
  },
  {
    number: 26,
    names: /^SQLITE_NOTADB$/,
    message: "the file is not a database: give the store a file of its own"
  },
  {
    number: null,
    names: /^(?:ENOENT|ENOTDIR)$/,
    message: "the folder of the database does not exist: create it first"
  }
]
