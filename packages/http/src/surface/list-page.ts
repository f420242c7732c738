import type { ListPage, Place, StoreError } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type FieldProblem, fieldProblem, valueProblem } from "../request/field-problem.ts"
import { RouteProblem, validationProblem } from "./problem.ts"
import type { Parameter } from "./route.ts"

/** As much as a page of a list ever shows, whatever the client asks for (SES-24). */
const MOST = 100

/** The query of a list that is read in pages. */
export const pageQuery: ReadonlyArray<Parameter> = [
  {
    name: "limit",
    about: `The most entries to answer, ${MOST} by default`,
    schema: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MOST }))
  },
  {
    name: "before",
    about: "Where the page begins. The Link header of the page before has it",
    schema: Schema.String
  }
]

/** A page of a list, and the query of the next one; null if this is the last. */
export interface Paged<Entry> {
  readonly entries: ReadonlyArray<Entry>
  readonly next: string | null
}

/** Reads the page that a query asks for. It asks for one entry more, to know whether there is another page. */
export const readPage = Effect.fnUntraced(function* <Entry extends Place, E>(
  query: URLSearchParams,
  read: (page: ListPage) => Effect.Effect<ReadonlyArray<Entry>, E>,
  usual = MOST
): Effect.fn.Return<Paged<Entry>, E | RouteProblem> {
  const { after, limit, problems } = pageIn(query)
  if (problems.length > 0) return yield* Effect.fail(new RouteProblem(validationProblem(problems)))
  const most = limit ?? usual
  const found = yield* read({ after, limit: most + 1 })
  const entries = found.slice(0, most)
  const last = entries.at(-1)
  if (last === undefined || found.length <= most) return { entries, next: null }
  const place = { before: `${last.createdAt}.${last.id}` }
  const next = new URLSearchParams(limit === null ? place : { ...place, limit: String(limit) })
  return { entries, next: `?${next}` }
})

/**
 * The list of a page that has something else to say, such as a form that was refused, or a new token: while the store is away it
 * comes without its list.
 */
export const orNoList = <Entry, E extends { readonly _tag: string }, R>(
  paged: Effect.Effect<Paged<Entry>, E | StoreError, R>
): Effect.Effect<Paged<Entry>, E | StoreError, R> =>
  Effect.catchIf(
    paged,
    (error) => error._tag === "StoreError",
    () => Effect.succeed<Paged<Entry>>({ entries: [], next: null })
  )

/** Whether a query names a page of a list that there may be. */
export const isPageQuery = (query: URLSearchParams): boolean => pageIn(query).problems.length === 0

/** The entry of a list with an id; null if there is none. */
export const findEntry = Effect.fnUntraced(function* <Entry extends Place, E, R>(
  read: (page: ListPage) => Effect.Effect<ReadonlyArray<Entry>, E, R>,
  id: string
): Effect.fn.Return<Entry | null, E, R> {
  for (let after: Place | null = null; ; ) {
    const entries: ReadonlyArray<Entry> = yield* read({ after, limit: MOST })
    const found = entries.find((entry) => entry.id === id)
    const last = entries.at(-1)
    if (found !== undefined || last === undefined || entries.length < MOST) return found ?? null
    after = last
  }
})

/** The header that names the next page (RFC 8288). */
export const nextLink = (path: string, next: string | null): Readonly<Record<string, string>> =>
  next === null ? {} : { Link: `<${path}${next}>; rel="next"` }

const PLACE = /^(\d{1,16})\.(.{1,100})$/s

const pageIn = (query: URLSearchParams) => {
  const problems: Array<FieldProblem> = []
  const refuse = (problem: FieldProblem): null => {
    problems.push(problem)
    return null
  }
  const [before, limit] = [query.get("before"), query.get("limit")]
  const [, createdAt, id] = PLACE.exec(before ?? "") ?? []
  const isLimit = limit !== null && /^[1-9]\d{0,2}$/.test(limit) && Number(limit) <= MOST
  return {
    after:
      createdAt !== undefined && id !== undefined && Number(createdAt) <= LAST_INSTANT
        ? { createdAt: Number(createdAt), id }
        : before === null
          ? null
          : refuse(valueProblem(["query", "before"], "Input should be the place that the Link header of a page names")),
    limit: isLimit ? Number(limit) : limit === null ? null : refuse(limitProblem(limit)),
    problems
  }
}

const limitProblem = (limit: string): FieldProblem =>
  /^-?\d+$/.test(limit)
    ? valueProblem(["query", "limit"], `Input should be 1 to ${MOST}`)
    : fieldProblem("int_type", ["query", "limit"])

/** The last that a `Date` can hold (TIM-04). */
const LAST_INSTANT = 8.64e15
