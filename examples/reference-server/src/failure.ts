import { StoreError } from "@latchkey/core"
import type { Log } from "./log.ts"

/** The answer when one of our handlers fails: 503 while the store is unavailable, 500 for everything else. */
export const failureOf = (error: unknown, path: string, log: Log) => {
  log("error", "unexpected", { path, error: error instanceof Error ? error.name : typeof error })
  return error instanceof StoreError
    ? ({ status: 503, text: "Service Unavailable", headers: { "Retry-After": "5" } } as const)
    : ({ status: 500, text: "Internal Server Error", headers: {} } as const)
}
