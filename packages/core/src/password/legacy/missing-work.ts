/**
 * The exponents of powers of two whose sum, added to the first, is the last: where each step doubles the work, these make up for a hash
 * that is cheaper than declared (ENU-11). None when it is not cheaper.
 */
export const doublings = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from) }, (_, step) => from + step)
