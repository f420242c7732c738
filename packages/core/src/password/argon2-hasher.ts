import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Argon2Parameters, isStrongEnough, parseArgon2 } from "./argon2-parameters.ts"
import { HasherError, PasswordHasher } from "./password-hasher.ts"

/** RFC 9106 and OWASP: 19 MiB, two passes, one lane; about ten milliseconds of one core. */
export const defaultArgon2Parameters: Argon2Parameters = { memory: 19456, passes: 2, lanes: 1 }

/**
 * Hashes with argon2id in the runtime's thread pool. Parameters below OWASP's floor throw at start (PWD-01). The native
 * module is loaded here, when a layer is built, so that importing the core stays light.
 */
export const argon2Hasher = (parameters = defaultArgon2Parameters): Layer.Layer<PasswordHasher> => {
  if (!isStrongEnough(parameters)) {
    throw new Error(
      "passwords.argon2 is weaker than OWASP's floor (m=19456,t=2 or m=47104,t=1 or m=12288,t=3) or above m=262144,t=20,p=16"
    )
  }
  return Layer.effect(
    PasswordHasher,
    Effect.gen(function* () {
      const argon2 = yield* Effect.promise(() => import("@node-rs/argon2"))
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

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, HasherError> =>
  Effect.tryPromise({ try: () => run(), catch: (cause) => new HasherError({ cause }) })
