import { storeConformance, storeEquivalence } from "@latchkey/conformance/store"
import { mixStores } from "@latchkey/core"
import { memoryStore } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import { describe, test } from "vitest"

const mixes = {
  "with users in SQLite and sessions in memory": () => mixStores(sqliteStore(":memory:"), { sessions: memoryStore() }),
  "with users in SQLite and tokens in memory": () => mixStores(sqliteStore(":memory:"), { tokens: memoryStore() }),
  "with users in SQLite and challenges in memory": () =>
    mixStores(sqliteStore(":memory:"), { challenges: memoryStore() }),
  "with users in SQLite and codes in memory": () => mixStores(sqliteStore(":memory:"), { codes: memoryStore() }),
  "with the audit log in memory and all else in SQLite": () =>
    mixStores(sqliteStore(":memory:"), { audit: memoryStore() }),
  "with the settings in memory and all else in SQLite": () =>
    mixStores(sqliteStore(":memory:"), { settings: memoryStore() }),
  "with every part in SQLite, users and sessions in one file and the others in another": () => {
    const other = sqliteStore(":memory:")
    return mixStores(sqliteStore(":memory:"), { attempts: other, audit: other })
  }
}

describe.each(Object.entries(mixes))("%s", (_, mixed) => {
  describe("STO-01 the laws hold", () => storeConformance(test, mixed))
  describe("STO-02 random calls do the same as in memory", () => storeEquivalence(test, mixed, { lists: 50 }))
})
