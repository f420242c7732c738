import { StoreProblem } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { rowOf } from "./row.ts"
import { text } from "./values.ts"

/** In UTF-16 SQLite sorts by bytes that no alphabet has, and changes text that is not valid. The encoding of a file never changes. */
export const checkEncoding = (connection: Connection): void => {
  const encoding = text(rowOf(connection.prepare("PRAGMA encoding").get())?.[0])
  if (encoding !== "UTF-8")
    throw new StoreProblem({
      message: `the text of this database is in ${encoding}, but the store needs UTF-8: give it a file of its own`
    })
}
