/**
 * Why the server could not start, for the person who starts it: an error of Latchkey or of the operating system, or a mistake in
 * the set-up, which is a plain error whose message says how to fix it. Null for an unexpected error.
 */
export const startFailure = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null
  if ("_tag" in error) return error._tag === "StoreError" ? `${error.message}: ${reason(error.cause)}` : error.message
  return "syscall" in error || error.constructor === Error ? error.message : null
}

/** What the database itself says, such as "file is not a database": for the operator, never for a client. */
const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
