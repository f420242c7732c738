import { Audit, evenPending, type Identity, Passwords, permits, recently, traceOf, WrongPassword } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FormProblems } from "../surface/or-page-again.ts"
import { NotFresh, type RouteError } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** A log-in this recent proves as much as typing the password again. */
const FRESH_WITHIN = "10 minutes"

/** Also for who must choose another password. */
const fresh = evenPending(recently(FRESH_WITHIN), "password-change")

/** Whether to ask for the password again, to protect sensitive actions at an unlocked screen. */
export const mustProve = (identity: Identity, { settings }: SurfaceContext) =>
  Effect.map(
    Clock.currentTimeMillis,
    (now) => settings.profile.requireCurrentPassword && !permits(fresh, identity, now)
  )

/** How attempts at the current password are counted, and how the audit trail records a wrong one. */
const auditTypes = { "change-password": "password.change-refused", confirm: "session.confirm-refused" } as const

/**
 * Checks the current password if there is one. Without one the log-in must be recent, if the settings ask for proof at all.
 * Fails with `WrongPassword`, or with `NotFresh` if there is no password.
 */
export const proveSelf = Effect.fnUntraced(function* (
  { identity, client, device }: Pick<Call<Identity, unknown>, "identity" | "client" | "device">,
  current: string | undefined,
  action: keyof typeof auditTypes,
  context: SurfaceContext
): Effect.fn.Return<void, RouteError, Passwords | Audit> {
  if (current === undefined) {
    if (yield* mustProve(identity, context)) return yield* Effect.fail(new NotFresh())
    return
  }
  const [passwords, audit] = [yield* Passwords, yield* Audit]
  const claim = { who: identity.user.id, password: current, action, client, device } as const
  const verdict = yield* passwords.check(claim)
  if (verdict.isRight) return
  const trace = { subject: identity.user.id, ...traceOf(identity, client) }
  yield* audit.append(auditTypes[action], { details: {}, ...trace })
  return yield* new WrongPassword()
})

/** The current password in a body; an empty field of a form counts as none. */
export const givenPassword = (current: string | null | undefined): string | undefined =>
  current === null || current === "" ? undefined : current

/** The texts beside the field for a missing or wrong current password. */
export const proofProblems = {
  NotFresh: () => ({ status: 422, errors: { current_password: ["current-password-missing"] } }),
  WrongPassword: () => ({ status: 422, errors: { current_password: ["current-password-wrong"] } })
} satisfies FormProblems
