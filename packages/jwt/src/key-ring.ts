import { hash } from "node:crypto"
import { isObjectOfOptions, optionsProblem, type PublicKey, type SettingProblem, wordsFor } from "@latchkey/core"
import type { KeyPair, SecretKey, SigningKey } from "./jwt-options.ts"
import { secretOf } from "./secret-of.ts"
import { type Algorithm, type ImportedPair, importPair, type UsableKey } from "./signature.ts"
import { KEY_PAIR, weaknessOf } from "./weak-secret.ts"

/** A key of the ring. */
export interface RingKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly verifying: UsableKey
  /** Null for a key that only verifies. */
  readonly signing: UsableKey | null
  readonly publicJwk: PublicKey | null
}

/** The keys, by their names. A map and nothing else: a `kid` is no path, no address and no property of an object (JWT-02). */
export interface KeyRing {
  readonly signing: RingKey & { readonly signing: UsableKey }
  readonly byKid: ReadonlyMap<string, RingKey>
}

/** One that signs, one that signed before it, and one that will sign next. */
const MOST_KEYS = 3

/** RFC 7518 §3.2. */
const LEAST_BYTES = 32

const KID = /^[\x21-\x7e]{1,64}$/

const encoder = new TextEncoder()

/** The ring of these keys, or what is wrong with them. */
export const makeKeyRing = async (
  keys: ReadonlyArray<SigningKey>
): Promise<KeyRing | ReadonlyArray<SettingProblem>> => {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS)
    return [
      {
        setting: "accessTokens.keys",
        problem: `must be 1 to ${MOST_KEYS} keys in a list, the first of which signs${Array.isArray(keys) ? "" : `, not ${wordsFor(keys)}`}`
      }
    ]
  const read = await Promise.all(keys.map((key) => readKey(key)))
  const problems = read.flatMap((each, at) =>
    typeof each === "string" ? [{ setting: `accessTokens.keys[${at}]`, problem: each }] : []
  )
  const ring = read.filter((each) => typeof each !== "string")
  const [first] = ring
  if (problems.length > 0 || first === undefined) return problems
  const byKid = new Map(ring.map((key) => [key.kid, key]))
  if (byKid.size < ring.length)
    return [
      { setting: "accessTokens.keys", problem: "has two keys with one kid, so a token could not tell them apart" }
    ]
  if (first.signing === null)
    return [{ setting: "accessTokens.keys[0]", problem: "signs, so it must be the private key, not the public one" }]
  return { signing: { ...first, signing: first.signing }, byKid }
}

/** The key, or what is wrong with it, as the rest of a sentence. Never says what it is. */
const readKey = async (given: SigningKey): Promise<RingKey | string> => {
  if (!isObjectOfOptions(given)) return `${ALGORITHM_PROBLEM}, and is ${wordsFor(given)}`
  if (!isKnown(given.algorithm)) return ALGORITHM_PROBLEM
  const mistaken = optionsProblem(given, ["algorithm", "key", "kid"])
  if (mistaken !== null) return mistaken
  const key = given.algorithm === "HS256" ? readSecret(given) : await readPair(given)
  if (typeof key === "string") return key
  return typeof key.kid === "string" && KID.test(key.kid) ? key : "must have a kid of 1 to 64 characters without spaces"
}

const ALGORITHM_PROBLEM = 'must have the algorithm "HS256", "EdDSA" or "ES256"'

const isKnown = (algorithm: unknown): boolean => algorithm === "HS256" || algorithm === "EdDSA" || algorithm === "ES256"

const readSecret = ({ algorithm, key, kid }: SecretKey): RingKey | string => {
  const text = secretOf(key)
  if (text === null) return `must have its key as text, not ${wordsFor(key)}`
  const weakness = weaknessOf(text, LEAST_BYTES)
  if (weakness === KEY_PAIR) return `${weakness}, no secret: give its algorithm, "EdDSA" or "ES256"`
  if (weakness !== null) return `${weakness}: make one with \`openssl rand -base64 48\``
  const bytes = encoder.encode(text)
  return { algorithm, kid: kid ?? nameOf(text), verifying: bytes, signing: bytes, publicJwk: null }
}

/** Tells no more of a key than each token does, whose signature can be tried against guesses too. */
const nameOf = (secret: string): string => hash("sha256", `latchkey kid ${secret}`, "hex").slice(0, 16)

const readPair = async ({ algorithm, key, kid }: KeyPair): Promise<RingKey | string> => {
  const isJwk = typeof key === "object" && key !== null && "kty" in key
  const given = isJwk ? key : secretOf(key)
  if (given === null) return `must have its key as PEM or as a JWK, not ${wordsFor(key)}`
  let pair: ImportedPair
  try {
    pair = await importPair(given, algorithm)
  } catch {
    return `must be ${algorithm === "EdDSA" ? "an Ed25519" : "a P-256"} key, in PKCS #8 PEM or as a JWK`
  }
  const { signing, verifying, publicJwk, thumbprint } = pair
  const own = isJwk && typeof key.kid === "string" ? key.kid : undefined
  const name = kid ?? own ?? thumbprint
  return {
    algorithm,
    kid: name,
    verifying,
    signing,
    publicJwk: { ...publicJwk, kid: name, alg: algorithm, use: "sig" }
  }
}
