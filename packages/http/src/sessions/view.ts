import type { Instant } from "@latchkey/core"

/** One of the user's sessions. It holds no secret: the id ends it and proves nothing. */
export interface SessionView {
  readonly id: string
  /** The session that this very page was asked with. */
  readonly isCurrent: boolean
  readonly kind: "browser" | "bearer"
  readonly createdAt: Instant
  readonly lastSeenAt: Instant
  /** Null when it is not collected. */
  readonly ip: string | null
  /** Untrusted text from the client; null when it is not collected. */
  readonly userAgent: string | null
  /** POST here ends the session. */
  readonly revokePath: string
}

/** The user's sessions, as a part of a page. */
export interface SessionsView {
  readonly sessions: ReadonlyArray<SessionView>
  /** POST here ends all of them but the one that this page was asked with. */
  readonly revokeOthersPath: string
  /** For "5 minutes ago" beside the exact times. */
  readonly now: Instant
}
