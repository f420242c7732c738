import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { PasswordHasher } from "../password/password-hasher.ts"
import { sha256Hex } from "../secret/digest.ts"

/** A hasher for tests: no salt, no work, so a test with a thousand log-ins takes milliseconds. */
export const plainHasher: Layer.Layer<PasswordHasher> = Layer.succeed(PasswordHasher)({
  hash: (password) => Effect.sync(() => plainHash(password)),
  verify: (stored, password) => Effect.sync(() => stored === plainHash(password)),
  reads: (stored) => stored.startsWith("plain$"),
  isCurrent: (stored) => stored.startsWith("plain$")
})

const plainHash = (password: string): string => `plain$${sha256Hex(password)}`
