import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { PasswordHasher } from "../src/password/password-hasher.ts"
import { plainHasher } from "../src/testing/plain-hasher.ts"

/** What a hasher was asked to do. A test may set the numbers back. */
export interface HasherWork {
  hashes: number
  verifies: number
}

/** The plain hasher, counting its work. Each turn first does `before`: a test may make it wait there. */
export const countingHasher = (before: Effect.Effect<void> = Effect.void) => {
  const work: HasherWork = { hashes: 0, verifies: 0 }
  const layer = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      hash: (password: string) => {
        work.hashes += 1
        return Effect.andThen(before, plain.hash(password))
      },
      verify: (stored: string, password: string) => {
        work.verifies += 1
        return Effect.andThen(before, plain.verify(stored, password))
      }
    }))
  ).pipe(Layer.provide(plainHasher))
  return { work, layer }
}
