import * as Effect from "effect/Effect"
import { type Client, keptOf } from "../audit/trace.ts"
import type { SecretHash } from "../secret/credential.ts"
import type { Credentials } from "../secret/credentials.ts"
import { hashOfSigned, type SignedTokensShape, type TokenToSign } from "../secret/signed-tokens.ts"
import type { User } from "../user/user.ts"
import { type Instant, MINUTE_MS, NEVER } from "../vocabulary/time.ts"
import { type Impersonation, type Session, SessionId } from "./session.ts"
import type { OpenedSession, SessionOptions } from "./session-service.ts"

/** A use is noted at most this often, so that reads do not become writes. Very short sessions note it sooner. */
const TOUCH_EVERY_MS = MINUTE_MS

const touchEveryOf = (idle: number): number => Math.min(Math.max(TOUCH_EVERY_MS, idle / 20), idle / 2)

/** A session that is not in the store yet. */
export interface SessionToKeep extends OpenedSession {
  readonly hash: SecretHash
}

/** The part of opening sessions that asks no store: what a new one looks like, and its secret. */
export const makeSessionOpener = (
  options: SessionOptions,
  credentials: Credentials["Service"],
  signed: SignedTokensShape | null
) => {
  const idleEnd = (session: Pick<Session, "expiresAt">, at: Instant): Instant =>
    Math.min(at + options.idle, session.expiresAt)

  /** A browser's secret is always opaque. A program's is a signed token where the options say so, which names the session. */
  const secretFor = (session: Session, isStateless = false): Effect.Effect<SessionToKeep> =>
    signed === null || session.kind === "browser"
      ? Effect.succeed({ session, ...credentials.mint("ses", session.userId) })
      : Effect.map(signed.sign(tokenOf(session, isStateless)), (secret) => ({
          session,
          secret,
          hash: hashOfSigned(session.id)
        }))

  return {
    /** For how long a use is not noted again, in milliseconds. Each request asks. */
    touchEvery: () => touchEveryOf(options.idle),
    idleEnd,
    /**
     * Whether a session was idle for longer than is allowed now. It may have been opened when more was, and is kept until the end that it
     * had then. Its newest uses are perhaps not noted, by as much as was usual then: whoever is at work stays logged in (SET-18).
     */
    isIdle: ({ lastSeenAt, idleExpiresAt, impersonation }: Session, now: Instant): boolean =>
      impersonation === null && now >= lastSeenAt + options.idle + touchEveryOf(idleExpiresAt - lastSeenAt),
    create: (
      user: User,
      { kind, client, authenticatedAt }: Pick<Session, "kind" | "authenticatedAt"> & { readonly client: Client },
      now: Instant,
      isStateless: boolean
    ) => {
      const expiresAt = now + options.absolute
      const session = {
        id: SessionId(credentials.newId(now)),
        userId: user.id,
        kind,
        epoch: user.epoch,
        createdAt: now,
        authenticatedAt,
        lastSeenAt: now,
        idleExpiresAt: idleEnd({ expiresAt }, now),
        expiresAt,
        ...keptOf(client, options),
        impersonation: null,
        data: null,
        dataVersion: 0
      }
      return secretFor(session, isStateless)
    },
    /**
     * A session in which an administrator acts in the user's place. No use makes it longer, and nobody proved anything (IMP-03).
     * The user sees it, so from where the administrator acts is not in it: the trail has that (PRI-01).
     */
    impersonate: (
      user: User,
      {
        impersonation,
        kind,
        lifetime
      }: Pick<Session, "kind"> & { readonly impersonation: Impersonation; readonly lifetime: number },
      now: Instant
    ) =>
      secretFor({
        id: SessionId(credentials.newId(now)),
        userId: user.id,
        kind,
        epoch: user.epoch,
        createdAt: now,
        authenticatedAt: NEVER,
        lastSeenAt: now,
        idleExpiresAt: now + lifetime,
        expiresAt: now + lifetime,
        ip: null,
        userAgent: null,
        impersonation,
        data: null,
        dataVersion: 0
      }),
    /** The same session for its owner, under a new id and secret; its absolute end does not move (SES-04). */
    renew: (session: Session, user: User, authenticatedAt: Instant, now: Instant) =>
      secretFor({
        ...session,
        id: SessionId(credentials.newId(now)),
        epoch: user.epoch,
        authenticatedAt,
        lastSeenAt: now,
        idleExpiresAt: idleEnd(session, now)
      })
  }
}

const tokenOf = (session: Session, isStateless: boolean): TokenToSign => ({
  owner: session.userId,
  session: session.id,
  epoch: session.epoch,
  issuedAt: session.lastSeenAt,
  expiresAt: session.expiresAt,
  actor: session.impersonation?.by ?? null,
  isStateless
})
