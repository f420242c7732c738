import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { makeLogLimit } from "../audit/log-limit.ts"
import { sessionName, unknownClient } from "../audit/trace.ts"
import type { Passwords } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { maybeSigned, SignedTokens } from "../secret/signed-tokens.ts"
import type { UserId } from "../secret/user-id.ts"
import { type FoundSession, Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Throttle } from "../throttle/throttle.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"
import { type ListPage, wantedPage } from "../vocabulary/page.ts"
import { type Instant, NEVER } from "../vocabulary/time.ts"
import { makeLogIn } from "./log-in.ts"
import type { LoneToken, ResumedToken } from "./lone-token.ts"
import { makeSessionOpener } from "./open-session.ts"
import { makePushedOut } from "./pushed-out.ts"
import {
  type Impersonation,
  isSessionLive,
  type Json,
  mayStillImpersonate,
  type Session,
  type SessionId,
  type SessionKind
} from "./session.ts"
import { NotVerified, SessionDataChanged, SessionDataTooLarge, SessionEnded } from "./session-errors.ts"
import type {
  ClosedBy,
  ImpersonationOptions,
  OpenContext,
  ResumedSession,
  SessionOptions,
  SessionService
} from "./session-service.ts"
import type { SessionKey } from "./session-store.ts"
import { makeSignedSessions } from "./signed-sessions.ts"

/** Sessions: opening them with a password, resuming them on each request, ending them. */
export class Sessions extends Context.Service<Sessions, SessionService>()("@latchkey/core/Sessions") {
  static readonly layer = (
    options: SessionOptions,
    impersonation: ImpersonationOptions
  ): Layer.Layer<Sessions, never, Store | Passwords | Throttle | Audit | Credentials | SignedTokens> =>
    Layer.effect(Sessions, makeSessions(options, impersonation))
}

const DATA_LIMIT_BYTES = 16 * 1024

const nothing = Effect.succeed(null)

const keyOf = (session: Session): SessionKey => ({ owner: session.userId, id: session.id })

const makeSessions = Effect.fnUntraced(function* (options: SessionOptions, impersonation: ImpersonationOptions) {
  const store = yield* Store
  const { sessions } = store
  const audit = yield* Audit
  const credentials = yield* Credentials
  const signed = yield* SignedTokens
  const tokens = makeSignedSessions(signed, store, (user, actor) => mayBeImpersonated(user) && isVerifiedEnough(actor))
  const opener = makeSessionOpener(options, credentials, signed)
  const pushedOut = makePushedOut(store, audit)
  const log = makeLogLimit()

  const open = Effect.fn("Sessions.open")(function* (user: User, context: OpenContext = {}) {
    const { kind = "bearer", client = unknownClient, isRecent = true } = context
    if (!isVerifiedEnough(user)) return yield* new NotVerified()
    const now = yield* Clock.currentTimeMillis
    // What a program is given by a CLI login can be taken away by itself, so there is always a session behind it (JWT-09).
    const isStateless = signed?.isStateless === true && kind === "bearer" && isRecent
    const authenticatedAt = isRecent ? now : NEVER
    const opened = yield* opener.create(user, { kind, client, authenticatedAt }, now, isStateless)
    if (isStateless) return { session: opened.session, secret: opened.secret }
    const ended = yield* sessions.insert({ session: opened.session, hash: opened.hash }, options.perUser)
    yield* pushedOut(user.id, ended, client)
    return { session: opened.session, secret: opened.secret }
  })

  // Every request with a session comes through here: no generator, no span, one store call; none for junk.
  const resume = (secret: SecretText, kind?: SessionKind): Effect.Effect<ResumedSession | null, StoreError> => {
    const text = reveal(secret)
    const parsed = credentials.parse(text)
    if (parsed?.kind === "ses")
      return Effect.flatMap(store.lookupSession(parsed.owner, parsed.hash), (found) => judge(found, kind))
    return kind === "browser" || parsed !== null ? nothing : Effect.flatMap(tokens.find(text), judgeBearer)
  }

  const resumeBearer = (secret: SecretText): Effect.Effect<ResumedSession | ResumedToken | null, StoreError> => {
    const text = reveal(secret)
    return maybeSigned(text) ? tokens.open(text, judgeBearer) : resume(text, "bearer")
  }

  /** A signed token never opens a browser's session, whatever it names (SES-17). */
  const judgeBearer = (found: FoundSession | null) => judge(found, "bearer")

  const isLive = (session: Session, user: User, now: Instant): boolean =>
    isSessionLive(session, user, now) && !opener.isIdle(session, now)

  const judge = (found: FoundSession | null, kind?: SessionKind): Effect.Effect<ResumedSession | null, StoreError> =>
    found === null || (kind !== undefined && found.session.kind !== kind)
      ? nothing
      : Effect.clockWith((clock) => {
          const now = clock.currentTimeMillisUnsafe()
          if (!isLive(found.session, found.user, now)) return nothing
          if (found.session.impersonation !== null) return withActor(found, found.session.impersonation, now)
          return now - found.session.lastSeenAt < opener.touchEvery() ? Effect.succeed(found) : touch(found, now)
        })

  /** Dead as soon as the administrator may no longer act in the user's place (IMP-05). No use is noted: none makes it longer. */
  const withActor = (
    found: FoundSession,
    begun: Impersonation,
    now: Instant
  ): Effect.Effect<ResumedSession | null, StoreError> =>
    mayBeImpersonated(found.user)
      ? Effect.flatMap(store.users.find(begun.by), (actor) =>
          actor === null || !mayAct(begun, actor)
            ? nothing
            : Effect.map(sessions.isThere({ owner: actor.id, id: begun.session }, now), (isThere) =>
                isThere ? { ...found, actor } : null
              )
        )
      : nothing

  /** As the options are now, which may have changed since it began (IMP-10). */
  const mayBeImpersonated = ({ isSuperuser }: User): boolean =>
    impersonation.enabled && (impersonation.ofSuperusers || !isSuperuser)

  /** Who must verify their address again passes no policy for administrators either (IMP-05). */
  const mayAct = (begun: Impersonation, actor: User): boolean =>
    mayStillImpersonate(begun, actor) && isVerifiedEnough(actor)

  const isVerifiedEnough = (user: User): boolean => !options.requireVerified || hasVerifiedEmail(user)

  /** A session that ended in the meantime stays ended (SES-05). A store that can read but not write must not log anyone out. */
  const touch = (found: FoundSession, at: Instant): Effect.Effect<FoundSession | null> => {
    const idleExpiresAt = opener.idleEnd(found.session, at)
    return sessions.touch(keyOf(found.session), { at, idleExpiresAt }).pipe(
      Effect.map((isThere) =>
        isThere ? { user: found.user, session: { ...found.session, lastSeenAt: at, idleExpiresAt } } : null
      ),
      Effect.catchTag("StoreError", (error) =>
        Effect.as(log.warning("a session's use was not noted", error.logFields), found)
      )
    )
  }

  const renew = Effect.fn("Sessions.renew")(function* (
    session: Session,
    user: User,
    { isRecent = true }: Pick<OpenContext, "isRecent"> = {}
  ) {
    if (session.impersonation !== null) return yield* new SessionEnded() // never made longer (IMP-03)
    const now = yield* Clock.currentTimeMillis
    const next = yield* opener.renew(session, user, isRecent ? now : session.authenticatedAt, now)
    const isReplaced = yield* sessions.replace(keyOf(session), { session: next.session, hash: next.hash }, now)
    if (!isReplaced) return yield* new SessionEnded()
    yield* store.users.countRevocation(session.userId)
    return { session: next.session, secret: next.secret }
  })

  const { logIn, logInAgain, confirm, rememberDevice } = yield* makeLogIn({ open, renew })

  const list = Effect.fnUntraced(function* (userId: UserId, page: Partial<ListPage> = {}) {
    const now = yield* Clock.currentTimeMillis
    const user = yield* store.users.find(userId)
    if (user === null) return []
    const read = (from: ListPage) => sessions.list(userId, now, from)
    return yield* wantedPage(read, (session) => isLive(session, user, now), page)
  })

  const recordClosed = (
    subject: UserId,
    count: number,
    credential: string | null,
    { as = "owner", ...trace }: ClosedBy
  ) => audit.append("session.closed", { details: { by: as, count }, subject, credential, ...trace })

  const close = Effect.fn("Sessions.close")(function* (key: SessionKey, trace: ClosedBy = {}) {
    const isClosed = yield* sessions.close(key)
    yield* store.users.countRevocation(key.owner)
    if (isClosed) yield* recordClosed(key.owner, 1, sessionName(key.id), trace)
    return isClosed
  })

  /** By the secret alone: resuming the session first would renew one that a password change has just ended (SES-06). */
  const closeBySecret = Effect.fnUntraced(function* (secret: SecretText, trace: ClosedBy = {}) {
    const text = reveal(secret)
    const parsed = credentials.parse(text)
    const session =
      parsed?.kind === "ses"
        ? yield* sessions.find(parsed.owner, parsed.hash)
        : ((yield* tokens.find(text))?.session ?? null)
    return session === null ? false : yield* close(keyOf(session), trace)
  })

  const closeToken = Effect.fn("Sessions.closeToken")(function* (
    held: { readonly user: User; readonly jwt: LoneToken },
    trace: ClosedBy = {}
  ) {
    const isEnded = yield* tokens.end(held)
    if (isEnded) yield* recordClosed(held.user.id, 1, held.jwt.name, trace)
    return isEnded
  })

  const closeOthers = Effect.fn("Sessions.closeOthers")(function* (session: Session, trace: ClosedBy = {}) {
    if (session.impersonation !== null) return yield* new SessionEnded() // nobody's own session to go on with (IMP-04)
    return yield* closeAllBut(session.id, { id: session.userId, epoch: session.epoch }, trace)
  })

  const closeAll = Effect.fn("Sessions.closeAll")(function* (userId: UserId, trace: ClosedBy = {}) {
    const user = yield* store.users.find(userId)
    return user === null ? 0 : yield* closeAllBut(null, user, trace)
  })

  const closeAllBut = Effect.fnUntraced(function* (
    kept: SessionId | null,
    { id, epoch }: Pick<User, "id" | "epoch">,
    trace: ClosedBy
  ) {
    const isAnyOldEnded = yield* tokens.endAllOld(id, epoch)
    const isAnyStatelessEnded = signed?.isStateless === true && (yield* endByEpoch(id, kept))
    const count = yield* sessions.closeAll(id, kept)
    yield* store.users.countRevocation(id)
    // What is not in the store is not in the count either, but the trail says that it was ended (AUD-01).
    if (count > 0 || isAnyOldEnded || isAnyStatelessEnded) yield* recordClosed(id, count, null, trace)
    return count
  })

  /**
   * Stateless tokens end with the epoch only. To set the password that the user has moves it, and the session that is kept with it, in one
   * step. Where another call has moved it meanwhile, that has ended them.
   */
  const endByEpoch = Effect.fnUntraced(function* (userId: UserId, keep: SessionId | null) {
    const found = yield* store.users.findWithPassword(userId)
    if (found === null) return false
    const { passwordHash: hash, user } = found
    const password = { hash, mustChangePassword: user.mustChangePassword, keep }
    const proof = { epoch: user.epoch, revocations: null }
    const moving = store.users.changeWithProof(userId, { password }, proof, yield* Clock.currentTimeMillis)
    return (yield* Effect.catchTag(moving, "AccountNameTaken", Effect.die)) !== null // no name changes
  })

  const setData = Effect.fn("Sessions.setData")(function* (session: Session, data: Json) {
    const size = new TextEncoder().encode(JSON.stringify(data)).length
    if (size > DATA_LIMIT_BYTES) return yield* new SessionDataTooLarge({ size })
    const isWritten = yield* sessions.setData(keyOf(session), { version: session.dataVersion, data })
    if (!isWritten) return yield* new SessionDataChanged()
    return { ...session, data, dataVersion: session.dataVersion + 1 }
  })

  return Sessions.of({
    logIn,
    logInAgain,
    open,
    resume,
    resumeBearer,
    confirm,
    renew,
    rememberDevice,
    list,
    close,
    closeBySecret,
    closeToken,
    closeOthers,
    closeAll,
    setData
  })
})
