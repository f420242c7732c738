import * as Effect from "effect/Effect"
import { loadArgon2 } from "../argon2-hasher.ts"
import { type Argon2Parameters, isAffordable, MOST_ARGON2 } from "../argon2-parameters.ts"
import { parseAnyArgon2 } from "../phc.ts"
import { type LegacyKind, legacyHasher } from "./legacy-kind.ts"

/**
 * Hashes of argon2id, argon2i and argon2d with parameters of another system, and as Django (`argon2$`) writes them. Give the
 * parameters that most hashes have, with the memory in KiB: `argon2({ memory: 65536, passes: 3, lanes: 4 })`.
 */
export const argon2 = (declared: Argon2Parameters): LegacyKind => ({
  name: "argon2",
  load: Effect.gen(function* () {
    if (!isWhole(declared) || !isAffordable(declared)) return yield* Effect.fail({ problem: OUT_OF_BOUNDS })
    const library = yield* loadArgon2
    return legacyHasher<string>({
      read: (stored) => {
        const text = stored.startsWith("argon2$") ? stored.slice("argon2".length) : stored
        return parseAnyArgon2(text) === null ? null : text
      },
      isRight: (text, password) => library.verify(text, password),
      missing: (text) => (text === null ? [decoy(declared)] : [])
    })
  })
})

const isWhole = ({ memory, passes, lanes }: Argon2Parameters): boolean =>
  [memory, passes, lanes].every((number) => Number.isSafeInteger(number))

const OUT_OF_BOUNDS = `has argon2 with parameters that are never verified: the most is m=${MOST_ARGON2.memory},t=${MOST_ARGON2.passes},p=${MOST_ARGON2.lanes}, and each lane needs 8 KiB`

/** Nobody would be let in by it: its result is never looked at. */
const decoy = ({ memory, passes, lanes }: Argon2Parameters): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${"A".repeat(22)}$${"A".repeat(43)}`
