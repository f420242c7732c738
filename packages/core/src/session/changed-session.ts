import { newestFirst } from "../vocabulary/page.ts"
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

/** How many sessions or tokens one call ends at most to make room for a new one. */
export const MOST_ENDED = 100

/** Whether a session can open nothing any more once `next` is there: it is past an end, or the user's epoch has moved on. */
export const isDeadBeside = (session: Session, next: Session): boolean =>
  session.epoch < next.epoch || isSessionPastEnd(session, next.createdAt)

/** Whether both are the user's own, or an administrator acts in both. The two kinds are counted apart (IMP-07). */
const isCountedWith = (next: Session) => (session: Session) =>
  (session.impersonation === null) === (next.impersonation === null)

/** The sessions that `sessions.insert` ends, of those that the owner of `next` had before: the dead first, then the oldest. */
export const sessionsBeyond = (all: ReadonlyArray<Session>, next: Session, most: number): ReadonlyArray<Session> => {
  const others = all.filter(isCountedWith(next))
  const excess = Math.min(others.length + 1 - most, MOST_ENDED)
  const isLive = (session: Session): number => (isDeadBeside(session, next) ? 0 : 1)
  const inOrder = others.sort((a, b) => isLive(a) - isLive(b) || newestFirst(b, a))
  return inOrder.slice(0, Math.max(0, excess))
}
