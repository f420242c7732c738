import type { Instant } from "../vocabulary/time.ts"
import type { Json, Session } from "./session.ts"

/*
 * What the verbs of `SessionStore` make of a session. Pure: every store changes sessions by these rules, or by a copy of them
 * in its own language. A field that no rule names stays as it is.
 */

/** Whether a session has reached one of its two ends. At the very instant it has. */
export const isSessionPastEnd = (session: Session, at: Instant): boolean =>
  at >= session.idleExpiresAt || at >= session.expiresAt

/** The session that `sessions.touch` makes of one; null when it is past an end. Neither time moves backwards. */
export const touchedSession = (
  session: Session,
  use: { readonly at: Instant; readonly idleExpiresAt: Instant }
): Session | null =>
  isSessionPastEnd(session, use.at)
    ? null
    : {
        ...session,
        lastSeenAt: Math.max(session.lastSeenAt, use.at),
        idleExpiresAt: Math.max(session.idleExpiresAt, Math.min(use.idleExpiresAt, session.expiresAt))
      }

/** The session that `sessions.setEpoch` makes of one, and `users.changeWithProof` of the one it keeps; null when its epoch is another. */
export const sessionInEpoch = (
  session: Session,
  change: { readonly from: number; readonly to: number }
): Session | null => (session.epoch === change.from ? { ...session, epoch: change.to } : null)

/** The session that `sessions.setData` makes of one; null when its data was changed since `version`. */
export const sessionWithData = (
  session: Session,
  change: { readonly version: number; readonly data: Json }
): Session | null =>
  session.dataVersion === change.version ? { ...session, data: change.data, dataVersion: change.version + 1 } : null
