import { createPublicKey } from "node:crypto"

/** Keys that stand in manuals. Whoever read one can sign. */
const published = new Set([
  "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", // the tutorial of FastAPI
  "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", // RFC 7515
  "GawgguFyGrWKav7AX4VKUg" // RFC 7517
])

/** Words of placeholders: `change-me`, `your-256-bit-secret`, `a-string-secret-at-least-256-bits-long`, `SECRET`. */
const PLACEHOLDER = /change.?(?:me|it|this)|secret|example|placeholder|password|insecure|default|your.?key|test.?key/i

/** What may have been drawn at random and stands beside such a word, as in `prod-secret-3fb1…`: 128 bits, also in hexadecimal. */
const DRAWN = /[0-9A-Za-z+/]{32,}/

/** Random bytes of any length that is allowed have more, in hexadecimal too. */
const LEAST_DISTINCT = 8

/** More is a file that was taken for a key. */
const MOST_BYTES = 1_024

/** Said of what is a key, but no secret. */
export const KEY_PAIR = "is a key pair or a part of one"

/** PEM, a line for SSH, and JSON, as a JWK or a list of keys is. No text that somebody drew begins so, but once in thousands of times. */
const WRITTEN_KEY = /-----BEGIN|^\s*(?:ssh-|ecdsa-|[{[]\s*["'{[\]}])/

/** Why a secret is no key; null when nothing is wrong with it. It may still be one that somebody else knows (JWT-02). */
export const weaknessOf = (secret: string, leastBytes: number): string | null => {
  if (WRITTEN_KEY.test(secret) || isPublicKey(secret)) return KEY_PAIR
  const { length } = new TextEncoder().encode(secret)
  if (length < leastBytes) return `has fewer than ${leastBytes} bytes`
  if (length > MOST_BYTES) return `has more than ${MOST_BYTES} bytes`
  if (published.has(secret) || isPlaceholder(secret)) return "is an example that everybody knows"
  if (new Set(secret).size < LEAST_DISTINCT || isRepeated(secret)) return "repeats itself"
  return null
}

const isPlaceholder = (secret: string): boolean =>
  PLACEHOLDER.test(secret) && !secret.split(PLACEHOLDER).some((part) => isDrawn(DRAWN.exec(part)?.[0] ?? ""))

/** With figures, which prose has few of, and not in the order of the alphabet. */
const isDrawn = (run: string): boolean => {
  const inOrder = [...run].filter((_, at) => run.charCodeAt(at) + 1 === run.charCodeAt(at + 1)).length
  return (run.match(/\d/g)?.length ?? 0) >= 3 && new Set(run).size >= LEAST_DISTINCT && inOrder < run.length / 4
}

/** Whether a text is a shorter one, at least twice, perhaps cut off at its end. */
const isRepeated = (text: string): boolean => {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.slice(period) === text.slice(0, -period)) return true
  return false
}

/** Whether a text is the inside of a PEM, which others may have. */
const isPublicKey = (text: string): boolean => {
  const key = Buffer.from(text, "base64")
  if (key[0] !== ASN1_SEQUENCE) return false
  try {
    createPublicKey({ key, format: "der", type: "spki" })
    return true
  } catch {
    return false
  }
}

const ASN1_SEQUENCE = 0x30
