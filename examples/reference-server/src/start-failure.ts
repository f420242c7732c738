/**
 * Why the server could not start, for the person who starts it: an error of Latchkey or of the operating system, or a mistake in
 * the set-up, which is a plain error whose message says how to fix it. Null for an unexpected error.
 */
export const startFailure = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null
  if ("_tag" in error) return error._tag === "StoreError" ? withReason(error) : error.message
  if ("code" in error && error.code === "EADDRINUSE") return `${error.message}. ${OTHER_PORT}`
  return "syscall" in error || error.constructor === Error ? error.message : null
}

const OTHER_PORT = "Stop the program that has this port, or choose another: PORT=3001 npm start"

/** What the database itself says, such as "file is not a database": for the operator, never for a client. */
const withReason = ({ message, cause }: Error): string => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return message.endsWith(reason) ? message : `${message}: ${reason}` // a sentence of ours is there already
}
