/**
 * Compares two texts by their code points, which is also the order of their UTF-8 bytes: the one order that every database can give.
 * JavaScript's own comparison puts U+FFFF after U+1F600, because it compares halves of characters.
 */
export const byCodePoint = (a: string, b: string): number => {
  let at = 0
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1)
}

const LAST_CODE_POINT = 0x10_ff_ff

/** The first text behind all that begin with `prefix`; null if none comes behind them. */
export const behindPrefix = (prefix: string): string | null => {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === LAST_CODE_POINT) points.pop()
  const last = points.pop()
  if (last === undefined) return null
  // Halves of characters are no characters, so the next one after U+D7FF is U+E000.
  return String.fromCodePoint(...points, last === 0xd7_ff ? 0xe0_00 : last + 1)
}
