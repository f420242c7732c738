/**
 * `node:sqlite` of Node 22 reads a text only up to its first U+0000, and so would read `a\0b` as `a`. Therefore the
 * store writes that character as two of Unicode's noncharacters, which no real text contains. If a text does contain the
 * first of them, that is written as two as well. All other text is stored unchanged.
 */
const NUL = "\u0000"
const ESCAPE = "\uFDD0"
const ESCAPED_NUL = "\uFDD0\uFDD1"
const ESCAPED_ESCAPE = "\uFDD0\uFDD2"

export const escapeNul = (text: string): string =>
  text.includes(NUL) || text.includes(ESCAPE)
    ? text.replaceAll(ESCAPE, ESCAPED_ESCAPE).replaceAll(NUL, ESCAPED_NUL)
    : text

export const unescapeNul = (text: string): string =>
  text.includes(ESCAPE) ? text.replaceAll(ESCAPED_NUL, NUL).replaceAll(ESCAPED_ESCAPE, ESCAPE) : text
