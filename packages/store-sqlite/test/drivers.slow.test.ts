import { storeConformance, storeEquivalence } from "@latchkey/conformance/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import { describe, test } from "vitest"
import { hostHandles } from "./stores.ts"

const twoDrivers = () => {
  const { handle, path } = hostHandles["better-sqlite3"]()
  return { store: sqliteStore(handle), second: sqliteStore(path) }
}

describe("on a host's better-sqlite3 handle, with node:sqlite as the second connection", () => {
  describe("STO-01 the laws hold", () => storeConformance(test, twoDrivers))
  describe("STO-02 random calls do the same as in memory", () =>
    storeEquivalence(test, twoDrivers, { lists: 50, seed: 1_001 }))
})
