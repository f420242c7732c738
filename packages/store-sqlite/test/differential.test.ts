import { storeEquivalence } from "@latchkey/conformance/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import { describe, test } from "vitest"
import { hostHandles, newPath } from "./stores.ts"

describe("STO-02 on a file, over two connections", () => {
  storeEquivalence(test, () => {
    const path = newPath()
    return { store: sqliteStore(path), second: sqliteStore(path) }
  })
})

describe("STO-02 on a host's better-sqlite3 handle, with node:sqlite as the second connection", () => {
  storeEquivalence(
    test,
    () => {
      const { handle, path } = hostHandles["better-sqlite3"]()
      return { store: sqliteStore(handle), second: sqliteStore(path) }
    },
    { lists: 50, seed: 1_001 }
  )
})
