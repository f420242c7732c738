/**
 * Why the server could not start, in words for whoever starts it: refusals of Latchkey, of the operating system, and
 * mistakes in the set-up, which are plain errors with the fix in the message. Null for what nobody foresaw.
 */
export const startFailure = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null
  if ("_tag" in error) return error._tag === "StoreError" ? `${error.message}: ${reason(error.cause)}` : error.message
  return "syscall" in error || error.constructor === Error ? error.message : null
}

/** What the database itself says, such as "file is not a database": for the operator, never for a client. */
const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
