/** Keys that stand in manuals. Whoever read one can sign. */
const published = new Set([
  "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", // the tutorial of FastAPI
  "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", // RFC 7515
  "GawgguFyGrWKav7AX4VKUg" // RFC 7517
])

/** Words of placeholders: `change-me`, `your-256-bit-secret`, `a-string-secret-at-least-256-bits-long`, `SECRET`. */
const PLACEHOLDER = /change.?(?:me|it|this)|secret|example|placeholder|password|insecure|default|your.?key|test.?key/i

/** Random bytes of any length that is allowed have more, in hexadecimal too. */
const LEAST_DISTINCT = 8

/** More is a file that was taken for a key. */
const MOST_BYTES = 1_024

/** Why a secret is no key; null when nothing is wrong with it. It may still be one that somebody else knows (JWT-02). */
export const weaknessOf = (secret: string, leastBytes: number): string | null => {
  const { length } = new TextEncoder().encode(secret)
  if (length < leastBytes) return `has fewer than ${leastBytes} bytes`
  if (length > MOST_BYTES) return `has more than ${MOST_BYTES} bytes`
  if (published.has(secret) || PLACEHOLDER.test(secret)) return "is an example that everybody knows"
  if (new Set(secret).size < LEAST_DISTINCT || isRepeated(secret)) return "repeats itself"
  return null
}

/** Whether a text is a shorter one, at least twice, perhaps cut off at its end. */
const isRepeated = (text: string): boolean => {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.slice(period) === text.slice(0, -period)) return true
  return false
}
