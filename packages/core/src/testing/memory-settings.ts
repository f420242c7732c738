import * as Effect from "effect/Effect"
import type { SettingsStore } from "../settings/settings-store.ts"
import type { Tables } from "./memory-tables.ts"

/** The settings of a memory store. */
export const memorySettings = (tables: Tables): SettingsStore => ({
  read: Effect.sync(() => ({ ...tables.settings })),
  write: (text, from) =>
    Effect.sync(() => {
      if (tables.settings.version !== from) return false
      tables.settings = { version: from + 1, text }
      return true
    })
})
