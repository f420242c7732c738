import { type AuthServices, makeLogLimit, safeText } from "@latchkey/core"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { BodyWasRead } from "../request/body.ts"
import { redirect, reply } from "./answer.ts"
import type { Caller } from "./caller.ts"
import type { GateProblem } from "./gate.ts"
import { type Head, pathOf } from "./head.ts"
import type { Problem } from "./problem.ts"
import { plainProblem, problemOf, type RouteError } from "./problems.ts"
import type { Responder } from "./responder.ts"
import type { SurfaceContext } from "./surface-context.ts"

/** Answers requests that fail, and logs them for the host. */
export type FailureHandler = (cause: Cause.Cause<RouteError | GateProblem>, head: Head) => Response

/**
 * Failures have a row in the table of problems. A browser that navigates without a login is redirected to the login page and
 * back. A defect is 500 without details, but with an id under which the host's log has them (ERR-02), unless the minute has
 * had enough lines of its kind: then it has no id (ERR-05).
 */
export const makeFailureHandler = (
  responder: Responder,
  { caller, places, settings, site }: SurfaceContext,
  services: Context.Context<AuthServices>
): FailureHandler => {
  const log = Effect.runForkWith(services)
  const runSync = Effect.runSyncWith(services)
  const limit = makeLogLimit()

  /**
   * Logs a defect, and returns how the answer names the line: not at all if there is none. The stack is logged only at a lower
   * level. The message of a host's own mistake is logged at once, because it says what to change. Other messages may contain
   * anything, including secrets.
   */
  const recordDefect = (cause: Cause.Cause<unknown>, head: Head): Pick<Problem, "instance"> => {
    const defect = Cause.squash(cause)
    const name = defect instanceof Error ? defect.name : typeof defect
    const admitted = runSync(limit.admit(name))
    if (admitted === null) return {}
    const id = globalThis.crypto.randomUUID()
    const fix = defect instanceof BodyWasRead ? { fix: defect.message } : {}
    const line = Effect.logError("a request failed unexpectedly", { ...logFields(head), id, name, ...fix, ...admitted })
    log(Effect.andThen(line, Effect.logDebug(id, cause)))
    return { instance: `urn:uuid:${id}` }
  }

  /** Logs an outage, free of secrets. What clients did wrong is not logged. */
  const recordOutage = (error: RouteError | GateProblem, head: Head): void => {
    if (error._tag === "StoreError") {
      log(limit.error("the store failed", { ...logFields(head), operation: error.operation }))
    }
    if (error._tag === "HasherError") log(limit.error("the password hasher failed", logFields(head)))
  }

  /** The host's own page for problems may itself be broken. Then browsers get the same answer as programs. */
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
      return answerProblem({ ...plainProblem.internal, ...recordDefect(cause, head) }, head)
    }
    recordOutage(error, head)
    if (error._tag !== "GateProblem") return answerProblem(problemOf(error), head)
    const { problem } = error
    if (problem.code === plainProblem.foreignCredential.code) return answerProblem(problem, asBrowser(head))
    const cookies = problem.status === 401 ? caller.cookiesToRemove(head) : []
    const isForLogin = settings.mode === "session" && (problem.status === 401 || isNotFresh(problem))
    return isForLogin && caller.wantsPage(head)
      ? responder.answer(
          reply(redirect(`${site.paths.login}${queryFor(head, problem, places.prefix, caller)}`), ...cookies)
        )
      : answerProblem(problem, head, cookies)
  }
}

/** The same head, as if from a program. */
const asProgram = (head: Head): Head => ({
  method: head.method,
  target: head.target,
  peer: head.peer,
  header: (name) => (name === "accept" ? null : head.header(name))
})

/** The same head, as the browser would have sent it without a proxy in front. */
const asBrowser = (head: Head): Head => ({
  method: head.method,
  target: head.target,
  peer: head.peer,
  header: (name) => (name === "authorization" ? null : head.header(name))
})

const isNotFresh = ({ code }: Problem): boolean => code === plainProblem.notFresh.code

/** After the login the browser returns to the page that it requested. A post is not repeated (RED-05). */
const queryFor = (head: Head, problem: Problem, prefix: string, caller: Caller): string => {
  const query = new URLSearchParams()
  if (head.method === "GET" || head.method === "HEAD") query.set("next", `${prefix}${head.target}`)
  if (isNotFresh(problem)) query.set("done", "fresh")
  else if (caller.sessionSecretOf(head) !== null) query.set("done", "ended")
  return query.size === 0 ? "" : `?${query}`
}

/** A path can hold anything, also what hides or forges text in a log (AUD-03). */
const logFields = (head: Head) => ({ method: safeText(head.method, 32), path: safeText(pathOf(head.target), 256) })
