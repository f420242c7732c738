import {
  Audit,
  type AuthServices,
  admit,
  auditNameOf,
  type Client,
  type IdentifyFailure,
  type Identity,
  isImpersonated,
  type Policy,
  type Refusal,
  traceOf
} from "@latchkey/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Caller } from "./caller.ts"
import { type Head, recordedPath } from "./head.ts"
import type { Problem } from "./problem.ts"
import { plainProblem, problemOf, problemOfRefusal } from "./problems.ts"

/**
 * Who a failed request is from, for the menu of its page. Null is nobody. `unasked`: no step has looked yet. `unknown`: nobody
 * can or may tell, as with a forged request or while the store is away.
 */
export type Asker = Identity | null | "unasked" | "unknown"

/** A problem from the gate, before any handler ran. */
export class GateProblem {
  readonly _tag = "GateProblem"
  readonly problem: Problem
  readonly asker: Asker
  constructor(problem: Problem, asker: Asker) {
    this.problem = problem
    this.asker = asker
  }
}

/** The errors that can happen while a credential is checked, when the gate can neither allow nor refuse. */
export type GateFailure = Exclude<IdentifyFailure, { readonly _tag: "CredentialInvalid" | "CredentialMalformed" }>

/**
 * Answers a browser whose session a foreign credential shadows by saying so. Sent to the login page it would log in, come back with
 * the same header, and be sent there again (BAS-11).
 */
export const refuseForeignCredential = (
  head: Head,
  caller: Pick<Caller, "shadowsSession">
): Effect.Effect<void, GateProblem | GateFailure> =>
  Effect.flatMap(caller.shadowsSession(head), (isShadowed) =>
    isShadowed ? Effect.fail(new GateProblem(plainProblem.foreignCredential, "unknown")) : Effect.void
  )

/** The checks in front of every handler, ours and the host's: not forged, identified, allowed. Reads only the head. */
export interface Gate {
  readonly pass: (
    head: Head,
    /** The first that refuses says why, and the last says as whom a handler sees the caller. Without any, nobody looks who calls. */
    policies: ReadonlyArray<Policy<Identity | null>>
  ) => Effect.Effect<Identity | null, GateProblem | GateFailure>
  /** Refuses a caller. Somebody who is refused is on record, with the name of the rule (AUD-01). */
  readonly refuse: (
    head: Head,
    identity: Identity | null,
    refusal: Refusal,
    rule: string
  ) => Effect.Effect<never, GateProblem>
}

/** `unauthorized` is for nobody. Somebody would be sent to the login page, and that would send them back (HDR-08). */
const fitting = (refusal: Refusal, identity: Identity | null): Refusal =>
  identity !== null && refusal.code === plainProblem.unauthorized.code ? { code: "forbidden" } : refusal

export const makeGate = (caller: Caller, context: Context.Context<AuthServices>): Gate => {
  const audit = Context.get(context, Audit)

  const refuse: Gate["refuse"] = (head, identity, refusal, rule) => {
    const refused = Effect.fail(new GateProblem(problemOfRefusal(fitting(refusal, identity)), identity))
    if (identity === null && refusal.code === plainProblem.unauthorized.code) return refused
    const client = caller.clientOf(head)
    const denied = audit.append("access.denied", {
      details: { policy: rule, path: recordedPath(head.target) },
      subject: identity !== null && isImpersonated(identity) ? identity.user.id : null,
      credential: identity === null ? null : auditNameOf(identity),
      ...(identity === null ? { client } : traceOf(identity, client))
    })
    return Effect.andThen(denied, refused)
  }

  const judge = (
    head: Head,
    policies: ReadonlyArray<Policy<Identity | null>>,
    identity: Identity | null
  ): Effect.Effect<Identity | null, GateProblem> =>
    Effect.clockWith((clock) => {
      const now = clock.currentTimeMillisUnsafe()
      let known = identity
      for (const policy of policies) {
        const admission = admit(policy, identity, now)
        if (!admission.isAllowed) return refuse(head, identity, admission.refusal, policy.name)
        known = admission.identity
      }
      return Effect.succeed(known)
    })

  /** Always on record, and never with a cookie (CSR-11). */
  const refuseForged = (head: Head, client: Client) =>
    Effect.andThen(
      audit.append("request.forged", {
        details: { method: head.method, path: recordedPath(head.target), site: head.header("sec-fetch-site") },
        client
      }),
      Effect.fail(new GateProblem(plainProblem.forged, "unknown"))
    )

  const pass: Gate["pass"] = (head, policies) => {
    if (caller.isForged(head)) return refuseForged(head, caller.clientOf(head))
    if (policies.length === 0) return Effect.succeed(null)
    return Effect.matchEffect(caller.identify(head), {
      onSuccess: (identity) => judge(head, policies, identity),
      onFailure: (error): Effect.Effect<Identity | null, GateProblem | GateFailure> => {
        if (error._tag === "CredentialInvalid") {
          return Effect.catch(judge(head, policies, null), (refused) =>
            Effect.andThen(refuseForeignCredential(head, caller), Effect.fail(refused))
          )
        }
        if (error._tag === "CredentialMalformed") return Effect.fail(new GateProblem(problemOf(error), "unknown"))
        return Effect.fail(error)
      }
    })
  }

  return { pass, refuse }
}
