import type * as Brand from "effect/Brand"
import type { UserId } from "../secret/user-id.ts"
import type { User } from "../user/user.ts"
import { nominal } from "../vocabulary/nominal.ts"
import { type Instant, isWithin } from "../vocabulary/time.ts"

/** A session's id, for lists and for ending it. It is not the secret, and proves nothing (SES-01). */
export type SessionId = string & Brand.Brand<"SessionId">
export const SessionId = nominal<SessionId>()

/** How a session's secret travels: in a browser's cookie or as a bearer token. Neither works the other way (SES-17). */
export type SessionKind = "browser" | "bearer"

/** JSON that the host keeps with a session, at most 16 kB as text. */
export type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** An administrator who acts in the place of a user. */
export interface Impersonation {
  readonly by: UserId
  /** The administrator's epoch at the start: the session is dead once theirs differs (IMP-05). */
  readonly epoch: number
  /** The administrator's own session, from which it began: this one is dead once that is gone (IMP-09). */
  readonly session: SessionId
  /** Why, in the administrator's words. */
  readonly reason: string | null
}

export interface Session {
  readonly id: SessionId
  readonly userId: UserId
  readonly kind: SessionKind
  /** The user's epoch at issue: the session is dead once the user's differs. */
  readonly epoch: number
  readonly createdAt: Instant
  /** When the user last proved who they are: what `recently` judges by. */
  readonly authenticatedAt: Instant
  readonly lastSeenAt: Instant
  /** The session ends here unless it is used before. */
  readonly idleExpiresAt: Instant
  /** The session ends here, used or not. */
  readonly expiresAt: Instant
  /** Null unless the options say to collect it. */
  readonly ip: string | null
  readonly userAgent: string | null
  /** Null for a session of the user themselves. */
  readonly impersonation: Impersonation | null
  readonly data: Json
  /** Grows by one with each change of `data`. */
  readonly dataVersion: number
}

/** Whether a session opens anything for this user now. */
export const isSessionLive = (session: Session, user: User, now: Instant): boolean =>
  user.isActive &&
  session.epoch === user.epoch &&
  isWithin(session.createdAt, Math.min(session.idleExpiresAt, session.expiresAt), now)

/** Whether the administrator behind a session still may act in somebody's place: active, a superuser, and in the same epoch. */
export const mayStillImpersonate = ({ epoch }: Impersonation, actor: User): boolean =>
  actor.isActive && actor.isSuperuser && actor.epoch === epoch
