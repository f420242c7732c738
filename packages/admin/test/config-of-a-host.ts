import type { AuthOptions } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { emptyTables, memoryStoreOver, plainHasher } from "@latchkey/core/testing"
import * as Layer from "effect/Layer"

/** What stays from one run of the command to the next. */
export const tables = emptyTables()
export const sent: Array<string> = []

/** The options of an application whose options are code. */
export default (): AuthOptions => ({
  store: Layer.sync(Store, () => memoryStoreOver(tables)),
  hasher: plainHasher,
  publicUrl: "https://app.example.org",
  admin: { username: "seeded", password: "a quiet lantern over grey water" },
  roles: { editor: "Edits notes" },
  tokens: { scopes: { "jobs:write": "Start jobs" } },
  hooks: { beforeRegister: ({ username }) => (username === "mallory" ? "Not here." : null) },
  mailer: {
    send: async ({ to }) => {
      sent.push(to)
    }
  }
})
