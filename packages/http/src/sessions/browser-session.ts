import {
  type Client,
  type Identity,
  LONGEST_COOKIE_MS,
  type OpenedSession,
  reveal,
  type SessionIdentity,
  Sessions
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

/** The session that a request came with, if it came with one. */
export const currentSessionId = (identity: Identity): string | null =>
  identity.via === "session" || identity.via === "bearer" ? identity.session.id : null

/** Ends the session that a request came with, because a new log-in must not keep the old session (SES-03). */
export const endSession = (identity: SessionIdentity, client: Client) =>
  Effect.flatMap(Sessions, (sessions) => {
    const key = { owner: identity.user.id, id: identity.session.id }
    return sessions.close(key, { actor: identity.user.id, client, as: "logout" })
  })

/**
 * After a password change, a browser session gets a new secret in a new cookie, and the device another, because the change ended
 * what was known of it. A bearer session has ended.
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
