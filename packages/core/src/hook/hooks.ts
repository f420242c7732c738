import type { Client } from "../audit/trace.ts"
import type { UserId } from "../secret/user-id.ts"
import type { User } from "../user/user.ts"
import type { AfterHookName, Happened } from "./after-table.ts"
import type { HookResult } from "./call-hook.ts"

/** Why a hook refuses, as the person reads it; nothing if it does not. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only refuses at times ends without a return
export type Reason = string | null | undefined | void

/** A new password that a hook is asked about. */
export interface PasswordAsked {
  /** The user's own names, as far as they are known: usernames and addresses, old and new. */
  readonly names: ReadonlyArray<string>
  readonly client: Client
}

/** Whose an address would be, and who asks for it. */
export interface EmailAsked {
  readonly client: Client
  /** Who would get it, as they are; null for somebody new. */
  readonly user: User | null
  /** They themselves, or an administrator or a program. */
  readonly by: "self" | "other"
}

/** The names of somebody who is about to become a user, as they will be stored. */
export interface NamesAsked {
  readonly username: string | null
  readonly email: string | null
}

/** Who is behind a new user: they themselves, or an administrator or a program that creates them. */
export interface RegistrationAsked {
  readonly client: Client
  readonly by: "self" | "create"
}

/** Who removes a user. */
export interface DeletionAsked {
  readonly client: Client
  readonly actor: UserId | null
}

/**
 * What a host adds to what happens, by any way in. Each hook may return a value, a promise or an Effect.
 *
 * Those that decide (`validatePassword`, `validateEmail`, `beforeRegister`, `beforeDelete`) run before anything is
 * written, and refuse with a reason, which the client reads. One that fails, or takes longer than five seconds, refuses
 * with `HookFailed`. What they approve is not a lock: something else may change before the write.
 *
 * Those that are told (`after…`, `tokenCreated`, `challengeApproved`) run after the change is stored, beside the
 * request, for at most ten seconds. What they throw is a line in the log, and changes nothing.
 */
export interface Hooks extends DecidingHooks, ToldHooks {}

export interface DecidingHooks {
  /**
   * Whether a new password may be used, after our own rules, for every way in which one comes. Never asked at a log-in.
   */
  readonly validatePassword?: ((password: string, asked: PasswordAsked) => HookResult<Reason>) | undefined
  /**
   * Whether an account may have this e-mail address, for every way in which one gets another: by registration,
   * creation, invitation and change. Asked when somebody wishes for it, and not again when it is proved. Never asked
   * about the first administrator, nor when somebody undoes a change.
   */
  readonly validateEmail?: ((email: string, asked: EmailAsked) => HookResult<Reason>) | undefined
  /**
   * Whether somebody may become a user. Never asked about the first administrator, nor later: a rule about addresses belongs into
   * `validateEmail`.
   */
  readonly beforeRegister?: ((names: NamesAsked, asked: RegistrationAsked) => HookResult<Reason>) | undefined
  /** Whether a user may be removed. */
  readonly beforeDelete?: ((user: User, asked: DeletionAsked) => HookResult<Reason>) | undefined
}

export type ToldHooks = {
  readonly [Name in AfterHookName]?: ((happened: Happened<Name>) => HookResult<unknown>) | undefined
}
