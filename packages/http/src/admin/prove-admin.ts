import { type Identity, permits, recentAdmin } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { givenPassword, proveSelf } from "../sessions/prove-self.ts"
import { NotFresh, type RouteError } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** Whether an administrator's log-in is too old for what gives or takes a way into an account (ADM-05). A password makes up for it. */
export const mustProveAdmin = (identity: Identity): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => identity.via !== "token" && !permits(recentAdmin, identity, now))

/**
 * The administrator as who acts. With the current password in the form they are who has just logged in, for this one step: the form
 * need not be left, and nothing in it is lost. A wrong one is counted and on record, as everywhere.
 */
export const provenAdmin = Effect.fnUntraced(function* (
  call: Pick<Call<Identity, unknown>, "identity" | "client" | "device">,
  current: string | null | undefined,
  context: SurfaceContext
) {
  const { identity } = call
  const password = givenPassword(current)
  if (password === undefined) return identity
  yield* proveSelf(call, password, "confirm", context)
  if (!("session" in identity)) return identity
  return { ...identity, session: { ...identity.session, authenticatedAt: yield* Clock.currentTimeMillis } }
})

/** An old log-in is mended on the form itself, by the password. */
export const orAskPassword = <A, R>(attempt: Effect.Effect<A, RouteError, R>): Effect.Effect<A, RouteError, R> =>
  Effect.catch(attempt, (error) =>
    error._tag === "AdminRefused" && error.code === "reauthentication-required"
      ? Effect.fail(new NotFresh())
      : Effect.fail(error)
  )
