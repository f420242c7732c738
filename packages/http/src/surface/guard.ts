import type { AuthServices, Identity, Policy } from "@latchkey/core"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { FailureHandler } from "./failure.ts"
import type { Gate, GateFailure, GateProblem } from "./gate.ts"
import type { Head } from "./head.ts"

/** What a guard decided: the caller, of the type that the policy promises, or the response to send instead. */
export type Verdict<Allowed extends Identity | null> =
  | { readonly isAllowed: true; readonly identity: Allowed }
  | { readonly isAllowed: false; readonly response: Response }

/**
 * Checks a request for a host's own route by its head alone, without reading a body or building a web request. The verdict is
 * synchronous if the store answers synchronously; otherwise it is a promise. Never throws or rejects.
 */
export type Guard = <Allowed extends Identity | null>(
  policy: Policy<Allowed>
) => (head: Head) => Verdict<Allowed> | Promise<Verdict<Allowed>>

export const makeGuard = (gate: Gate, fail: FailureHandler, context: Context.Context<AuthServices>): Guard => {
  const fork = Effect.runForkWith(context)

  const guard: Guard = <Allowed extends Identity | null>(policy: Policy<Allowed>) => {
    const verdictOf = (head: Head, exit: Exit.Exit<Identity | null, GateProblem | GateFailure>): Verdict<Allowed> =>
      exit._tag === "Success"
        ? { isAllowed: true, identity: exit.value as Allowed } // the gate judged it by this policy
        : { isAllowed: false, response: fail(exit.cause, head) }

    return (head) => {
      const fiber = fork(gate(head, policy))
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) return verdictOf(head, exit)
      return new Promise<Verdict<Allowed>>((resolve) => {
        fiber.addObserver((late) => resolve(verdictOf(head, late)))
      })
    }
  }
  return guard
}
