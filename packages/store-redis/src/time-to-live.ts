import type { Instant } from "@latchkey/core/store"

/** What has ended stays this long, in milliseconds: core judges ends, and the server only clears away (RDS-02). */
const MARGIN = 3_600_000

/** More than any life that matters, and less than the server takes. */
const LONGEST = 100 * 365 * 24 * 3_600_000

/**
 * How long the server is to keep what ends at an instant. By the caller's clock alone: as a duration it means the same
 * whatever time the server thinks it is (TIM-02).
 */
export const timeToLive = (end: Instant, now: Instant): number => Math.min(Math.max(end - now, 0) + MARGIN, LONGEST)

/** The same for scripts, as text. */
export const timeToLiveLua = `
local function time_to_live(ending, now)
  return string.format('%.0f', math.min(math.max(tonumber(ending) - tonumber(now), 0) + ${MARGIN}, ${LONGEST}))
end
`
