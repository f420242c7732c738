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

/** A device credential outlives every session: it is what keeps its owner able to log in while others guess (RAT-03). */
const DEVICE_SECONDS = LONGEST_COOKIE_MS / 1_000

/** The cookies of a session that was just opened in a browser. */
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

/** Ends the session that a request came with. Whoever logs in anew leaves the old one behind: none is kept over a log-in (SES-03). */
export const endSession = (identity: SessionIdentity, client: Client) =>
  Effect.flatMap(Sessions, (sessions) => {
    const key = { owner: identity.user.id, id: identity.session.id }
    return sessions.close(key, { actor: identity.user.id, client, as: "logout" })
  })

/** After a password change: the session that made it goes on under a new secret, in a cookie; a bearer session has ended. */
export const renewedCookies = Effect.fnUntraced(function* (
  call: Pick<Call<Identity, unknown>, "identity">,
  user: Identity["user"],
  context: SurfaceContext
) {
  if (call.identity.via !== "session") return []
  const sessions = yield* Sessions
  return cookiesOf(context, yield* sessions.renew(call.identity.session, user))
})
