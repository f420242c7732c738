/** What the command's exit codes mean. Scripts rely on them, so a number keeps its meaning. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  /** There is no such user, session or token. */
  notFound: 3,
  /** A rule of the house forbids it: a taken name, a refused password, the last administrator. Nothing was changed. */
  refused: 4,
  /** The store cannot be reached or opened. */
  storeAway: 5,
  /** An import or a restoration left something out, and the report says what. */
  partly: 6,
  /** A check-up found something wrong: `doctor`, `audit verify`. */
  unsound: 7,
  /** What shells give a program that Ctrl-C has stopped: 128 and the number of SIGINT. */
  interrupted: 130,
  /** What they give one whose reader went away, as `head` does: 128 and the number of SIGPIPE. */
  readerGone: 141
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

interface FailedCommand {
  readonly name: string
  readonly message: string
  readonly exitCode: ExitCode
  readonly isTold?: boolean
}

/** A failure of the command itself, with the mend in its message. */
export class CommandFailed extends Error {
  readonly _tag = "CommandFailed"
  /** What `--json` calls it: the name of the error that it stands for. */
  override readonly name: string
  readonly exitCode: ExitCode
  /** Whether people have read it already. With `--json` it is told all the same. */
  readonly isTold: boolean
  constructor({ name, message, exitCode, isTold = false }: FailedCommand) {
    super(message)
    this.name = name
    this.exitCode = exitCode
    this.isTold = isTold
  }
}

/** Ctrl-C, or the end of the input where an answer was expected. */
export class Aborted extends Error {
  readonly _tag = "Aborted"
  override readonly name = "Aborted"
  constructor(message = "stopped") {
    super(message)
  }
}

/** An argument that fits nothing, with the mend in the message. */
export const usage = (message: string): CommandFailed =>
  new CommandFailed({ name: "UsageError", message, exitCode: exitCodes.usage })

/** By the tags of the errors that core fails with. */
const codeOfTag: Readonly<Record<string, ExitCode>> = {
  Aborted: exitCodes.interrupted,
  ConfigurationError: exitCodes.usage,
  StoreError: exitCodes.storeAway,
  UserNotFound: exitCodes.notFound,
  AccountNameInvalid: exitCodes.refused,
  AccountNameTaken: exitCodes.refused,
  DeletionRefused: exitCodes.refused,
  LastSuperuser: exitCodes.refused,
  NotInvitable: exitCodes.refused,
  PasswordRefused: exitCodes.refused,
  RegistrationRefused: exitCodes.refused,
  UnknownRole: exitCodes.refused,
  EditConflict: exitCodes.refused,
  CredentialEnded: exitCodes.refused,
  ScopeNotGrantable: exitCodes.refused,
  SeedRefused: exitCodes.refused,
  TokenLifetimeInvalid: exitCodes.refused,
  TokenNameInvalid: exitCodes.refused,
  TokensDisabled: exitCodes.refused,
  TooManyTokens: exitCodes.refused
}

export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof CommandFailed) return error.exitCode
  const tag = error instanceof Error && "_tag" in error ? String(error._tag) : ""
  return codeOfTag[tag] ?? exitCodes.failed
}
