import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Client, MailTrace, Trace } from "../audit/trace.ts"
import type { Code, CodePurpose } from "../code/code.ts"
import type { CodeInvalid } from "../code/code-errors.ts"
import type { HookFailed } from "../hook/hook-errors.ts"
import type { Busy } from "../password/hash-queue.ts"
import type { PasswordRefused } from "../password/password-errors.ts"
import type { HasherError } from "../password/password-hasher.ts"
import type { CheckFailure } from "../password/passwords.ts"
import type { SecretText } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreError } from "../store/store-error.ts"
import type { TooManyAttempts } from "../throttle/throttle-errors.ts"
import type { User } from "../user/user.ts"
import type { AccountNameTaken, UserNotFound } from "../user/user-errors.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AlreadyVerified, NotInvitable } from "./recovery-errors.ts"

/** An invitation, with the secret for a host that hands it over by itself. */
export interface Invitation {
  readonly user: User
  readonly secret: Redacted.Redacted<string>
  readonly expiresAt: Instant
}

/** The same for a link to choose a password, which is an invitation or a reset. */
export interface PasswordLink extends Invitation {
  readonly kind: "invite" | "reset"
}

/** A code as its page shows it before anything is done with it. */
export interface OpenedCode {
  readonly code: Code
  readonly user: User
}

type PasswordFailure = PasswordRefused | HookFailed | Busy | HasherError

export interface RecoveryService {
  /**
   * Mails a link that verifies the address of the account with this name, if there is one that needs it. The answer and its time are
   * the same for all names (ENU-05). Requests count for the name and the network; a new link ends the one before.
   */
  readonly requestVerification: (name: string, trace?: MailTrace) => Effect.Effect<void, TooManyAttempts | StoreError>
  /** Verifies the address that a code was mailed to. Ends no session. */
  readonly verify: (
    secret: SecretText,
    client?: Client
  ) => Effect.Effect<User, CodeInvalid | AlreadyVerified | StoreError>
  /**
   * Mails a link for a new password to the account with this username or address, if there is one that is active and has an address.
   * The answer and its time are the same for all names (ENU-05). Requests count for the name and the network; a new link ends
   * the one before.
   */
  readonly forgot: (name: string, trace?: MailTrace) => Effect.Effect<void, TooManyAttempts | StoreError>
  /**
   * Sets a new password by a code. The address is verified by it, and every credential of the user ends in the same step, including one
   * that is issued at this moment (REC-04). A refused password leaves the code as it is. What comes to nothing counts for the user and the
   * network, because it costs a hash (RAT-20).
   */
  readonly reset: (
    secret: SecretText,
    password: SecretText,
    client?: Client
  ) => Effect.Effect<User, CodeInvalid | TooManyAttempts | PasswordFailure | StoreError>
  /**
   * The user whose password was set by this code to this very password: for a form that comes twice. Null otherwise. Counts and costs
   * like a log-in.
   */
  readonly findJustReset: (
    secret: SecretText,
    password: SecretText,
    purpose: "reset" | "invite",
    client?: Client
  ) => Effect.Effect<User | null, CheckFailure>
  /** Gives the user the address that they asked for, by the code that was mailed to it. A notice to the former address, if that was verified, can undo it. */
  readonly changeEmail: (
    secret: SecretText,
    trace?: MailTrace
  ) => Effect.Effect<User, CodeInvalid | AccountNameTaken | StoreError>
  /** The address that the user has asked for and not proved yet; null if there is none. */
  readonly pendingEmail: (userId: UserId) => Effect.Effect<string | null, StoreError>
  /** Gives up a change of address that was asked for. False if there is none; then the trail tells nothing. */
  readonly cancelEmailChange: (userId: UserId, trace?: Trace) => Effect.Effect<boolean, StoreError>
  /**
   * Gives the user their former address back, by the code that was mailed to it, and ends every credential, the password included. A link for a new password
   * goes to the address. Fails with `AccountNameTaken` when another account has it meanwhile; the credentials are ended all the same.
   */
  readonly undoEmailChange: (
    secret: SecretText,
    trace?: MailTrace
  ) => Effect.Effect<User, CodeInvalid | AccountNameTaken | StoreError>
  /**
   * The user whose address was proved, changed or given back by this code, and still is as the code left it: for a form that comes
   * twice. Null otherwise.
   */
  readonly findDone: (
    secret: SecretText,
    purpose: "verify" | "change-email" | "undo-email"
  ) => Effect.Effect<User | null, StoreError>
  /**
   * Makes a new invitation for a user who has no password yet, and mails it if there is a mailer. The one before ends. `users.create`
   * without a password does it by itself.
   */
  readonly invite: (
    userId: UserId,
    trace?: MailTrace
  ) => Effect.Effect<Invitation, UserNotFound | NotInvitable | StoreError>
  /**
   * Makes a link to choose a password, on somebody else's authority: another invitation for whoever has none yet, a reset for the
   * others. It is mailed if there is a mailer. Fails with `NotInvitable` for a user without an address.
   */
  readonly sendPasswordLink: (
    userId: UserId,
    trace?: MailTrace
  ) => Effect.Effect<PasswordLink, UserNotFound | NotInvitable | StoreError>
  /** Sets the first password of an invited user, whose address is verified by it. Counts as `reset` does. */
  readonly accept: (
    secret: SecretText,
    password: SecretText,
    client?: Client
  ) => Effect.Effect<User, CodeInvalid | TooManyAttempts | PasswordFailure | StoreError>
  /** Whether a text has the form of a code for this purpose. The store is not asked. */
  readonly isCode: (secret: SecretText, purpose: CodePurpose) => Effect.Effect<boolean>
  /** What a code would do, without doing it: for the page that its link opens. Fails when it would do nothing. */
  readonly open: (secret: SecretText, purpose: CodePurpose) => Effect.Effect<OpenedCode, CodeInvalid | StoreError>
}
