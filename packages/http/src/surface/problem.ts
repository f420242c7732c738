import type { FieldProblem } from "../request/field-problem.ts"

/** What `detail` may be: a sentence or code, a code with its reason, or the fields in error (wire.md §1). */
export type ProblemDetail = string | { readonly code: string; readonly reason: string } | ReadonlyArray<FieldProblem>

/** A refusal on its way to the client: RFC 9457 with the members that older clients read. */
export interface Problem {
  readonly status: number
  /** A stable word for programs. It also ends the problem's `type`. */
  readonly code: string
  readonly detail: ProblemDetail
  /** Further members of the body: what exactly was missing or wrong. Never what the client sent. */
  readonly members?: Readonly<Record<string, string>>
  /** The id under which the host's log has the details. */
  readonly instance?: string
  readonly headers?: Readonly<Record<string, string>>
  /** What a host says in place of our words: the name of the problem, and on a page its sentence and where it leads. */
  readonly title?: string
  readonly text?: string
  readonly link?: { readonly label: string; readonly href: string }
}

/** A problem with fields that are missing or invalid. */
export const validationProblem = (fields: ReadonlyArray<FieldProblem>): Problem => ({
  status: 422,
  code: "validation",
  detail: fields
})

/** A problem from the route itself, as a failure of its Effect. */
export class RouteProblem {
  readonly _tag = "RouteProblem"
  readonly problem: Problem
  constructor(problem: Problem) {
    this.problem = problem
  }
}

/** The base of the urls that identify the kinds of problems. */
const TYPE = "https://latchkey.dev/problems/"

/** RFC 9110's names for the statuses that we send, or that a host may send. */
export const statusTitles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout"
}

export const problemBody = ({ status, code, detail, members, instance, title }: Problem) => ({
  type: `${TYPE}${code}`,
  title: title ?? statusTitles[status] ?? "Error",
  status,
  detail,
  code,
  ...members,
  ...(instance === undefined ? {} : { instance })
})
