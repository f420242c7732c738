import { type AuditType, auditTypes, isRequestId, parseUserId, type UserId } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type FieldProblem, fieldProblem, valueProblem } from "../../request/field-problem.ts"
import { MOST_PROBLEMS } from "../../request/fields.ts"
import { RouteProblem, validationProblem } from "../../surface/problem.ts"
import type { Parameter } from "../../surface/route.ts"
import { nameProblems } from "../query-names.ts"

/** As many events as a page ever has, whatever the client asks for. */
const MOST = 100

const isType = (text: string): text is AuditType => auditTypes.some((type) => type === text)

/** All that a list of events reads in its query. Any other name is refused: a filter that is mistyped must not show everything. */
export const auditQuery: ReadonlyArray<Parameter> = [
  { name: "type", about: "Only events of this type, such as user.changed", schema: Schema.String },
  { name: "user", about: "Only events by or about the user with this id", schema: Schema.String },
  {
    name: "request",
    about: "Only events of the request with this id. The log and the instance of a 500 have it too",
    schema: Schema.String
  },
  { name: "before", about: "Where the page begins. The Link header of the page before has it", schema: Schema.Int },
  {
    name: "limit",
    about: `The most events to answer, ${MOST} by default`,
    schema: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MOST }))
  }
]

const names = new Set(auditQuery.map(({ name }) => name))

/** What a query asks for. */
export interface AuditSearch {
  readonly type?: AuditType
  readonly user?: UserId
  readonly request?: string
  readonly before?: number
  readonly limit: number
}

/** Reads the query of a list of events. One answer names everything that is wrong with it. */
export const readAuditQuery = (query: URLSearchParams): Effect.Effect<AuditSearch, RouteProblem> => {
  const problems = nameProblems(query, names)
  const refuse = (problem: FieldProblem): null => {
    problems.push(problem)
    return null
  }
  const read = <Value>(name: string, parse: (text: string) => Value | null, problem: FieldProblem): Value | null => {
    const text = query.get(name)
    return text === null ? null : (parse(text) ?? refuse(problem))
  }
  const asType = (text: string) => (isType(text) ? text : null)
  const type = read("type", asType, valueProblem(["query", "type"], "Input should be a type of event"))
  const user = read("user", parseUserId, fieldProblem("uuid_parsing", ["query", "user"]))
  const asRequest = (text: string) => (isRequestId(text) ? text : null)
  const request = read("request", asRequest, valueProblem(["query", "request"], "Input should be the id of a request"))
  const before = read("before", wholeUpTo(15), fieldProblem("int_type", ["query", "before"]))
  const asLimit = (text: string) => within(wholeUpTo(3)(text))
  const limit = read("limit", asLimit, valueProblem(["query", "limit"], `Input should be 1 to ${MOST}`))
  if (problems.length > 0) return Effect.fail(new RouteProblem(validationProblem(problems.slice(0, MOST_PROBLEMS))))
  return Effect.succeed({
    ...(type === null ? {} : { type }),
    ...(user === null ? {} : { user }),
    ...(request === null ? {} : { request }),
    ...(before === null ? {} : { before }),
    limit: limit ?? MOST
  })
}

/** A whole number of at most so many digits. */
const wholeUpTo =
  (digits: number) =>
  (text: string): number | null =>
    /^\d+$/.test(text) && text.length <= digits ? Number(text) : null

const within = (limit: number | null): number | null => (limit !== null && limit >= 1 && limit <= MOST ? limit : null)
