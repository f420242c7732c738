import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { Audit } from "../audit/audit.ts"
import type { LoginRefusedReason } from "../audit/audit-event.ts"
import type { Client } from "../audit/trace.ts"
import { type CheckFailure, Passwords } from "../password/passwords.ts"
import { RandomBytes } from "../secret/random.ts"
import { Store } from "../store/store.ts"
import { StoreError } from "../store/store-error.ts"
import { StoreProblem } from "../store/store-problem.ts"
import { type CanonicalName, parseAccountName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"
import { type PasswordIdentity, pendingOf } from "./identity.ts"
import { makePasswordCache } from "./password-cache.ts"

/** A user name and password as HTTP Basic brings them. */
export interface BasicClaim {
  readonly name: string
  readonly password: string
  readonly client: Client
}

type Checked = PasswordIdentity | null

/** Longer than any check that can still end. A check whose store call is never answered must not hold up later ones. */
const ENDS_WITHIN = "30 seconds"

const NO_ANSWER = new StoreProblem({ message: `a password was not judged within ${ENDS_WITHIN}` })

/**
 * Who a user name and password belong to; null for nobody. It is a log-in without a session: throttled, recorded, and of
 * one cost for all (BAS-07). A password that was right is not hashed again for a minute, and requests that bring the same
 * password at the same time share one hash. The right password of a user who must verify an address is remembered too, but is no
 * log-in. The user is read each time, and their epoch is part of the cache's key, so whatever ends their credentials ends this
 * at once (BAS-08), and what they must do first is never older than the request.
 */
export const makeBasicPassword = Effect.fnUntraced(function* (options: { readonly requireVerified: boolean }) {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit
  const scope = yield* Effect.scope
  const cache = makePasswordCache((yield* RandomBytes)(32))
  const running = new Map<string, Fiber.Fiber<Checked, CheckFailure>>()

  const refuse = (subject: User | null, reason: LoginRefusedReason, client: Client) =>
    Effect.as(
      audit.append("login.refused", { details: { method: "basic", reason }, subject: subject?.id ?? null, client }),
      null
    )

  const hashed = Effect.fnUntraced(function* (who: CanonicalName | null, { password, client }: BasicClaim) {
    const verdict = yield* passwords.check({ who, password, action: "login", client, device: null })
    if (!verdict.isRight) return yield* refuse(verdict.user, verdict.reason, client)
    const { user } = verdict
    const now = yield* Clock.currentTimeMillis
    const identity = identityOf(user, now)
    if (identity.pending === "email-verification") yield* refuse(user, "not-verified", client)
    else {
      yield* users.recordLogin(user.id, now)
      yield* audit.append("login.succeeded", { details: { method: "basic" }, actor: user.id, subject: user.id, client })
    }
    cache.remember(cache.nameOf(whoIs(identity), password), now)
    return identity
  })

  const identityOf = (user: User, authenticatedAt: Instant): PasswordIdentity => ({
    user,
    pending: pendingOf(user, options),
    via: "basic",
    scopes: "all",
    authenticatedAt
  })

  /** Runs apart from the request that begins it: others may wait for it after that one is gone. */
  const once = (name: string, work: Effect.Effect<Checked, CheckFailure>): Effect.Effect<Checked, CheckFailure> =>
    Effect.suspend(() => {
      const known = running.get(name)
      if (known !== undefined) return Fiber.join(known)
      const orElse = () => new StoreError({ operation: "check of a password", cause: NO_ANSWER })
      const bounded = Effect.timeoutOrElse(work, { duration: ENDS_WITHIN, orElse })
      return Effect.flatMap(Effect.forkIn(bounded, scope), (fiber) => {
        running.set(name, fiber)
        fiber.addObserver(() => running.get(name) === fiber && running.delete(name))
        return Fiber.join(fiber)
      })
    })

  return Effect.fnUntraced(function* (claim: BasicClaim): Effect.fn.Return<Checked, CheckFailure> {
    const who = parseAccountName(claim.name)
    const found = who === null ? null : yield* users.findByName(who)
    const now = yield* Clock.currentTimeMillis
    const identity = found === null ? null : identityOf(found.user, now)
    // An unknown name gets one cache key for all its spellings, like a known one, so that both are counted alike (ENU-06).
    const subject = identity === null ? ["nobody", who?.canonical ?? claim.name] : whoIs(identity)
    const name = cache.nameOf(subject, claim.password)
    const rightAt = cache.recall(name, now)
    const isKnown = identity?.user.isActive === true && rightAt !== null
    return isKnown ? { ...identity, authenticatedAt: rightAt } : yield* once(name, hashed(who, claim))
  })
})

/** Someone who is no longer pending gives their password anew, so that their log-in is on record. */
const whoIs = ({ user, pending }: PasswordIdentity): ReadonlyArray<string | number> => [
  user.id,
  user.epoch,
  pending ?? "nothing"
]
