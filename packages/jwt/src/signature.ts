import type { CryptoKey, JWK } from "jose"
import { calculateJwkThumbprint } from "jose/jwk/thumbprint"
import { CompactSign } from "jose/jws/compact/sign"
import { compactVerify } from "jose/jws/compact/verify"
import { exportJWK } from "jose/key/export"
import { importJWK, importPKCS8, importSPKI } from "jose/key/import"
import type { PrivateJwk } from "./jwt-options.ts"

/** All that we ask of jose: signatures, and keys. What a token says is ours to judge. */

export type Algorithm = "HS256" | "EdDSA" | "ES256"

/** A key that jose takes. */
export type UsableKey = CryptoKey | Uint8Array

/** The halves of a key pair. */
export interface ImportedPair {
  /** Null when only the public half is there. */
  readonly signing: UsableKey | null
  readonly verifying: UsableKey
  readonly publicJwk: { readonly [member: string]: string }
  readonly thumbprint: string
}

const encoder = new TextEncoder()

export const signCompact = (
  claims: object,
  header: { readonly alg: Algorithm; readonly typ: string; readonly kid: string },
  key: UsableKey
): Promise<string> => new CompactSign(encoder.encode(JSON.stringify(claims))).setProtectedHeader(header).sign(key)

/** Whether the signature of a token is right, by this very algorithm, whatever its header says (JWT-01). Never rejects. */
export const isSignedWith = (text: string, key: UsableKey, algorithm: Algorithm): Promise<boolean> =>
  compactVerify(text, key, { algorithms: [algorithm] }).then(
    () => true,
    () => false
  )

/** Rejects when it is no key for this algorithm. */
export const importPair = async (key: string | PrivateJwk, algorithm: "EdDSA" | "ES256"): Promise<ImportedPair> => {
  const given = typeof key === "string" ? await importPem(key, algorithm) : await importOf(key, algorithm)
  const { kty, crv, x, y, d } = await exportJWK(given)
  const publicJwk = { kty, crv, x, ...(y === undefined ? {} : { y }) } as ImportedPair["publicJwk"] // of an EC or OKP key
  const verifying = await importOf({ ...publicJwk, kty: String(kty) }, algorithm)
  const signing = d === undefined ? null : given
  // A JWK may have halves that do not belong together.
  if (signing !== null && !(await isPair(signing, verifying, algorithm))) throw new Error("not a pair")
  return { signing, verifying, publicJwk, thumbprint: await calculateJwkThumbprint(publicJwk as JWK) }
}

const importPem = (pem: string, algorithm: Algorithm): Promise<CryptoKey> =>
  pem.includes("PRIVATE KEY")
    ? importPKCS8(pem.trim(), algorithm, { extractable: true })
    : importSPKI(pem.trim(), algorithm, { extractable: true })

const importOf = async (jwk: PrivateJwk, algorithm: Algorithm): Promise<UsableKey> =>
  importJWK({ ...(jwk as JWK), ext: true, key_ops: undefined as never, use: undefined as never }, algorithm)

const isPair = async (signing: UsableKey, verifying: UsableKey, algorithm: Algorithm): Promise<boolean> =>
  isSignedWith(await signCompact({}, { alg: algorithm, typ: "test", kid: "test" }, signing), verifying, algorithm)
