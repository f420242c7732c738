import { constantTimeEqual } from "@oslojs/crypto/subtle"
import * as Effect from "effect/Effect"
import { type BytesForm, bytesOf } from "./encoded-bytes.ts"
import { type LegacyKind, legacyHasher } from "./legacy-kind.ts"

export interface Pbkdf2Options {
  readonly digest: Pbkdf2Digest
  /** The iterations that the newest hashes have; 5 million at most. Older hashes have fewer, and are made up for. */
  readonly iterations: number
}

export type Pbkdf2Digest = "sha1" | "sha256" | "sha512"

interface Pbkdf2Hash {
  readonly iterations: number
  readonly salt: Uint8Array
  readonly output: Uint8Array
}

/**
 * Hashes of PBKDF2 with one digest, as Django (`pbkdf2_sha256$`), passlib (`$pbkdf2-sha256$`) and werkzeug (`pbkdf2:sha256:`) write
 * them.
 */
export const pbkdf2 = ({ digest, iterations }: Pbkdf2Options): LegacyKind => ({
  name: `pbkdf2 with ${digest}`,
  load: Effect.gen(function* () {
    if (!Object.hasOwn(DIGESTS, digest)) return yield* Effect.fail({ problem: UNKNOWN_DIGEST })
    if (!isAffordable(iterations)) return yield* Effect.fail({ problem: OUT_OF_BOUNDS })
    const { notations, bytes } = DIGESTS[digest]
    return legacyHasher<Pbkdf2Hash>({
      read: (stored) => readAny(notations, bytes, stored),
      isRight: (hash, password) => isRight(digest, hash, password),
      missing: (hash) => {
        const missing = iterations - (hash?.iterations ?? 0)
        return missing > 0 ? [decoy(missing, bytes)] : []
      }
    })
  })
})

/** About three seconds of one core: a row that someone planted must not hold it for longer (PWD-15). */
const MOST_ITERATIONS = 5_000_000

const isAffordable = (iterations: number): boolean =>
  Number.isInteger(iterations) && iterations >= 1 && iterations <= MOST_ITERATIONS

const OUT_OF_BOUNDS = `has pbkdf2 with iterations that are never verified: give from 1 to ${MOST_ITERATIONS}, as many as the newest hashes have`
const UNKNOWN_DIGEST = 'has pbkdf2 with an unknown digest: give "sha1", "sha256" or "sha512"'

/** One way to write a hash: iterations, salt and output are the groups of its form. */
interface Notation {
  readonly form: RegExp
  readonly salt: BytesForm
  readonly output: BytesForm
}

const ITERATIONS = String.raw`([1-9]\d{0,6})`

const django = (name: string): Notation => ({
  form: new RegExp(String.raw`^${name}\$${ITERATIONS}\$([!-#%-~]{1,128})\$([A-Za-z0-9+/]{27,86}={0,2})$`),
  salt: "text",
  output: "base64"
})

const passlib = (name: string): Notation => ({
  form: new RegExp(String.raw`^\$${name}\$${ITERATIONS}\$([A-Za-z0-9./]{0,171})\$([A-Za-z0-9./]{27,86})$`),
  salt: "base64 with dots",
  output: "base64 with dots"
})

const werkzeug = (name: string): Notation => ({
  form: new RegExp(String.raw`^pbkdf2:${name}:${ITERATIONS}\$([!-#%-~]{1,128})\$([0-9a-f]{40,128})$`),
  salt: "text",
  output: "hexadecimal"
})

/** What each digest gives, in bytes: every system keeps all of them. */
const DIGESTS: Readonly<Record<Pbkdf2Digest, { bytes: number; notations: ReadonlyArray<Notation> }>> = {
  sha1: { bytes: 20, notations: [django("pbkdf2_sha1"), passlib("pbkdf2"), werkzeug("sha1")] },
  sha256: { bytes: 32, notations: [django("pbkdf2_sha256"), passlib("pbkdf2-sha256"), werkzeug("sha256")] },
  sha512: { bytes: 64, notations: [passlib("pbkdf2-sha512"), werkzeug("sha512")] }
}

const readAny = (notations: ReadonlyArray<Notation>, bytes: number, stored: string): Pbkdf2Hash | null => {
  for (const notation of notations) {
    const [, iterations, salt, output] = notation.form.exec(stored) ?? []
    if (iterations === undefined || salt === undefined || output === undefined) continue
    const hash = {
      iterations: Number(iterations),
      salt: bytesOf(salt, notation.salt),
      output: bytesOf(output, notation.output)
    }
    // A shorter output is the beginning of a longer one: part of a hash must not pass for it (PWD-16).
    if (!isAffordable(hash.iterations) || hash.salt === null || hash.output?.length !== bytes) return null
    return { ...hash, salt: hash.salt, output: hash.output }
  }
  return null
}

const encoder = new TextEncoder()

const isRight = async (digest: Pbkdf2Digest, { iterations, salt, output }: Pbkdf2Hash, password: string) => {
  const { subtle } = globalThis.crypto
  const key = await subtle.importKey("raw", encoder.encode(password), "PBKDF2", false, ["deriveBits"])
  const hash = digest.replace("sha", "SHA-")
  const bits = await subtle.deriveBits(
    { name: "PBKDF2", hash, salt: Uint8Array.from(salt), iterations },
    key,
    output.length * 8
  )
  return constantTimeEqual(new Uint8Array(bits), output)
}

/** Nobody would be let in by it: its result is never looked at. */
const decoy = (iterations: number, bytes: number): Pbkdf2Hash => ({
  iterations,
  salt: new Uint8Array(16),
  output: new Uint8Array(bytes)
})
