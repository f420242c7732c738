import type * as Redacted from "effect/Redacted"
import type { Client } from "../audit/audit-event.ts"
import { safeText } from "../audit/safe-text.ts"
import type { SecretHash } from "../secret/credential.ts"
import type { Credentials } from "../secret/credentials.ts"
import type { Instant, User } from "../user/user.ts"
import { type Session, SessionId, type SessionKind } from "./session.ts"

export interface SessionOptions {
  /** Milliseconds without use after which a session ends. */
  readonly idle: number
  /** Milliseconds after which a session ends, used or not. */
  readonly absolute: number
  /** Refuse log-ins of users whose e-mail address is not verified. */
  readonly requireVerified: boolean
  readonly collectIp: boolean
  readonly collectUserAgent: boolean
}

/** A session, and the secret that resumes it: shown this once. */
export interface OpenedSession {
  readonly session: Session
  readonly secret: Redacted.Redacted<string>
}

/** Uses are noted at most this often, so that reading does not turn into writing; sooner only for very short sessions. */
const TOUCH_EVERY = 60_000

/** The pure part of opening sessions: what a new one looks like. */
export const makeSessionOpener = (options: SessionOptions, credentials: Credentials["Service"]) => {
  const idleEnd = (session: Pick<Session, "expiresAt">, at: Instant): Instant =>
    Math.min(at + options.idle, session.expiresAt)

  const secretFor = (session: Session): OpenedSession & { readonly hash: SecretHash } => ({
    session,
    ...credentials.mint("ses", session.userId)
  })

  return {
    touchEvery: Math.min(Math.max(TOUCH_EVERY, options.idle / 20), options.idle / 2),
    idleEnd,
    create: (user: User, kind: SessionKind, client: Client, now: Instant) => {
      const expiresAt = now + options.absolute
      return secretFor({
        id: SessionId(credentials.newId(now)),
        userId: user.id,
        kind,
        epoch: user.epoch,
        createdAt: now,
        authenticatedAt: now,
        lastSeenAt: now,
        idleExpiresAt: idleEnd({ expiresAt }, now),
        expiresAt,
        ip: options.collectIp ? client.ip : null,
        userAgent: options.collectUserAgent && client.userAgent !== null ? safeText(client.userAgent, 256) : null,
        data: null,
        dataVersion: 0
      })
    },
    /** The same session for its owner, under a new id and secret; its absolute end does not move (SES-04). */
    renew: (session: Session, user: User, now: Instant) =>
      secretFor({
        ...session,
        id: SessionId(credentials.newId(now)),
        epoch: user.epoch,
        authenticatedAt: now,
        lastSeenAt: now,
        idleExpiresAt: idleEnd(session, now)
      })
  }
}
