import { sha256 } from "@oslojs/crypto/sha2"
import { constantTimeEqual } from "@oslojs/crypto/subtle"
import { encodeHexLowerCase } from "@oslojs/encoding"

type NativeHash = (algorithm: "sha256", text: string, encoding: "hex") => string

/** The runtime's own synchronous hash: a tenth of the time of portable code, and off the thread pool, unlike WebCrypto. */
const nativeHash = (
  globalThis as { process?: { getBuiltinModule?: (name: string) => { hash?: NativeHash } | undefined } }
).process?.getBuiltinModule?.("node:crypto")?.hash

const encoder = new TextEncoder()

/** SHA-256 of the text's UTF-8 bytes, in lower-case hexadecimal. Synchronous, so it never waits behind password hashes (PWD-11). */
export const sha256Hex: (text: string) => string =
  nativeHash === undefined
    ? (text) => encodeHexLowerCase(sha256(encoder.encode(text)))
    : (text) => nativeHash("sha256", text, "hex")

/** Compares two texts in time that depends on their lengths only; texts of different length are unequal (SES-18). */
export const equalInConstantTime = (a: string, b: string): boolean =>
  constantTimeEqual(encoder.encode(a), encoder.encode(b))
