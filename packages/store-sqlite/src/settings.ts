import { NOTHING_KEPT, type SettingsStore } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { optionalRow } from "./row.ts"
import { count, text } from "./values.ts"

/** The settings that administrators made, in one row. Each verb is one statement, so it is atomic. */
export const sqliteSettings = (db: Connection): SettingsStore => {
  const read = db.prepare("SELECT version, settings FROM latchkey_runtime_settings WHERE one = 1")
  const write = db.prepare(`INSERT INTO latchkey_runtime_settings (one, version, settings)
    SELECT 1, ?, ? WHERE ? = coalesce((SELECT version FROM latchkey_runtime_settings WHERE one = 1), 0)
    ON CONFLICT (one) DO UPDATE SET version = excluded.version, settings = excluded.settings`)
  return {
    read: db.read(
      "settings.read",
      () => optionalRow(read.get(), (row) => ({ version: count(row[0]), text: text(row[1]) })) ?? NOTHING_KEPT
    ),
    write: (text, from) =>
      db.write("lasting", "settings.write", () => write.run(count(from) + 1, text, from).changes > 0)
  }
}
