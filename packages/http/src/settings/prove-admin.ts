import { type Audit, type Identity, type Passwords, permits, recently } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { proveSelf } from "../sessions/prove-self.ts"
import { NotFresh, type RouteError } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

const fresh = recently("10 minutes")

/**
 * Whether an administrator must give their password: always after ten minutes, whatever `profile.requireCurrentPassword` says of
 * what is their own. A token has no log-in; its scope says that it may (SET-20).
 */
export const mustProveAdmin = (identity: Identity) =>
  identity.via === "token"
    ? Effect.succeed(false)
    : Effect.map(Clock.currentTimeMillis, (now) => !permits(fresh, identity, now))

/** Fails with `NotFresh` if the log-in is old and there is no password, and with `WrongPassword` if there is a wrong one. */
export const proveAdmin = Effect.fnUntraced(function* (
  call: Call<Identity, unknown>,
  current: string | undefined,
  context: SurfaceContext
): Effect.fn.Return<void, RouteError, Passwords | Audit> {
  if (current !== undefined) return yield* proveSelf(call, current, "confirm", context)
  if (yield* mustProveAdmin(call.identity)) return yield* Effect.fail(new NotFresh())
})
