/** Random choices from a seed. The same seed gives the same choices on every machine. */
export interface Dice {
  /** An integer from zero to below `n`. */
  readonly below: (n: number) => number
  /** True in so many of a hundred cases. */
  readonly percent: (chance: number) => boolean
  readonly pick: <const A>(choices: ReadonlyArray<A>) => A
}

/** Mulberry32: small, fast, and random enough to choose commands. Not for secrets. */
export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0

  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n)
  }

  return {
    below,
    percent: (chance) => below(100) < chance,
    pick: (choices) => {
      const chosen = choices[below(choices.length)]
      if (chosen === undefined) throw new Error("there is nothing to choose from")
      return chosen
    }
  }
}
