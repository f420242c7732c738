import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ARGON2_BOUNDS, DEFAULT_ARGON2, isStrongEnough } from "./argon2-parameters.ts"
import { HasherError, PasswordHasher } from "./password-hasher.ts"
import { parseArgon2 } from "./phc.ts"

/**
 * Hashes with argon2id in the runtime's thread pool. Parameters out of bounds throw at start (PWD-01). The native
 * module is loaded here, when a layer is built, so that importing the core stays light.
 */
export const argon2Hasher = (parameters = DEFAULT_ARGON2): Layer.Layer<PasswordHasher> => {
  if (!isStrongEnough(parameters)) {
    throw new Error(`passwords.argon2 is out of bounds: ${ARGON2_BOUNDS}`)
  }
  return Layer.effect(
    PasswordHasher,
    Effect.gen(function* () {
      const argon2 = yield* loadArgon2
      const options = {
        memoryCost: parameters.memory,
        timeCost: parameters.passes,
        parallelism: parameters.lanes
      }
      return PasswordHasher.of({
        hash: (password) => attempt(() => argon2.hash(password, options)),
        verify: (stored, password) => attempt(() => argon2.verify(stored, password)),
        reads: (stored) => parseArgon2(stored) !== null,
        isCurrent: (stored) => {
          const found = parseArgon2(stored)
          return (
            found !== null &&
            found.memory === parameters.memory &&
            found.passes === parameters.passes &&
            found.lanes === parameters.lanes
          )
        }
      })
    })
  )
}

/** The native module: for this hasher, and for hashes of argon2 that an old system left. */
export const loadArgon2 = Effect.promise(() => import("@node-rs/argon2"))

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, HasherError> =>
  Effect.tryPromise({ try: () => run(), catch: (cause) => new HasherError({ cause }) })
