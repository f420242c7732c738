/** The word that a mistyped one was meant to be: the nearest, if it differs in at most a third of its letters; null if none is near. */
export const nearest = (typed: string, words: ReadonlyArray<string>): string | null => {
  let [best, least]: [string | null, number] = [null, Math.floor(typed.length / 3) + 1]
  for (const word of words) {
    const distance = distanceOf(typed, word)
    if (distance < least) [best, least] = [word, distance]
  }
  return best
}

/** How many letters must be put in, taken out or changed (Levenshtein). */
const distanceOf = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [at, letter] of Array.from(a).entries()) {
    const next = [at + 1]
    for (const [to, other] of Array.from(b).entries()) {
      const changed = (row[to] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
