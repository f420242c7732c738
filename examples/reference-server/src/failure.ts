import { StoreError } from "@latchkey/core"
import type { Log } from "./log.ts"

/** What is answered when a handler of ours fails: an outage of the store passes, all else is our mistake. */
export const failureOf = (error: unknown, path: string, log: Log) => {
  log("error", "unexpected", { path, error: error instanceof Error ? error.name : typeof error })
  return error instanceof StoreError
    ? ({ status: 503, text: "Service Unavailable", headers: { "Retry-After": "5" } } as const)
    : ({ status: 500, text: "Internal Server Error", headers: {} } as const)
}
