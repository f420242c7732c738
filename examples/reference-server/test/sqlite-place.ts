import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { newFolder } from "./folders.ts"
import type { Counted, Place } from "./place.ts"

/** The path of the file in a folder. */
export const databaseIn = (folder: string): string => join(folder, "latchkey.db")

const tables = {
  users: "latchkey_users",
  sessions: "latchkey_sessions",
  "log-ins": "latchkey_audit WHERE type = 'login.succeeded'"
} as const satisfies Readonly<Record<Counted, string>>

/** A file of its own. */
export const newSqlitePlace = (): Place => {
  const folder = newFolder()
  const path = databaseIn(folder)
  const ask = (sql: string): ReadonlyArray<unknown> => {
    const database = new DatabaseSync(path, { timeout: 5_000 })
    try {
      return database.prepare(sql).all()
    } finally {
      database.close()
    }
  }
  return {
    folder,
    store: `sqlite:${path}`,
    count: async (what) => ask(`SELECT 1 FROM ${tables[what]}`).length,
    isSound: async () => JSON.stringify(ask("PRAGMA integrity_check")) === '[{"integrity_check":"ok"}]',
    breakSessions: async () => {
      ask("ALTER TABLE latchkey_sessions RENAME TO hidden")
      return async () => void ask("ALTER TABLE hidden RENAME TO latchkey_sessions")
    },
    countUses: async () => {
      ask("CREATE TABLE noted (at INTEGER)")
      ask(`CREATE TRIGGER note AFTER UPDATE OF last_used_at ON latchkey_tokens
        BEGIN INSERT INTO noted VALUES (new.last_used_at); END`)
      return async () => ask("SELECT 1 FROM noted").length
    },
    dump: async () => {
      const names = ask("SELECT name FROM sqlite_schema WHERE type = 'table'") as ReadonlyArray<{ name: string }>
      return JSON.stringify(names.map(({ name }) => [name, ask(`SELECT * FROM "${name}"`)]))
    },
    bytes: () =>
      readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), "latin1"))
        .join("")
  }
}
