/** Control, format (zero-width, bidi), surrogate and unassigned characters, and line separators: what can forge or hide text in a log. */
const UNSAFE = /[\p{C}\u2028\u2029]/gu

/** Text from outside, made safe for a log: cut to `limit` characters, with every unsafe one written as `\u{…}` (AUD-03). */
export const safeText = (text: string, limit: number): string =>
  text.slice(0, limit).replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
