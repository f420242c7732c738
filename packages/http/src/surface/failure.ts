import type { Auth, AuthServices } from "@latchkey/core"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { BodyWasRead } from "../request/body.ts"
import { redirect, reply } from "./answer.ts"
import type { Caller } from "./caller.ts"
import type { TurnedAway } from "./gate.ts"
import { type Head, pathOf } from "./head.ts"
import { paths } from "../page/paths.ts"
import type { Problem } from "./problem.ts"
import { plainProblem, problemOf, type RouteError } from "./problems.ts"
import type { Responder } from "./responder.ts"

type Settings = Auth["settings"]

/** What is answered when a request fails, and what the host's log is told of it. */
export type FailureHandler = (cause: Cause.Cause<RouteError | TurnedAway>, head: Head) => Response

/**
 * Failures have a row in the table of problems; whoever is not logged in and navigates is sent to the login page and back. A
 * defect is 500 without a word of what it was, but with an id under which the host's log tells it (ERR-02).
 */
export const makeFailureHandler = (
  responder: Responder,
  caller: Caller,
  mode: Settings["mode"],
  context: Context.Context<AuthServices>
): FailureHandler => {
  const log = Effect.runForkWith(context)

  /** Logs a defect, and gives the id under which it is found. */
  const record = (cause: Cause.Cause<unknown>, head: Head): string => {
    const id = globalThis.crypto.randomUUID()
    log(logDefect(cause, head, id))
    return id
  }

  /** The host's own page for problems may be what is broken: then people get what programs get. */
  const tell = (problem: Problem, head: Head, cookies: ReadonlyArray<string> = []): Response => {
    try {
      return responder.problem(problem, head, cookies)
    } catch (defect) {
      record(Cause.die(defect), head)
      return responder.problem(problem, asProgram(head), cookies)
    }
  }

  return (cause, head) => {
    const error = cause.reasons.find(Cause.isFailReason)?.error
    if (error === undefined) {
      return tell({ ...plainProblem.internal, instance: `urn:uuid:${record(cause, head)}` }, head)
    }
    const news = outage(error, head)
    if (news !== null) log(news)
    if (error._tag !== "TurnedAway") return tell(problemOf(error), head)
    const { problem } = error
    const cookies = problem.status === 401 ? caller.cookiesToRemove(head) : []
    const isForLogin = mode === "session" && (problem.status === 401 || problem === plainProblem.notFresh)
    return isForLogin && caller.wantsPage(head)
      ? responder.answer(reply(redirect(loginPath(head, problem)), ...cookies))
      : tell(problem, head, cookies)
  }
}

/** The same head from someone who does not ask for a page. */
const asProgram = (head: Head): Head => ({
  method: head.method,
  target: head.target,
  peer: head.peer,
  header: (name) => (name === "accept" ? null : head.header(name))
})

/** After logging in, a page that was asked for is shown; what was posted is not posted again (RED-05). */
const loginPath = (head: Head, problem: Problem): string => {
  const query = new URLSearchParams()
  if (head.method === "GET" || head.method === "HEAD") query.set("next", head.target)
  if (problem === plainProblem.notFresh) query.set("done", "fresh")
  return query.size === 0 ? paths.login : `${paths.login}?${query}`
}

const about = (head: Head) => ({ method: head.method, path: pathOf(head.target) })

/** What clients did wrong is no news, and so null; an outage is, in words that hold no secret. */
const outage = (error: RouteError | TurnedAway, head: Head): Effect.Effect<void> | null => {
  if (error._tag === "StoreError")
    return Effect.logError("the store failed", { ...about(head), operation: error.operation })
  return error._tag === "HasherError" ? Effect.logError("the password hasher failed", about(head)) : null
}

/**
 * The stack is for whoever turns the log level down to look for it. A mistake of the host's says at once what to change;
 * other messages may hold anything.
 */
const logDefect = (cause: Cause.Cause<unknown>, head: Head, id: string): Effect.Effect<void> => {
  const defect = Cause.squash(cause)
  const name = defect instanceof Error ? defect.name : typeof defect
  const fix = defect instanceof BodyWasRead ? { fix: defect.message } : {}
  return Effect.andThen(
    Effect.logError("a request failed unexpectedly", { ...about(head), id, name, ...fix }),
    Effect.logDebug(id, cause)
  )
}
