/** Nobody types longer names, and the comparison costs the product of both lengths. */
const LONGEST = 80

/** The known name that a mistyped one was most likely meant to be; null if none is near. For errors that tell an integrator the mend. */
export const nearest = (typed: string, known: Iterable<string>): string | null => {
  if (typed.length > LONGEST) return null
  let found: string | null = null
  // A quarter of the letters may be wrong: more would suggest names that have nothing to do with it.
  let least = Math.max(1, Math.floor(typed.length / 4)) + 1
  for (const name of known) {
    if (name.length > LONGEST || Math.abs(name.length - typed.length) >= least) continue
    const distance = distanceOf(typed.toLowerCase(), name.toLowerCase())
    if (distance < least) [found, least] = [name, distance]
  }
  return found
}

/** The end of an error's sentence about an unknown name: `: did you mean "…"?`, or nothing. */
export const didYouMean = (typed: string, known: Iterable<string>): string => {
  const meant = nearest(typed, known)
  return meant === null ? "" : `: did you mean ${meant}?`
}

/** How many letters must be put in, taken away, replaced, or exchanged with their neighbour. */
const distanceOf = (from: string, to: string): number => {
  let earlier: ReadonlyArray<number> = []
  let above = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let at = 1; at <= to.length; at++) {
      const same = from[row - 1] === to[at - 1]
      const replaced = (above[at - 1] ?? 0) + (same ? 0 : 1)
      const exchanged =
        from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1] ? (earlier[at - 2] ?? LONGEST) + 1 : LONGEST
      current.push(Math.min(replaced, exchanged, (above[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1))
    }
    ;[earlier, above] = [above, current]
  }
  return above[to.length] ?? LONGEST
}
