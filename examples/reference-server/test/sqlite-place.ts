import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { newFolder } from "./folders.ts"
import type { Place } from "./place.ts"

/** The path of the file in a folder. */
export const databaseIn = (folder: string): string => join(folder, "latchkey.db")

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
    count: async (what) => ask(`SELECT 1 FROM latchkey_${what}`).length,
    isSound: async () => JSON.stringify(ask("PRAGMA integrity_check")) === '[{"integrity_check":"ok"}]',
    breakSessions: async () => {
      ask("ALTER TABLE latchkey_sessions RENAME TO hidden")
      return async () => void ask("ALTER TABLE hidden RENAME TO latchkey_sessions")
    },
    bytes: () =>
      readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), "latin1"))
        .join("")
  }
}
