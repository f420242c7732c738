import { doubtful, type Finding, fine, wrong } from "./finding.ts"

/** What a machine that asks a time server is never away. */
const NOTICEABLE_MS = 2_000
/** What the margins for the clocks of several machines do not cover (TIM-02). */
const TOO_MUCH_MS = 30_000

/** Compares the clock of somebody else with ours. `within` is what the comparison cannot tell. */
export const checkClock = (whose: string, ahead: number, within = 0): ReadonlyArray<Finding> => {
  const off = Math.max(0, Math.abs(ahead) - within)
  if (off < NOTICEABLE_MS)
    return [
      fine(
        "clock",
        "clock",
        `The clock of ${whose} is that of this machine, within ${Math.ceil((Math.abs(ahead) + within) / 1_000)} s.`
      )
    ]
  const trouble = {
    about: "clock",
    code: "clock-off",
    what: `The clock of ${whose} is ${Math.round(Math.abs(ahead) / 1_000)} s ${ahead > 0 ? "ahead of" : "behind"} this machine's.`,
    why: "Sessions, links and codes end too early on one machine and too late on another.",
    mend: "Let both machines ask a time server: timedatectl set-ntp true"
  } as const
  return [off < TOO_MUCH_MS ? doubtful(trouble) : wrong(trouble)]
}
