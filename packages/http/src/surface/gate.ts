import {
  Audit,
  type AuthServices,
  auditNameOf,
  type Client,
  type IdentifyFailure,
  type Identity,
  type Policy
} from "@latchkey/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Caller } from "./caller.ts"
import { type Head, pathOf } from "./head.ts"
import type { Problem } from "./problem.ts"
import { plainProblem, problemOf } from "./problems.ts"

/** Turned away before any handler ran. */
export class TurnedAway {
  readonly _tag = "TurnedAway"
  readonly problem: Problem
  constructor(problem: Problem) {
    this.problem = problem
  }
}

/** Why nobody could be let in or turned away: what may go wrong while a credential is checked. */
export type GateFailure = Exclude<IdentifyFailure, { readonly _tag: "CredentialInvalid" | "CredentialMalformed" }>

/** The checks that stand before every handler, of ours and of the host: not forged, known, allowed. Reads the head only. */
export type Gate = (
  head: Head,
  /** Null: who calls is not asked. */
  policy: Policy<Identity | null> | null
) => Effect.Effect<Identity | null, TurnedAway | GateFailure>

const isUnsafe = (method: string): boolean => method !== "GET" && method !== "HEAD" && method !== "OPTIONS"

export const makeGate = (caller: Caller, context: Context.Context<AuthServices>): Gate => {
  const audit = Context.get(context, Audit)

  const judge = (
    head: Head,
    policy: Policy<Identity | null>,
    identity: Identity | null
  ): Effect.Effect<Identity | null, TurnedAway> =>
    Effect.clockWith((clock) => {
      const refusal = policy.judge(identity, clock.currentTimeMillisUnsafe())
      if (refusal === null) return Effect.succeed(identity)
      if (refusal === "unauthenticated") return Effect.fail(new TurnedAway(plainProblem.unauthorized))
      const denied = audit.append("access.denied", {
        details: { policy: policy.name, path: pathOf(head.target) },
        actor: identity?.user.id ?? null,
        credential: identity === null ? null : auditNameOf(identity),
        client: caller.clientOf(head)
      })
      const problem = refusal === "not-fresh" ? plainProblem.notFresh : plainProblem.forbidden
      return Effect.andThen(denied, Effect.fail(new TurnedAway(problem)))
    })

  const refuseForged = (head: Head, client: Client) =>
    Effect.andThen(
      audit.append("request.forged", {
        details: { method: head.method, path: pathOf(head.target), site: head.header("sec-fetch-site") },
        client
      }),
      Effect.fail(new TurnedAway(plainProblem.forged))
    )

  return (head, policy) => {
    if (isUnsafe(head.method) && caller.isForged(head)) return refuseForged(head, caller.clientOf(head))
    if (policy === null) return Effect.succeed(null)
    return Effect.matchEffect(caller.identify(head), {
      onSuccess: (identity) => judge(head, policy, identity),
      onFailure: (error): Effect.Effect<Identity | null, TurnedAway | GateFailure> => {
        if (error._tag === "CredentialInvalid") return judge(head, policy, null)
        if (error._tag === "CredentialMalformed") return Effect.fail(new TurnedAway(problemOf(error)))
        return Effect.fail(error)
      }
    })
  }
}
