import { writeSync } from "node:fs"
import { flushCompileCache } from "node:module"
import { Store } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { operation } from "./crash-operations.ts"

// Killed, it could not leave to the next ones what it compiled.
flushCompileCache()

/**
 * Told where to begin, it goes on with the sequence of operations until it is killed. A dot on standard output
 * acknowledges one: it is there at once, not when the event loop comes round.
 */
process.stdin.once("data", async (begin) => {
  const store = await ManagedRuntime.make(sqliteStore(String(process.argv[2]))).runPromise(Store)
  for (let k = Number(begin); ; k++) {
    Effect.runSync(operation(store, k))
    writeSync(1, ".")
  }
})
