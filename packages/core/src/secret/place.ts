import { sha256Hex } from "./digest.ts"

/** Hexadecimal digits that a double holds exactly. */
const DIGITS = 12

/**
 * One of so many places for a text: evenly spread, the same on every machine that has the secret, and not to be foreseen
 * without it. So nobody can choose texts that meet in one place.
 */
export const placeOf = (secret: string, text: string, places: number): number =>
  Number.parseInt(sha256Hex(`${secret}\n${text}`).slice(0, DIGITS), 16) % places
