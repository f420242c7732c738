import { storeConformance } from "@latchkey/conformance/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import { describe, test } from "vitest"
import { hostHandles, newPath } from "./stores.ts"

describe("STO-01 the laws hold on a file, with a second connection to it", () => {
  storeConformance(test, () => {
    const path = newPath()
    return { store: sqliteStore(path), second: sqliteStore(path) }
  })
})

describe("STO-01 the laws hold in memory", () => {
  storeConformance(test, () => sqliteStore(":memory:"))
})

describe("STO-01 the laws hold on a host's better-sqlite3 handle, with node:sqlite as the second connection", () => {
  storeConformance(test, () => {
    const { handle, path } = hostHandles["better-sqlite3"]()
    return { store: sqliteStore(handle), second: sqliteStore(path) }
  })
})
