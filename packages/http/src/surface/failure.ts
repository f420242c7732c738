import type { AuthServices } from "@latchkey/core"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { BodyWasRead } from "../request/body.ts"
import { redirect, reply } from "./answer.ts"
import type { GateProblem } from "./gate.ts"
import { type Head, pathOf } from "./head.ts"
import type { Problem } from "./problem.ts"
import { plainProblem, problemOf, type RouteError } from "./problems.ts"
import type { Responder } from "./responder.ts"
import type { SurfaceContext } from "./surface-context.ts"

/** What is answered when a request fails, and what the host's log is told of it. */
export type FailureHandler = (cause: Cause.Cause<RouteError | GateProblem>, head: Head) => Response

/**
 * Failures have a row in the table of problems; whoever is not logged in and navigates is sent to the login page and back. A
 * defect is 500 without a word of what it was, but with an id under which the host's log tells it (ERR-02).
 */
export const makeFailureHandler = (
  responder: Responder,
  { caller, places, settings, site }: SurfaceContext,
  services: Context.Context<AuthServices>
): FailureHandler => {
  const log = Effect.runForkWith(services)

  /** Logs a defect, and gives the id under which it is found. */
  const recordDefect = (cause: Cause.Cause<unknown>, head: Head): string => {
    const id = globalThis.crypto.randomUUID()
    log(defectLog(cause, head, id))
    return id
  }

  /** The host's own page for problems may be what is broken: then people get what programs get. */
  const answerProblem = (problem: Problem, head: Head, cookies: ReadonlyArray<string> = []): Response => {
    try {
      return responder.problem(problem, head, cookies)
    } catch (defect) {
      recordDefect(Cause.die(defect), head)
      return responder.problem(problem, asProgram(head), cookies)
    }
  }

  return (cause, head) => {
    const error = cause.reasons.find(Cause.isFailReason)?.error
    if (error === undefined) {
      return answerProblem({ ...plainProblem.internal, instance: `urn:uuid:${recordDefect(cause, head)}` }, head)
    }
    const outage = outageLog(error, head)
    if (outage !== null) log(outage)
    if (error._tag !== "GateProblem") return answerProblem(problemOf(error), head)
    const { problem } = error
    const cookies = problem.status === 401 ? caller.cookiesToRemove(head) : []
    const isForLogin = settings.mode === "session" && (problem.status === 401 || isNotFresh(problem))
    return isForLogin && caller.wantsPage(head)
      ? responder.answer(reply(redirect(`${site.paths.login}${queryFor(head, problem, places.prefix)}`), ...cookies))
      : answerProblem(problem, head, cookies)
  }
}

/** The same head from someone who does not ask for a page. */
const asProgram = (head: Head): Head => ({
  method: head.method,
  target: head.target,
  peer: head.peer,
  header: (name) => (name === "accept" ? null : head.header(name))
})

const isNotFresh = ({ code }: Problem): boolean => code === plainProblem.notFresh.code

/** After logging in, a page that was asked for is shown; what was posted is not posted again (RED-05). */
const queryFor = (head: Head, problem: Problem, prefix: string): string => {
  const query = new URLSearchParams()
  if (head.method === "GET" || head.method === "HEAD") query.set("next", `${prefix}${head.target}`)
  if (isNotFresh(problem)) query.set("done", "fresh")
  return query.size === 0 ? "" : `?${query}`
}

const logFields = (head: Head) => ({ method: head.method, path: pathOf(head.target) })

/** The log line for an outage, free of secrets. Null for client errors, which are not logged. */
const outageLog = (error: RouteError | GateProblem, head: Head): Effect.Effect<void> | null => {
  if (error._tag === "StoreError")
    return Effect.logError("the store failed", { ...logFields(head), operation: error.operation })
  return error._tag === "HasherError" ? Effect.logError("the password hasher failed", logFields(head)) : null
}

/**
 * The stack is for whoever turns the log level down to look for it. A mistake of the host's says at once what to change;
 * other messages may hold anything.
 */
const defectLog = (cause: Cause.Cause<unknown>, head: Head, id: string): Effect.Effect<void> => {
  const defect = Cause.squash(cause)
  const name = defect instanceof Error ? defect.name : typeof defect
  const fix = defect instanceof BodyWasRead ? { fix: defect.message } : {}
  return Effect.andThen(
    Effect.logError("a request failed unexpectedly", { ...logFields(head), id, name, ...fix }),
    Effect.logDebug(id, cause)
  )
}
