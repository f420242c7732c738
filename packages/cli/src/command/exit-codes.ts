import { LoginDenied, LoginExpired } from "../login/login-errors.ts"
import { Aborted, ServerAddressInvalid, ServerUnreachable } from "../server/server-errors.ts"
import { NotLoggedIn, TokenRejected } from "../tokens/token-errors.ts"

/** What the command's exit codes mean. Scripts rely on them, so a number keeps its meaning. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  expired: 4,
  unreachable: 5,
  notLoggedIn: 6,
  /** What shells give a program that Ctrl-C has stopped: 128 and the number of SIGINT. */
  interrupted: 130
} as const

/** A failure of the command itself, with the mend in its message. */
export class CommandFailed extends Error {
  readonly _tag = "CommandFailed"
  /** What `--json` calls it: the name of the error that it stands for. */
  override readonly name: string
  readonly exitCode: number
  constructor({ name, message, exitCode }: { name: string; message: string; exitCode: number }) {
    super(message)
    this.name = name
    this.exitCode = exitCode
  }
}

export const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommandFailed) return error.exitCode
  if (error instanceof ServerAddressInvalid) return exitCodes.usage
  if (error instanceof LoginDenied) return exitCodes.denied
  if (error instanceof LoginExpired) return exitCodes.expired
  if (error instanceof ServerUnreachable) return exitCodes.unreachable
  if (error instanceof NotLoggedIn || error instanceof TokenRejected) return exitCodes.notLoggedIn
  return error instanceof Aborted ? exitCodes.interrupted : exitCodes.failed
}
