import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type HasherError, PasswordHasher } from "../password-hasher.ts"
import type { LegacyHasher } from "./legacy-kind.ts"

/** A check of a password that is being refused. */
export interface RefusedCheck {
  /** The hash that was checked: the user's own, or else the decoy. */
  readonly checked: string
  /** A hash of the host's hasher with its current parameters. */
  readonly decoy: string
  readonly password: string
}

/**
 * The work that a refused check owes beside the hash that it checked: one hash of every other kind, so that nobody can tell which kind
 * an account has, or whether there is one (ENU-03, ENU-11). None where all hashes are of one kind.
 */
export const OwedWork = Context.Reference<(refused: RefusedCheck) => Effect.Effect<void, HasherError>>(
  "@latchkey/core/OwedWork",
  { defaultValue: () => () => Effect.void }
)

/** Whether a hash is of an old kind that is listed. */
export const ReadsLegacy = Context.Reference<(stored: string) => boolean>("@latchkey/core/ReadsLegacy", {
  defaultValue: () => () => false
})

/** The host's hasher, which now also checks hashes of old kinds. It makes no new ones, so the next log-in replaces each of them. */
export const withLegacy = (kinds: ReadonlyArray<LegacyHasher>): Layer.Layer<PasswordHasher, never, PasswordHasher> =>
  Layer.effectContext(
    Effect.map(PasswordHasher, (own) => {
      /** Null for the host's own. Argon2id of current parameters is its own, whoever made it. */
      const kindOf = (stored: string): LegacyHasher | null =>
        own.isCurrent(stored) ? null : (kinds.find(({ reads }) => reads(stored)) ?? null)
      const readsLegacy = (stored: string) => kinds.some(({ reads }) => reads(stored))
      const hasher = PasswordHasher.of({
        ...own,
        reads: (stored) => own.reads(stored) || readsLegacy(stored),
        verify: (stored, password) => (kindOf(stored) ?? own).verify(stored, password)
      })
      const owed = ({ checked, decoy, password }: RefusedCheck) => {
        const kind = kindOf(checked)
        const others = Effect.forEach(kinds, (one) => one.makeUp(one === kind ? checked : null, password), {
          discard: true
        })
        return kind === null ? others : Effect.andThen(others, own.verify(decoy, password))
      }
      return Context.make(PasswordHasher, hasher).pipe(
        Context.add(OwedWork, owed),
        Context.add(ReadsLegacy, readsLegacy)
      )
    })
  )
