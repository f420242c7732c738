import { hashSecret, type SecretHash } from "../secret/credential.ts"
import type { ChallengeId } from "./challenge.ts"

/** Six digits that the page shows after an approval, for the program to repeat: whoever lured a user to the page does not see them (DEV-20). */
const DIGITS = 6
const COUNT = 10 ** DIGITS

/** The largest multiple of the count that four bytes hold: numbers from here on would favour some. */
const FAIR = 2 ** 32 - (2 ** 32 % COUNT)

/** A new number, as six digits. */
export const newNumber = (randomBytes: (size: number) => Uint8Array): string => {
  while (true) {
    const drawn = randomBytes(4).reduce((sum, byte) => sum * 256 + byte, 0)
    if (drawn < FAIR) return String(drawn % COUNT).padStart(DIGITS, "0")
  }
}

/** Longer than any number with its dashes and blanks. What is longer is a wrong number, cut or not. */
const RAW_LIMIT = 64

/** A number as a person typed it, without dashes and blanks. Whatever else it holds makes it a wrong one. */
export const readNumber = (typed: string): string => typed.slice(0, RAW_LIMIT).replace(/[\s\p{Pd}]/gu, "")

/** The hash of a number for one challenge, so that equal numbers do not look alike. */
export const hashNumber = (id: ChallengeId, number: string): SecretHash =>
  hashSecret(`latchkey confirmation number\n${id}\n${number}`)

/** The hash of a number that nobody has. */
export const hashOfUnknownNumber = (id: ChallengeId, randomBytes: (size: number) => Uint8Array): SecretHash =>
  hashNumber(id, randomBytes(32).join(" "))
