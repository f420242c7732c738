import { isStoreError } from "@latchkey/core"
import { type HostProblem, recordedPath } from "@latchkey/http"
import type { Log } from "./log.ts"

/** The problem when one of our handlers fails: 503 while the store is unavailable, 500 for everything else. */
export const failureOf = (error: unknown, path: string, log: Log): HostProblem => {
  log("error", "unexpected", { path: recordedPath(path), error: error instanceof Error ? error.name : typeof error })
  return isStoreError(error) ? { status: 503, retryAfter: 5 } : { status: 500 }
}
