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
  /** Null unless an administrator acts in the user's place with it; then with their reason, if they gave one (IMP-07). */
  readonly impersonation: { readonly reason: string | null } | null
  /** GET here asks whether to end the session, and POST ends it. */
  readonly revokePath: string
}

/** The user's sessions, as a part of a page. */
export interface SessionsView {
  /** A page of them, newest first. On the first page the one that it was requested with stands in front. */
  readonly sessions: ReadonlyArray<SessionView>
  /** The page with the next older ones; null if these are the last. */
  readonly olderPath: string | null
  /** The first page; null if this is it. */
  readonly newestPath: string | null
  /** GET here asks whether to end all of them except the one that this page was requested with, and POST ends them. */
  readonly revokeOthersPath: string
  /** For "5 minutes ago" beside the exact times. */
  readonly now: Instant
}
