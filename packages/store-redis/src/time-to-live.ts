import type { Instant } from "@latchkey/core/store"

/** How long ended data stays, in milliseconds. Core judges ends; the server only removes old data (RDS-02). */
const MARGIN = 3_600_000

/** More than any real lifetime, and less than the server's maximum. */
const LONGEST = 100 * 365 * 24 * 3_600_000

/**
 * How long the server keeps data that ends at an instant. It depends only on the caller's clock: a duration means the same on
 * a server whose clock is wrong (TIM-02).
 */
export const timeToLive = (end: Instant, now: Instant): number => Math.min(Math.max(end - now, 0) + MARGIN, LONGEST)

/** The same for scripts, as text. */
export const timeToLiveLua = `
local function time_to_live(ending, now)
  return string.format('%.0f', math.min(math.max(tonumber(ending) - tonumber(now), 0) + ${MARGIN}, ${LONGEST}))
end
`
