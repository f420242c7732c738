import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient } from "../audit/audit-event.ts"
import { type CheckFailure, type Passwords, reveal, type SecretText } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { type FoundSession, Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Throttle } from "../throttle/throttle.ts"
import type { User } from "../user/user.ts"
import { type LoggedIn, type LogIn, type LogInContext, makeLogIn } from "./log-in.ts"
import { makeSessionOpener, type OpenedSession, type SessionOptions } from "./open-session.ts"
import { isSessionLive, type Json, type Session, type SessionKind } from "./session.ts"
import {
  type InvalidCredentials,
  NotVerified,
  SessionDataChanged,
  SessionDataTooLarge,
  SessionEnded
} from "./session-errors.ts"
import type { SessionKey } from "./session-store.ts"

/** Sessions: opening them with a password, resuming them on each request, ending them. */
export class Sessions extends Context.Service<
  Sessions,
  {
    /** Checks the password and opens a session with a new secret, which is shown this once. */
    readonly logIn: (
      credentials: LogIn,
      context?: LogInContext
    ) => Effect.Effect<LoggedIn, InvalidCredentials | NotVerified | CheckFailure>
    /** Opens a session for a user whose identity is proved by other means. `sessions.requireVerified` holds here too. */
    readonly open: (
      user: User,
      context?: Pick<LogInContext, "kind" | "client">
    ) => Effect.Effect<OpenedSession, NotVerified | StoreError>
    /**
     * The user and session of a secret, or null when it opens nothing (any more). Notes the use, coarsely. With a kind: only
     * a session that was opened for that transport is resumed, or kept alive (SES-17).
     */
    readonly resume: (secret: SecretText, kind?: SessionKind) => Effect.Effect<FoundSession | null, StoreError>
    /** Asks for the password again and gives the session a new secret, fresh for `recently` (SES-03, SES-12). */
    readonly confirm: (
      session: Session,
      password: SecretText,
      client?: Client
    ) => Effect.Effect<OpenedSession, InvalidCredentials | SessionEnded | CheckFailure>
    /** Puts a session with a new secret at the user's present epoch in the place of this one, as after a password change. */
    readonly renew: (session: Session, user: User) => Effect.Effect<OpenedSession, SessionEnded | StoreError>
    /** The user's live sessions, newest first. */
    readonly list: (userId: UserId) => Effect.Effect<ReadonlyArray<Session>, StoreError>
    /** Ends a session. True when this call ended it; false when it was gone already, so retries are safe. */
    readonly close: (key: SessionKey, by?: ClosedBy) => Effect.Effect<boolean, StoreError>
    /** Ends the session of a secret, also one that opens nothing any more. True when this call ended it. */
    readonly closeBySecret: (secret: SecretText, by?: ClosedBy) => Effect.Effect<boolean, StoreError>
    /** Ends all sessions of the user but this one, and says how many. */
    readonly closeOthers: (session: Session, by?: ClosedBy) => Effect.Effect<number, StoreError>
    /** Ends every credential of a user at once, also one that is issued at this moment; says how many sessions that were. */
    readonly closeAllOf: (userId: UserId, by?: ClosedBy) => Effect.Effect<number, StoreError>
    /** Writes the session's data, if nobody did since this session was read. At most 16 kB. */
    readonly setData: (
      session: Session,
      data: Json
    ) => Effect.Effect<Session, SessionDataChanged | SessionDataTooLarge | StoreError>
  }
>()("@latchkey/core/Sessions") {
  static readonly layer = (
    options: SessionOptions
  ): Layer.Layer<Sessions, never, Store | Passwords | Throttle | Audit | Credentials> =>
    Layer.effect(Sessions, makeSessions(options))
}

/** Who ended a session: for the audit trail. */
export interface ClosedBy {
  readonly actor?: UserId | null
  readonly client?: Client
  readonly as?: "logout" | "owner" | "admin"
}

const DATA_LIMIT = 16 * 1024

const nothing = Effect.succeed(null)

const keyOf = (session: Session): SessionKey => ({ owner: session.userId, id: session.id })

const makeSessions = Effect.fnUntraced(function* (options: SessionOptions) {
  const store = yield* Store
  const { sessions } = store
  const audit = yield* Audit
  const credentials = yield* Credentials
  const opener = makeSessionOpener(options, credentials)

  const open = Effect.fnUntraced(function* (user: User, context: Pick<LogInContext, "kind" | "client"> = {}) {
    const { kind = "bearer", client = unknownClient } = context
    if (options.requireVerified && !user.isVerified) return yield* new NotVerified()
    const opened = opener.create(user, kind, client, yield* Clock.currentTimeMillis)
    yield* sessions.insert({ session: opened.session, hash: opened.hash })
    return { session: opened.session, secret: opened.secret }
  })

  // Every request comes through here: no generator, no span, one store call; none for junk.
  const resume = (secret: SecretText, kind?: SessionKind): Effect.Effect<FoundSession | null, StoreError> => {
    const parsed = credentials.parse(reveal(secret))
    return parsed?.kind === "ses"
      ? Effect.flatMap(store.lookupSession(parsed.owner, parsed.hash), (found) => judge(found, kind))
      : nothing
  }

  const judge = (found: FoundSession | null, kind?: SessionKind): Effect.Effect<FoundSession | null> =>
    found === null || (kind !== undefined && found.session.kind !== kind)
      ? nothing
      : Effect.clockWith((clock) => {
          const now = clock.currentTimeMillisUnsafe()
          if (!isSessionLive(found.session, found.user, now)) return nothing
          return now - found.session.lastSeenAt < opener.touchEvery ? Effect.succeed(found) : touch(found, now)
        })

  /** A session that ended meanwhile stays ended (SES-05); a store that can read but not write must not log anyone out. */
  const touch = (found: FoundSession, at: number): Effect.Effect<FoundSession | null> => {
    const idleExpiresAt = opener.idleEnd(found.session, at)
    return sessions.touch(keyOf(found.session), { at, idleExpiresAt }).pipe(
      Effect.map((isThere) =>
        isThere ? { user: found.user, session: { ...found.session, lastSeenAt: at, idleExpiresAt } } : null
      ),
      Effect.catchTag("StoreError", (error) =>
        Effect.as(Effect.logWarning("a session's use was not noted", { operation: error.operation }), found)
      )
    )
  }

  const renew = Effect.fnUntraced(function* (session: Session, user: User) {
    const now = yield* Clock.currentTimeMillis
    const next = opener.renew(session, user, now)
    const isReplaced = yield* sessions.replace(keyOf(session), { session: next.session, hash: next.hash }, now)
    if (!isReplaced) return yield* new SessionEnded()
    return { session: next.session, secret: next.secret }
  })

  const { logIn, confirm } = yield* makeLogIn({ open, renew })

  const list = Effect.fnUntraced(function* (userId: UserId) {
    const now = yield* Clock.currentTimeMillis
    const [user, all] = yield* Effect.all([store.users.find(userId), sessions.list(userId, now)], { concurrency: 2 })
    return user === null ? [] : all.filter((session) => isSessionLive(session, user, now))
  })

  const recordClosed = (userId: UserId, count: number, closed: ClosedBy, credential: string | null) =>
    audit.append("session.closed", {
      details: { by: closed.as ?? "owner", count },
      actor: closed.actor ?? null,
      subject: userId,
      credential,
      client: closed.client ?? unknownClient
    })

  const close = Effect.fnUntraced(function* (key: SessionKey, closed: ClosedBy = {}) {
    const isClosed = yield* sessions.close(key)
    if (isClosed) yield* recordClosed(key.owner, 1, closed, `session:${key.id}`)
    return isClosed
  })

  /** By the secret alone: a session that a password change has just killed must not be renewed by it any more (SES-06). */
  const closeBySecret = Effect.fnUntraced(function* (secret: SecretText, closed: ClosedBy = {}) {
    const parsed = credentials.parse(reveal(secret))
    const session = parsed?.kind === "ses" ? yield* sessions.find(parsed.owner, parsed.hash) : null
    return session === null ? false : yield* close(keyOf(session), closed)
  })

  const closeOthers = Effect.fnUntraced(function* (session: Session, closed: ClosedBy = {}) {
    const count = yield* sessions.closeAll(session.userId, session.id)
    if (count > 0) yield* recordClosed(session.userId, count, closed, null)
    return count
  })

  /** The epoch has ended them already: what stays stored opens nothing. */
  const tidyTokens = (userId: UserId) =>
    Effect.catchTag(store.tokens.revokeAll(userId), "StoreError", ({ operation }) =>
      Effect.logWarning("ended tokens open nothing, but stay stored", { operation, user: userId })
    )

  const closeAllOf = Effect.fnUntraced(function* (userId: UserId, closed: ClosedBy = {}) {
    const user = yield* store.users.endCredentials(userId, yield* Clock.currentTimeMillis)
    const count = yield* sessions.closeAll(userId, null)
    if (user !== null || count > 0) yield* recordClosed(userId, count, closed, null)
    yield* tidyTokens(userId)
    return count
  })

  const setData = Effect.fnUntraced(function* (session: Session, data: Json) {
    const size = new TextEncoder().encode(JSON.stringify(data)).length
    if (size > DATA_LIMIT) return yield* new SessionDataTooLarge({ size })
    const isWritten = yield* sessions.setData(keyOf(session), { version: session.dataVersion, data })
    if (!isWritten) return yield* new SessionDataChanged()
    return { ...session, data, dataVersion: session.dataVersion + 1 }
  })

  return Sessions.of({
    logIn,
    open,
    resume,
    confirm,
    renew,
    list,
    close,
    closeBySecret,
    closeOthers,
    closeAllOf,
    setData
  })
})
