import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { wantsPage } from "../request/prefers-html.ts"
import { redirect, reply } from "./answer.ts"
import { TurnedAway } from "./gate.ts"
import { type Head, pathOf } from "./head.ts"
import { paths } from "./paths.ts"
import { plainProblem, problemOf, type RouteError } from "./problems.ts"
import type { Responder } from "./respond.ts"

/**
 * What a failed request is answered. Failures have a row in the table of problems; whoever is not logged in and navigates is
 * sent to the login page and back. A defect is 500 without a word of what it was: that goes to the host's log.
 */
export const failureResponse = (
  cause: Cause.Cause<RouteError | TurnedAway>,
  head: Head,
  responder: Responder
): Response => {
  const error = cause.reasons.find(Cause.isFailReason)?.error
  if (error === undefined) return responder.problem(plainProblem.internal, head)
  if (!(error instanceof TurnedAway)) return responder.problem(problemOf(error), head)
  const isNavigation = head.method === "GET" && wantsPage({ get: head.header })
  if (error.problem.status === 401 && isNavigation) {
    const next = new URLSearchParams({ next: head.target })
    return responder.answer(reply(redirect(`${paths.login}?${next}`)))
  }
  return responder.problem(error.problem, head, error.hadBearer)
}

/** Tells the host's log of outages and defects, in words that hold no secret; what clients did wrong is no news. */
export const logFailure = (cause: Cause.Cause<RouteError | TurnedAway>, head: Head): Effect.Effect<void> => {
  const error = cause.reasons.find(Cause.isFailReason)?.error
  const about = { method: head.method, path: pathOf(head.target) }
  if (error === undefined) return Effect.logError("a request failed unexpectedly", about, cause)
  if (error._tag === "StoreError") return Effect.logError("the store failed", { ...about, operation: error.operation })
  return error._tag === "HasherError" ? Effect.logError("the password hasher failed", about) : Effect.void
}
