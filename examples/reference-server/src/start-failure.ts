/**
 * Why the server could not start, for the person who starts it: an error of Latchkey or of the operating system, or a mistake in
 * the set-up, which is a plain error whose message says how to fix it. Null for an unexpected error.
 */
export const startFailure = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null
  if ("_tag" in error) return error._tag === "StoreError" ? withReason(error) : error.message
  return "syscall" in error || error.constructor === Error ? error.message : null
}

/** What the person at the terminal can do about it; null if the error says that itself, or nobody knows. */
export const startAdvice = (error: unknown): string | null =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE"
    ? "Another program has this port. Stop it, or choose another port: PORT=3001 npm start"
    : null

/** What the database itself says, such as "file is not a database": for the operator, never for a client. */
const withReason = ({ message, cause }: Error): string => {
  const first = firstCause(cause)
  const reason = first instanceof Error ? first.message : String(first)
  return message.includes(reason) ? message : `${message}: ${reason}` // a sentence of ours is there already
}

const firstCause = (cause: unknown): unknown =>
  cause instanceof Error && cause.cause !== undefined ? firstCause(cause.cause) : cause
