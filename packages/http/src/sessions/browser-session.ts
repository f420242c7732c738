import {
  type Client,
  type Identity,
  type JwtIdentity,
  LONGEST_COOKIE_MS,
  type OpenedSession,
  reveal,
  type SessionIdentity,
  Sessions,
  type StoreError,
  traceOf
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** A device credential outlives sessions, so that its owner can log in while others guess passwords (RAT-03). */
const DEVICE_SECONDS = LONGEST_COOKIE_MS / 1_000

/** The cookies for a session that was just opened in a browser. */
export const cookiesOf = (
  { caller }: SurfaceContext,
  opened: OpenedSession & { readonly device?: Parameters<typeof reveal>[0] | null }
): ReadonlyArray<string> => [
  caller.sessionCookie.set(reveal(opened.secret)),
  ...(opened.device ? [caller.deviceCookie.set(reveal(opened.device), DEVICE_SECONDS)] : [])
]

/** Removes the cookie in which an administrator's own session waits, from a browser that has one: that session has ended (SES-07). */
export const withoutWaiting = (
  { adminSecret }: Pick<Call<null, unknown>, "adminSecret">,
  { caller }: Pick<SurfaceContext, "caller">
): ReadonlyArray<string> => (adminSecret === null ? [] : [caller.adminCookie.clear()])

/** The session that a request came with, if it came with one. */
export const currentSessionId = (identity: Identity): string | null =>
  identity.via === "session" || identity.via === "bearer" ? identity.session.id : null

/**
 * Ends the session that a browser brings, because a log-in must not leave the old one behind (SES-03). It also ends one that an
 * `Authorization` header excluded, and one that has just ended: by its secret, so that it is not resumed first (SES-06, SES-27).
 */
export const endBroughtSession = Effect.fnUntraced(function* (
  call: Pick<Call<Identity | null, unknown>, "identity" | "client" | "sessionSecret" | "adminSecret">
) {
  const { client, adminSecret } = call
  const isEnded = yield* endOwnSession(call)
  // Whoever acts as somebody else has left a session of their own.
  if (adminSecret === null) return isEnded
  yield* Sessions.use((sessions) => sessions.closeBySecret(adminSecret, { client, as: "logout" }))
  return true
})

const endOwnSession = (
  call: Pick<Call<Identity | null, unknown>, "identity" | "client" | "sessionSecret">
): Effect.Effect<boolean, StoreError, Sessions> => {
  const { identity, client, sessionSecret } = call
  if (identity?.via === "session") return endSession(identity, client)
  if (sessionSecret === null) return Effect.succeed(false)
  return Effect.flatMap(Sessions, (sessions) => sessions.closeBySecret(sessionSecret, { client, as: "logout" }))
}

/** Ends the session that a request came with, or its token. A stateless one lives on, as its option says. */
export const endSession = (identity: SessionIdentity | JwtIdentity, client: Client) =>
  Effect.flatMap(Sessions, (sessions) => {
    const trace = { ...traceOf(identity, client), as: "logout" } as const
    if (identity.via === "jwt") return sessions.closeToken(identity, trace)
    return sessions.close({ owner: identity.user.id, id: identity.session.id }, trace)
  })

/**
 * After a password change, a browser session gets a new secret in a new cookie, and the device another, because the change ended
 * what was known of it. A bearer session keeps its secret.
 */
export const renewedCookies = Effect.fnUntraced(function* (
  call: Pick<Call<Identity, unknown>, "identity">,
  user: Identity["user"],
  context: SurfaceContext
) {
  if (call.identity.via !== "session") return []
  const sessions = yield* Sessions
  const opened = yield* sessions.renew(call.identity.session, user)
  return cookiesOf(context, { ...opened, device: yield* sessions.rememberDevice(user) })
})
