import type { World } from "../command/world.ts"

/** Says how far something has come. */
export interface Progress {
  /** `share` from 0 to 1; null where the whole is not known. */
  readonly at: (share: number | null, words: string) => void
  /** Takes the bar away. */
  readonly end: () => void
}

const WIDTH = 24
/** A terminal's line is drawn so often, and a log gets a line so often, in milliseconds. */
const DRAWN_EVERY = 100
const TOLD_EVERY = 5_000

/** A bar on a terminal, and else a plain line now and then, on standard error. */
export const progressOn = ({ screen, env }: Pick<World, "screen" | "env">): Progress => {
  const isDrawn = screen.isTerminal && env.TERM !== "dumb"
  const every = isDrawn ? DRAWN_EVERY : TOLD_EVERY
  let last = performance.now()
  let isThere = false
  return {
    at: (share, words) => {
      const now = performance.now()
      if (now - last < every) return
      last = now
      const percent = share === null ? "" : `${String(Math.floor(100 * share)).padStart(3)} %  `
      if (!isDrawn) return screen.err(`${percent.trimStart()}${words}\n`)
      const filled = Math.round(WIDTH * (share ?? 0))
      const bar = share === null ? "" : `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] `
      screen.err(`\r\u001b[K${bar}${percent}${words}`)
      isThere = true
    },
    end: () => {
      if (isThere) screen.err("\r\u001b[K")
      isThere = false
    }
  }
}
