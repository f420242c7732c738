import * as Effect from "effect/Effect"
import { HasherError } from "../password-hasher.ts"

/** One kind of hash that an old system left, for `legacyPasswords` of `createAuth`: what `bcrypt({ cost: 12 })` gives. */
export interface LegacyKind {
  /** The hash function, such as `bcrypt`. Each may be listed once. */
  readonly name: string
  /** Loads what the kind needs. Runs once, at start. */
  readonly load: Effect.Effect<LegacyHasher, LegacyProblem>
}

/** Why a kind cannot be used, for the host: the rest of a sentence that begins with `legacyPasswords`. */
export interface LegacyProblem {
  readonly problem: string
}

/** Checks passwords against hashes of one kind. It makes no new ones. */
export interface LegacyHasher {
  /** Whether a stored hash is complete, of this kind, and not too costly to verify (PWD-15, PWD-16). */
  readonly reads: (stored: string) => boolean
  /** Whether the password is the one behind a hash of this kind. */
  readonly verify: (stored: string, password: string) => Effect.Effect<boolean, HasherError>
  /**
   * The work that is missing to the declared cost of this kind: all of it for null, and for a hash of this kind what its own
   * check did not cost (ENU-11).
   */
  readonly makeUp: (stored: string | null, password: string) => Effect.Effect<void, HasherError>
}

/** A hash function, as its kind describes it. */
export interface HashFunction<Hash> {
  /** The parts of a stored hash; null when it is not whole, not of this function, or above a cap. */
  readonly read: (stored: string) => Hash | null
  readonly isRight: (hash: Hash, password: string) => Promise<boolean>
  /** Hashes whose work is what is missing to the declared cost. Their results are never looked at. */
  readonly missing: (hash: Hash | null) => ReadonlyArray<Hash>
}

export const legacyHasher = <Hash>({ read, isRight, missing }: HashFunction<Hash>): LegacyHasher => {
  const check = (hash: Hash, password: string) =>
    Effect.tryPromise({ try: () => isRight(hash, password), catch: (cause) => new HasherError({ cause }) })
  return {
    reads: (stored) => read(stored) !== null,
    verify: (stored, password) => {
      const hash = read(stored)
      if (hash === null) return Effect.fail(new HasherError({ cause: "no hash of this kind" }))
      return Effect.map(check(hash, password), (matches) => matches && !isAmbiguous(password))
    },
    makeUp: (stored, password) => {
      const hash = stored === null ? null : read(stored)
      return Effect.forEach(missing(hash), (one) => check(one, password), { discard: true })
    }
  }
}

/**
 * Old hash functions level a NUL: bcrypt takes `a\0a` for `a`, and HMAC `a\0` for `a`. Such a password is refused, after the same
 * work (PWD-05).
 */
const isAmbiguous = (password: string): boolean => password.includes("\0")
