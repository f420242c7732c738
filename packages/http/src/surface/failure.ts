import { type AuthServices, makeLogLimit, safeText } from "@latchkey/core"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { HostMistake } from "../request/host-mistake.ts"
import { safeNext } from "../request/safe-next.ts"
import { redirect, reply } from "./answer.ts"
import type { Caller } from "./caller.ts"
import type { Asker, GateFailure, GateProblem } from "./gate.ts"
import { type Head, recordedPath } from "./head.ts"
import { isNotFresh, loginQuery, wayBack } from "./login-query.ts"
import { passwordLink } from "./password-link.ts"
import type { Problem } from "./problem.ts"
import { plainProblem, problemOf, type RouteError } from "./problems.ts"
import { instanceOf } from "./request-ids.ts"
import type { Responder } from "./responder.ts"
import type { Route } from "./route.ts"
import type { SurfaceContext } from "./surface-context.ts"
import { whenEnded } from "./when-ended.ts"

/** What a handler failed with, and who had called it. */
export class HandlerFailure {
  readonly _tag = "HandlerFailure"
  readonly error: RouteError
  readonly asker: Asker
  constructor(error: RouteError, asker: Asker) {
    this.error = error
    this.asker = asker
  }
}

/** Answers requests that fail, and logs them for the host. At once, unless a page must first find out who is asking. */
export type FailureHandler = (
  cause: Cause.Cause<HandlerFailure | GateProblem | GateFailure>,
  head: Head
) => Response | Promise<Response>

/** A problem as an answer, for whoever asked. */
type ProblemPage = (
  problem: Problem,
  head: Head,
  asker: Asker,
  cookies?: ReadonlyArray<string>
) => Response | Promise<Response>

/** What answers for requests that came to nothing. */
export interface Failures {
  readonly fail: FailureHandler
  /** A problem without a failure, such as a host's own. */
  readonly problem: ProblemPage
  /** Logs an outage behind an answer that is given all the same, such as a form that comes back. */
  readonly record: (error: RouteError, head: Head) => void
}

/**
 * Failures have a row in the table of problems. A browser that navigates without a login is redirected to the login page and
 * back, and to the page for a new password if its user must choose one (PWD-25). A defect is 500 without details, but with an id under which the host's log has them (ERR-02), unless the minute has
 * had enough lines of its kind: then it has no id (ERR-05).
 */
export const makeFailureHandler = (
  responder: Responder,
  { caller, offers, places, publicUrl, settings, site }: SurfaceContext,
  services: Context.Context<AuthServices>,
  rows: {
    /** Whether a request sends a form of ours, whose address leads to its page. */
    readonly isForm: (head: Head) => boolean
    /** How refusals read at an address that only programs ask; undefined for the others, where people see pages. */
    readonly refusalsAt: (head: Head) => Route["refusals"]
  }
): Failures => {
  const fork = Effect.runForkWith(services)
  const log = fork
  const runSync = Effect.runSyncWith(services)
  const limit = makeLogLimit()

  const logFields = (head: Head) => ({
    method: safeText(head.method, 32),
    path: recordedPath(head.target),
    request: caller.requestIdOf(head)
  })

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
    const { request } = logFields(head)
    const fix = defect instanceof HostMistake ? { fix: defect.message } : {}
    const line = Effect.logError("a request failed unexpectedly", { ...logFields(head), name, ...fix, ...admitted })
    log(Effect.andThen(line, Effect.logDebug(request, cause)))
    return { instance: instanceOf(request) }
  }

  /** Logs an outage, free of secrets. What clients did wrong is not logged. */
  const recordOutage = (error: RouteError, head: Head): void => {
    if (error._tag === "StoreError") {
      log(limit.error("the store failed", { ...logFields(head), ...error.logFields }))
    }
    if (error._tag === "HasherError") log(limit.error("the password hasher failed", logFields(head)))
  }

  /** The host's own page for problems may itself be broken. Then browsers get the same answer as programs. */
  const drawn = (problem: Problem, head: Head, asker: Asker, cookies: ReadonlyArray<string>): Response => {
    try {
      return responder.problemPage(problem, head, asker, cookies)
    } catch (defect) {
      recordDefect(Cause.die(defect), head)
      return responder.problem(problem, head, cookies)
    }
  }

  /** A page has the caller's menu, so it may have to look who that is. An outage is not waited for a second time (ERR-06). */
  const problemPage: ProblemPage = (problem, head, asker, cookies = []) => {
    if (asker !== "unasked") return drawn(problem, head, asker, cookies)
    if (problem.status === 503) return drawn(problem, head, "unknown", cookies)
    return whenEnded(fork(callerFor(head, caller)), (exit) =>
      drawn(problem, head, exit._tag === "Success" ? exit.value : "unknown", cookies)
    )
  }

  const answerProblem: ProblemPage = (problem, head, asker, cookies) =>
    answerProgram(problem, head, cookies) ??
    (caller.wantsPage(head) ? problemPage(problem, head, asker, cookies) : responder.problem(problem, head, cookies))

  /** The answer at an address that only programs ask; null at the others. */
  const answerProgram = (problem: Problem, head: Head, cookies?: ReadonlyArray<string>): Response | null => {
    const refusals = rows.refusalsAt(head)
    if (refusals === undefined) return null
    return refusals === "problems" ? responder.problem(problem, head, cookies) : responder.inForm(problem, refusals)
  }

  const answerGateProblem = ({ problem, asker }: GateProblem, head: Head): Response | Promise<Response> => {
    if (rows.refusalsAt(head) !== undefined) return answerProblem(problem, head, asker)
    if (problem.code === plainProblem.foreignCredential.code) return problemPage(problem, head, asker)
    const cookies = problem.status === 401 ? caller.cookiesToRemove(head) : []
    const isForLogin = settings.mode === "session" && (problem.status === 401 || isNotFresh(problem))
    if (!caller.wantsPage(head)) return responder.problem(problem, head, cookies)
    if (problem.code === plainProblem.mustChangePassword.code && offers("password")) {
      const next = safeNext(wayBack(head, places.prefix, rows.isForm(head)), publicUrl)
      return responder.answer(reply(redirect(passwordLink(next, { site }))))
    }
    return isForLogin
      ? responder.answer(
          reply(
            redirect(`${site.paths.login}${loginQuery(head, problem, places.prefix, caller, rows.isForm(head))}`),
            ...cookies
          )
        )
      : problemPage(problem, head, asker, cookies)
  }

  const fail: FailureHandler = (cause, head) => {
    const failure = cause.reasons.find(Cause.isFailReason)?.error
    if (failure === undefined) {
      return answerProblem({ ...plainProblem.internal, ...recordDefect(cause, head) }, head, "unasked")
    }
    if (failure._tag === "GateProblem") return answerGateProblem(failure, head)
    const isOfHandler = failure._tag === "HandlerFailure"
    const error = isOfHandler ? failure.error : failure
    recordOutage(error, head)
    const problem = problemOf(error)
    if (!isOfHandler) return answerProblem(problem, head, "unknown")
    return answerProblem(problem, head, problem.status === 401 ? null : failure.asker) // whose credential has just ended is nobody
  }
  return { fail, problem: answerProblem, record: recordOutage }
}

/**
 * Who a page is drawn for, if nobody has looked yet. A request that another site's page sent is never taken for its user (CSR-01).
 * Whoever cannot be told has no menu, and that is no second failure.
 */
const callerFor = (head: Head, caller: Caller): Effect.Effect<Asker> =>
  caller.isForged(head)
    ? Effect.succeed("unknown")
    : Effect.catch(caller.identify(head), () => Effect.succeed("unknown" as const))
