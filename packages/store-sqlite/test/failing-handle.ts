import type { SqliteHandle } from "@latchkey/store-sqlite"
import { isInTransaction } from "../src/handle.ts"

/** The same handle, whose statements can be made to fail before they run. Undoing never fails, as in SQLite. */
export const failingHandle = (handle: SqliteHandle) => {
  let left = Number.POSITIVE_INFINITY
  const reach = (sql: string): void => {
    if (sql.startsWith("ROLLBACK")) return
    left -= 1
    if (left === 0) throw new Error(`the disk is gone at: ${sql}`)
  }
  const failing: SqliteHandle = {
    exec: (sql) => {
      reach(sql)
      return handle.exec(sql)
    },
    prepare: (sql) => {
      const statement = handle.prepare(sql)
      return {
        get: (...parameters) => {
          reach(sql)
          return statement.get(...parameters)
        },
        all: (...parameters) => {
          reach(sql)
          return statement.all(...parameters)
        },
        run: (...parameters) => {
          reach(sql)
          return statement.run(...parameters)
        }
      }
    },
    get isTransaction() {
      return isInTransaction(handle)
    }
  }
  return {
    failing,
    /** From now on the `n`-th statement fails, and only that one. */
    failAt: (n: number) => {
      left = n
    }
  }
}
