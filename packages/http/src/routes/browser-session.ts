import { type Client, type Identity, type OpenedSession, reveal, type SessionIdentity, Sessions } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { Toolkit } from "../surface/toolkit.ts"
import type { Call } from "./route.ts"

/** A device credential outlives every session: it is what keeps its owner able to log in while others guess (RAT-03). */
const DEVICE_SECONDS = 400 * 24 * 3_600

/** The cookies of a session that was just opened in a browser. */
export const cookiesOf = (
  { caller }: Toolkit,
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
  tools: Toolkit
) {
  if (call.identity.via !== "session") return []
  return cookiesOf(tools, yield* (yield* Sessions).renew(call.identity.session, user))
})
