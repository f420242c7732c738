import { Audit, type Identity, Passwords, permits, recently, WrongPassword } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Refused } from "../surface/problem.ts"
import { plainProblem, type RouteError } from "../surface/problems.ts"
import type { Toolkit } from "../surface/surface-context.ts"
import type { Call } from "../surface/route.ts"

/** A log-in this young proves as much as typing the password again. */
const fresh = recently("10 minutes")

/** Whether the password must be typed for what must not happen at an unlocked screen. */
export const mustProve = (identity: Identity, { settings }: Toolkit) =>
  Effect.map(
    Clock.currentTimeMillis,
    (now) => settings.profile.requireCurrentPassword && !permits(fresh, identity, now)
  )

/** What an attempt at the current password counts as, and how a wrong one is told in the audit trail. */
const refusals = { "change-password": "password.change-refused", confirm: "session.confirm-refused" } as const

/**
 * A current password that is given is always checked; without one the log-in must be fresh, if the settings ask for proof
 * at all. Fails with `WrongPassword`, or as not fresh where none is given.
 */
export const proveSelf = Effect.fnUntraced(function* (
  { identity, client }: Pick<Call<Identity, unknown>, "identity" | "client">,
  current: string | undefined,
  action: keyof typeof refusals,
  tools: Toolkit
): Effect.fn.Return<void, RouteError, Passwords | Audit> {
  if (current === undefined) {
    if (yield* mustProve(identity, tools)) return yield* Effect.fail(new Refused(plainProblem.notFresh))
    return
  }
  const claim = { who: identity.user.id, password: current, action, client, device: null } as const
  const verdict = yield* (yield* Passwords).check(claim)
  if (verdict.isRight) return
  const trace = { actor: identity.user.id, subject: identity.user.id, client }
  yield* (yield* Audit).append(refusals[action], { details: {}, ...trace })
  return yield* new WrongPassword()
})
