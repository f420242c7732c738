import type { Instant } from "@latchkey/core"

/** One of the user's sessions. It contains no secret: the id can only be used to end it. */
export interface SessionView {
  readonly id: string
  /** Whether this page was requested with this session. */
  readonly isCurrent: boolean
  readonly kind: "browser" | "bearer"
  readonly createdAt: Instant
  readonly lastSeenAt: Instant
  /** Null if it is not collected. */
  readonly ip: string | null
  /** Untrusted text from the client; null if it is not collected. */
  readonly userAgent: string | null
  /** POST here ends the session. */
  readonly revokePath: string
}

/** The user's sessions, as a part of a page. */
export interface SessionsView {
  /** A page of them, newest first. The first page also has the one that it was requested with, wherever that stands. */
  readonly sessions: ReadonlyArray<SessionView>
  /** The page with the next older ones; null if these are the last. */
  readonly olderPath: string | null
  /** POST here ends all of them except the one that this page was requested with. */
  readonly revokeOthersPath: string
  /** For "5 minutes ago" beside the exact times. */
  readonly now: Instant
}
