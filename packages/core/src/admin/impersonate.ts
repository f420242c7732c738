import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { safeText } from "../audit/safe-text.ts"
import { sessionName, unknownClient } from "../audit/trace.ts"
import { type Identity, traceOf } from "../identity/identity.ts"
import { Credentials } from "../secret/credentials.ts"
import { SignedTokens } from "../secret/signed-tokens.ts"
import type { UserId } from "../secret/user-id.ts"
import { makeSessionOpener } from "../session/open-session.ts"
import { makePushedOut } from "../session/pushed-out.ts"
import type { SessionOptions } from "../session/session-service.ts"
import { CredentialEnded, isCredentialThere } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import { UserNotFound } from "../user/user-errors.ts"
import { millisOf } from "../vocabulary/time.ts"
import { AdminRefused, ImpersonationInvalid, ImpersonationRefused } from "./admin-errors.ts"
import type { AdminOptions, AdminService, Impersonating } from "./admin-service.ts"
import { impersonates, makeAsAdmin } from "./as-admin.ts"

/** Characters of a reason. */
const LONGEST_REASON = 200

/** How many sessions there are at once in which administrators act in one user's place. One more ends the oldest (IMP-11). */
const MOST_AT_ONCE = 20

/** Sessions in which an administrator acts in a user's place. */
export const makeImpersonate = Effect.fnUntraced(function* (options: AdminOptions, sessionOptions: SessionOptions) {
  const store = yield* Store
  const audit = yield* Audit
  const opener = makeSessionOpener(sessionOptions, yield* Credentials, yield* SignedTokens)
  const asAdmin = yield* makeAsAdmin()
  const pushedOut = makePushedOut(store, audit)

  const readLifetime = (lifetime: Duration.Input | undefined) => {
    const read = lifetime === undefined ? options.lifetime : millisOf(lifetime)
    return Number.isInteger(read) && read > 0 && read <= options.lifetime
      ? Effect.succeed(read)
      : new ImpersonationInvalid({ field: "lifetime", problem: "must be positive, and at most impersonation.lifetime" })
  }

  const readReason = (reason: string | null | undefined) => {
    const given = reason?.trim() ?? ""
    if (given === "") return Effect.succeed(null)
    return [...given].length > LONGEST_REASON
      ? new ImpersonationInvalid({ field: "reason", problem: `must have at most ${LONGEST_REASON} characters` })
      : Effect.succeed(safeText(given, given.length))
  }

  const findTarget = Effect.fnUntraced(function* (id: UserId, admin: UserId) {
    const user = yield* store.users.find(id)
    if (user === null || !user.isActive) return yield* new UserNotFound()
    if (user.id === admin) return yield* new ImpersonationRefused({ reason: "self" })
    if (user.isSuperuser && !options.ofSuperusers) return yield* new ImpersonationRefused({ reason: "superuser" })
    return user
  })

  const impersonate: AdminService["impersonate"] = Effect.fn("Admin.impersonate")(function* (
    actor: Identity,
    id: UserId,
    { reason, lifetime, kind = "bearer", client = unknownClient }: Impersonating = {}
  ) {
    const admin = yield* asAdmin(actor, { verb: "impersonate", subject: id, client }, impersonates)
    if (!("session" in actor)) return yield* new AdminRefused({ code: "session-required" }) // `impersonates` let none through
    if (!options.enabled) return yield* new ImpersonationRefused({ reason: "off" })
    const asked = { reason: yield* readReason(reason), lifetime: yield* readLifetime(lifetime) }
    const user = yield* findTarget(id, admin.id)
    const impersonation = { by: admin.id, epoch: admin.epoch, session: actor.session.id, reason: asked.reason }
    const now = yield* Clock.currentTimeMillis
    const { session, secret, hash } = yield* opener.impersonate(
      user,
      { impersonation, kind, lifetime: asked.lifetime },
      now
    )
    // Before the session is there: without a trail there is none (IMP-06).
    yield* audit.record("impersonation.begun", {
      details: { reason: asked.reason, expiresAt: session.expiresAt },
      subject: user.id,
      credential: sessionName(session.id),
      ...traceOf(actor, client)
    })
    yield* pushedOut(user.id, yield* store.sessions.insert({ session, hash }, MOST_AT_ONCE), client)
    if (yield* isCredentialThere(store, actor)) return { user, session, secret }
    yield* store.sessions.close({ owner: user.id, id: session.id })
    return yield* new CredentialEnded()
  })

  return impersonate
})
