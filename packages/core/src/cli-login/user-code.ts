import { hashSecret, type SecretHash } from "../secret/credential.ts"

/**
 * The code that a person compares or types: eight characters of twenty, which no two fonts confuse, without vowels, so that it
 * spells no word (RFC 8628 §6.1, DEV-01).
 */
const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
const LENGTH = 8
const FORM = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`)

/** The largest multiple of the alphabet's size that a byte holds: bytes from here on would favour some characters. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length)

/** Longer than any code with its dashes and blanks. */
const RAW_LIMIT = 64

/** A new code, without the dash. */
export const newUserCode = (randomBytes: (size: number) => Uint8Array): string => {
  let code = ""
  while (code.length < LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      if (byte < FAIR_BYTES && code.length < LENGTH) code += ALPHABET[byte % ALPHABET.length]
    }
  }
  return code
}

/** A code as people see it: `BCDF-GHJK`. */
export const shownUserCode = (code: string): string => `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`

/**
 * What people, keyboards and mail programs put into a code or around it: blanks, dashes and other punctuation (RFC 8628 §6.1), the minus
 * sign, and characters that nobody sees.
 */
const DECORATION = /[\s\p{P}\p{Cf}\u2212]/gu

/** A code as a person typed it, in any case, also of full width, and with any dashes and blanks; null when no code looks like that. */
export const parseUserCode = (typed: string): string | null => {
  if (typed.length > RAW_LIMIT) return null
  const code = typed.normalize("NFKC").replace(DECORATION, "").toUpperCase()
  return FORM.test(code) ? code : null
}

/** Says what the hash is for, so that it is no other hash that somebody computes of a short text. */
const LABEL = "latchkey user code"

export const hashUserCode = (code: string): SecretHash => hashSecret(`${LABEL}\n${code}`)

/** Whether a code, as a person typed it, is that of a challenge. */
export const isUserCodeOf = ({ codeHash }: { readonly codeHash: SecretHash }, typed: string): boolean => {
  const code = parseUserCode(typed)
  return code !== null && hashUserCode(code) === codeHash
}
