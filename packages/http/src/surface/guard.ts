import type { Auth, Identity, Policy } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { askCheck, type Check } from "./check.ts"
import { checkAskedFor, checkGuard } from "./check-guard.ts"
import type { FailureHandler } from "./failure.ts"
import type { Gate, GateFailure, GateProblem } from "./gate.ts"
import type { Head } from "./head.ts"
import { inTime } from "./when-ended.ts"

/** What a guard decided: the caller, of the type that the policy promises, or the response to send instead. */
export type Verdict<Allowed extends Identity | null> =
  | { readonly isAllowed: true; readonly identity: Allowed }
  | { readonly isAllowed: false; readonly response: Response }

/**
 * Checks a request for a host's own route by its head alone, without reading a body or building a web request. Whoever the policy
 * allows is then given to the host's own check, if there is one. The verdict is synchronous if the store and the check answer
 * synchronously; otherwise it is a promise. Never throws or rejects. An adapter's own kind of head reaches its check, and may
 * carry the framework's request.
 */
export type Guard = <Allowed extends Identity | null, Asked extends Head = Head>(
  policy: Policy<Allowed>,
  check?: Check<Allowed, Asked>
) => (head: Asked) => Verdict<Allowed> | Promise<Verdict<Allowed>>

export const makeGuard = (
  gate: Gate,
  fail: FailureHandler,
  { context, settings }: Pick<Auth, "context" | "settings">
): Guard => {
  const fork = Effect.runForkWith(context)

  const guard: Guard = <Allowed extends Identity | null, Asked extends Head>(
    policy: Policy<Allowed>,
    check?: Check<Allowed, Asked>
  ) => {
    checkGuard(check === undefined ? [policy] : [policy, check])
    checkAskedFor(policy, settings, (text) => void fork(Effect.logWarning(text)))
    const policies = [policy]
    const refused = (response: Response): Verdict<Allowed> => ({ isAllowed: false, response })

    const verdictOf = (
      head: Head,
      exit: Exit.Exit<Identity | null, GateProblem | GateFailure>
    ): Verdict<Allowed> | Promise<Verdict<Allowed>> => {
      if (exit._tag === "Success") return { isAllowed: true, identity: exit.value as Allowed } // the gate judged it by this policy
      const response = fail(exit.cause, head)
      return response instanceof Promise ? response.then(refused) : refused(response)
    }

    const passBoth = (head: Asked, both: Check<Allowed, Asked>) =>
      Effect.flatMap(gate.pass(head, policies), (identity) =>
        Effect.flatMap(askCheck(both, identity as Allowed, head), (refusal) =>
          refusal === null
            ? Effect.succeed(identity)
            : gate.refuse(head, identity, refusal, `all(${policy.name}, check(${refusal.code}))`)
        )
      )

    return (head: Asked) => {
      const fiber = fork(check === undefined ? gate.pass(head, policies) : passBoth(head, check))
      const exit = fiber.pollUnsafe()
      return exit === undefined ? inTime(fiber, (late) => verdictOf(head, late)) : verdictOf(head, exit)
    }
  }
  return guard
}
