import { Audit, type Identity, Passwords, permits, recently, WrongPassword } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FormProblems } from "../surface/or-page-again.ts"
import { NotFresh, type RouteError } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { sessionTexts as texts } from "./texts.ts"

/** A log-in this young proves as much as typing the password again. */
const fresh = recently("10 minutes")

/** Whether the password must be typed for what must not happen at an unlocked screen. */
export const mustProve = (identity: Identity, { settings }: SurfaceContext) =>
  Effect.map(
    Clock.currentTimeMillis,
    (now) => settings.profile.requireCurrentPassword && !permits(fresh, identity, now)
  )

/** What an attempt at the current password counts as, and how a wrong one is told in the audit trail. */
const auditTypes = { "change-password": "password.change-refused", confirm: "session.confirm-refused" } as const

/**
 * A current password that is given is always checked; without one the log-in must be fresh, if the settings ask for proof
 * at all. Fails with `WrongPassword`, or with `NotFresh` where none is given.
 */
export const proveSelf = Effect.fnUntraced(function* (
  { identity, client }: Pick<Call<Identity, unknown>, "identity" | "client">,
  current: string | undefined,
  action: keyof typeof auditTypes,
  context: SurfaceContext
): Effect.fn.Return<void, RouteError, Passwords | Audit> {
  if (current === undefined) {
    if (yield* mustProve(identity, context)) return yield* Effect.fail(new NotFresh())
    return
  }
  const [passwords, audit] = [yield* Passwords, yield* Audit]
  const claim = { who: identity.user.id, password: current, action, client, device: null } as const
  const verdict = yield* passwords.check(claim)
  if (verdict.isRight) return
  const trace = { actor: identity.user.id, subject: identity.user.id, client }
  yield* audit.append(auditTypes[action], { details: {}, ...trace })
  return yield* new WrongPassword()
})

/** How a missing or wrong current password reads beside its field. */
export const proofProblems = {
  NotFresh: () => ({ status: 422, errors: { current_password: texts.notFresh } }),
  WrongPassword: () => ({ status: 422, errors: { current_password: texts.wrongPassword } })
} satisfies FormProblems
