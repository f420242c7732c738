import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

/** The hash function itself failed, for example for lack of memory. This says nothing about the password: HTTP answers 503. */
export class HasherError extends Data.TaggedError("HasherError")<{ readonly cause: unknown }> {
  override get message(): string {
    return "the password hasher failed"
  }
}

/** How passwords are hashed. Only the `Passwords` service may use it, so that every way in costs the same (ENU-10). */
export class PasswordHasher extends Context.Service<
  PasswordHasher,
  {
    /** A new salted hash, as text that includes its parameters. The whole password counts, whatever its length (PWD-03). */
    readonly hash: (password: string) => Effect.Effect<string, HasherError>
    /** Whether the password is the one behind a hash that this hasher `reads`. */
    readonly verify: (stored: string, password: string) => Effect.Effect<boolean, HasherError>
    /** Whether a stored hash is complete, of a kind known here, and not too costly to verify (PWD-15, PWD-16). */
    readonly reads: (stored: string) => boolean
    /** Whether a hash made now would have these parameters; when not, the next log-in replaces it (PWD-12). */
    readonly isCurrent: (stored: string) => boolean
  }
>()("@latchkey/core/PasswordHasher") {}
