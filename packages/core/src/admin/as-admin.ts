import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Identity } from "../identity/identity.ts"
import { admin, all, type Policy, permits, type Refusal, type RefusalCode, recently } from "../identity/policies.ts"
import { CredentialEnded, findActing } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import { AdminRefused } from "./admin-errors.ts"

/**
 * What an administrator needs for what gives or takes a way into an account: a log-in within the last ten minutes, so never a token
 * (ADM-05).
 */
export const recentAdmin = all(admin, recently("10 minutes"))

/** Looks whether a caller may administer now: by their row and their session or token as they are, not as they were at the gate (ADM-16). */
export const makeAsAdmin = Effect.fnUntraced(function* () {
  const store = yield* Store

  return Effect.fnUntraced(function* (
    actor: Identity,
    policy: Policy<Identity> = admin
  ): Effect.fn.Return<User, AdminRefused | CredentialEnded | StoreError> {
    const now = yield* Clock.currentTimeMillis
    const refusal = refusalOf(policy, actor, now)
    if (refusal !== null) return yield* new AdminRefused(refusal)
    const found = yield* findActing(store, actor)
    // Whoever is demoted gets another epoch, so their row is gone for what they act with.
    return found === null ? yield* new CredentialEnded() : found.user
  })
})

const refusalOf = (policy: Policy<Identity>, actor: Identity, now: number) => {
  if (permits(policy, actor, now)) return null
  const refusal: Refusal = policy.judge(actor, now) ?? { code: "admin-required" }
  return { code: refusal.code as RefusalCode, ...(refusal.scope === undefined ? {} : { scope: refusal.scope }) } // our own policies
}
