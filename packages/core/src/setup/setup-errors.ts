import * as Data from "effect/Data"

/** The first administrator exists already. Setup never opens again (SET-03). */
export class SetupAlreadyDone extends Data.TaggedError("SetupAlreadyDone")<{
  /** Whether the setup token was right. Then it may be the form that did the setup, sent again (SET-13). */
  readonly isTokenRight: boolean
}> {
  override get message(): string {
    return "setup is already done"
  }
}

/** The one-time setup token is missing, wrong or expired. */
export class SetupTokenInvalid extends Data.TaggedError("SetupTokenInvalid") {
  override get message(): string {
    return "the setup token is wrong or has expired: copy it from the server's latest start-up output"
  }
}

/** The configured administrator cannot be created. The message says what to do. Without another administrator the server does not start. */
export class SeedRefused extends Data.TaggedError("SeedRefused")<{ readonly problem: SeedProblem }> {
  override get message(): string {
    return ADVICE[this.problem]
  }
}

export type SeedProblem =
  | "exists-without-role"
  | "exists-inactive"
  | "password-missing"
  | "email-missing"
  | "email-taken"
  | "email-of-another"
  | "login-missing"

const ADVICE: Readonly<Record<SeedProblem, string>> = {
  "exists-without-role":
    "the account named in `admin` exists and is not a superuser. Latchkey does not promote it, because the person who registered it knows its password. " +
    "Choose another name, or set `admin.promoteExisting` to take it over with the configured password.",
  "exists-inactive":
    "the account named in `admin` is inactive. Choose another name, activate the account, or set `admin.promoteExisting` to take it over with the configured password.",
  "email-missing":
    "`admin` has no e-mail address, without which nobody is verified, and `sessions.requireVerified` is on: set `admin.email`",
  "email-of-another":
    "the account named in `admin` has an e-mail address that whoever registered it reads, and a link for a new password would go there: set `admin.email`, which takes its place",
  "email-taken": "another account has the address in `admin.email`: choose another address, or change that account's",
  "password-missing": "`admin` has no password: set `admin.password`, with which Latchkey creates the administrator",
  "login-missing": "`admin` has no name: set `admin.username` or `admin.email`"
}
