import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { auditNameOf, type Client } from "../audit/trace.ts"
import { type Identity, type SessionIdentity, traceOf } from "../identity/identity.ts"
import {
  admin,
  all,
  either,
  type Policy,
  permits,
  person,
  type Refusal,
  type RefusalCode,
  recently,
  viaSession
} from "../identity/policies.ts"
import type { UserId } from "../secret/user-id.ts"
import { CredentialEnded, findActing } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import { AdminRefused } from "./admin-errors.ts"
import type { AdminService } from "./admin-service.ts"

const recent = recently("10 minutes")

/**
 * Who gives somebody a right or a way into an account: administrators who logged in within the last ten minutes, because whoever sits
 * down at their unlocked screen reaches every account. Never a program: whoever steals its token could outlive it (ADM-05).
 */
export const recentAdmin: Policy<Identity> = all(admin, person, recent)

/** Who may act in a user's place: never with a token, which a program keeps, nor with a password that comes with each request (IMP-01). */
export const impersonates: Policy<SessionIdentity> = all(recentAdmin, viaSession)

/** A program with a token of its own. Of an administrator's, `admin` lets in those with the scope for it. */
const viaToken: Policy<Identity> = {
  name: "viaToken",
  judge: (identity) => (identity?.via === "token" ? null : { code: "session-required" })
}

/** Who makes ordinary users: administrators with a recent log-in, and programs with a token for it, which have none. */
export const administers: Policy<Identity> = all(admin, either(viaToken, recent))

/** What an administrator asks for: a verb, about whom, and from where. */
export interface Asked {
  readonly verb: keyof AdminService
  /** Null for somebody new. */
  readonly subject: UserId | null
  readonly client: Client | undefined
}

/**
 * Looks whether a caller may administer now: by their row and their session or token as they are, not as they were at the gate (ADM-16).
 * A refusal is in the trail: the gate let them in, so nothing else tells that a token tried to make a superuser (AUD-01).
 */
export const makeAsAdmin = Effect.fnUntraced(function* () {
  const store = yield* Store
  const audit = yield* Audit

  return Effect.fnUntraced(function* (
    actor: Identity,
    { verb, subject, client }: Asked,
    policy: Policy<Identity> = admin
  ): Effect.fn.Return<User, AdminRefused | CredentialEnded | StoreError> {
    const now = yield* Clock.currentTimeMillis
    const refusal = refusalOf(policy, actor, now)
    if (refusal !== null) {
      const details = { policy: policy.name, path: `admin.${verb}` }
      const trace = { subject, credential: auditNameOf(actor), ...traceOf(actor, client) }
      yield* audit.append("access.denied", { details, ...trace })
      return yield* new AdminRefused(refusal)
    }
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
