import { hmac } from "@oslojs/crypto/hmac"
import { SHA256, sha256 } from "@oslojs/crypto/sha2"
import { encodeBase64, encodeHexLowerCase } from "@oslojs/encoding"
import * as Effect from "effect/Effect"
import { type LegacyKind, type LegacyProblem, legacyHasher } from "./legacy-kind.ts"
import { doublings } from "./missing-work.ts"

export interface BcryptOptions {
  /** The cost that most hashes have; from 4 to 15. Default 12, as most libraries have it. */
  readonly cost?: number
}

/** A hash to check: in the notation that our library reads, and what the password becomes before it. */
interface BcryptHash {
  readonly cost: number
  readonly text: string
  readonly keyOf: (password: string) => string
}

/**
 * Hashes of bcrypt: `$2a$`, `$2b$` and `$2y$`, and as Django (`bcrypt$`, `bcrypt_sha256$`) and passlib (`$bcrypt-sha256$`) write them.
 * Needs the package `@node-rs/bcrypt`. A password of more than 72 bytes is refused where bcrypt would cut it (PWD-14).
 */
export const bcrypt = ({ cost = 12 }: BcryptOptions = {}): LegacyKind => ({
  name: "bcrypt",
  load: Effect.gen(function* () {
    if (!isAffordable(cost)) return yield* Effect.fail({ problem: OUT_OF_BOUNDS })
    const library = yield* Effect.tryPromise({
      try: () => import("@node-rs/bcrypt"),
      catch: (): LegacyProblem => ({ problem: NOT_INSTALLED })
    })
    return legacyHasher<BcryptHash>({
      read,
      isRight: async ({ text, keyOf }, password) => {
        const key = keyOf(password)
        return (await library.verify(key, text)) && isWhole(key)
      },
      missing: (hash) => (hash === null ? [decoy(cost)] : doublings(hash.cost, cost).map(decoy))
    })
  })
})

const LEAST_COST = 4

/** About a second and a half of one core: a row that someone planted must not hold it for longer (PWD-15). */
const MOST_COST = 15

const isAffordable = (cost: number): boolean => Number.isInteger(cost) && cost >= LEAST_COST && cost <= MOST_COST

const OUT_OF_BOUNDS = `has bcrypt with a cost that is never verified: give one from ${LEAST_COST} to ${MOST_COST}, the one that most hashes have`
const NOT_INSTALLED = "has bcrypt, which needs a package that cannot be loaded: npm install @node-rs/bcrypt"

/** bcrypt looks at no more of a password. */
const MOST_BYTES = 72

const isWhole = (key: string): boolean => encoder.encode(key).length <= MOST_BYTES

const encoder = new TextEncoder()

/** Salt and output in the alphabet of bcrypt, each complete: no bits behind the last byte. */
const SALT = "[./A-Za-z0-9]{21}[.Oeu]"
const OUTPUT = "[./A-Za-z0-9]{30}[.CGKOSWaeimquy26]"

const PLAIN = new RegExp(String.raw`^(bcrypt\$|bcrypt_sha256\$)?\$2[aby]\$(\d\d)\$(${SALT})(${OUTPUT})$`)
const PASSLIB = new RegExp(String.raw`^\$bcrypt-sha256\$(v=2,t=2b,r=|2[ab],)([1-9]\d?)\$(${SALT})\$(${OUTPUT})$`)

const read = (stored: string): BcryptHash | null => {
  const match = PLAIN.exec(stored) ?? PASSLIB.exec(stored)
  if (match === null) return null
  const [, mark = "", cost = "", salt = "", output = ""] = match
  if (!isAffordable(Number(cost))) return null
  return { ...hashOf(Number(cost), salt + output), keyOf: keyFor(mark, salt) }
}

/** The library tells no versions apart: all that are read here are one function. */
const hashOf = (cost: number, rest: string): BcryptHash => ({
  cost,
  text: `$2b$${String(cost).padStart(2, "0")}$${rest}`,
  keyOf: (password) => password
})

/** Django and passlib offer to digest the password first, so that bcrypt cuts nothing. */
const keyFor = (mark: string, salt: string): BcryptHash["keyOf"] => {
  if (mark === "" || mark === "bcrypt$") return (password) => password
  if (mark === "bcrypt_sha256$") return (password) => encodeHexLowerCase(sha256(encoder.encode(password)))
  if (mark.startsWith("v=2"))
    return (password) => encodeBase64(hmac(SHA256, encoder.encode(salt), encoder.encode(password)))
  return (password) => encodeBase64(sha256(encoder.encode(password)))
}

/** No password is known that has this hash, and nobody would be let in by it. */
const decoy = (cost: number): BcryptHash => hashOf(cost, ".".repeat(53))
