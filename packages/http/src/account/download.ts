import { type Identity, PersonalData } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { valueProblem } from "../request/field-problem.ts"
import type { Endpoint } from "../surface/endpoint.ts"
import { RouteProblem, validationProblem } from "../surface/problem.ts"
import type { Parameter } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { personalDataBody } from "./personal-data-body.ts"

/** The query of a part of the events. */
export const partQuery: ReadonlyArray<Parameter> = [
  {
    name: "before",
    about: "Only events before this place: `events_continue_at` of the part before has it",
    schema: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
  }
]

/** Where a part begins; undefined for the whole. */
export const beforeIn = (query: URLSearchParams): Effect.Effect<number | undefined, RouteProblem> => {
  const before = query.get("before")
  if (before === null) return Effect.succeed(undefined)
  if (/^[1-9]\d{0,14}$/.test(before)) return Effect.succeed(Number(before))
  const problem = valueProblem(["query", "before"], "Input should be the place that events_continue_at has")
  return Effect.fail(new RouteProblem(validationProblem([problem])))
}

/** What is kept of somebody, as a body, and the query of the next part; null if this is the last. */
export const download = Effect.fnUntraced(function* (
  { user }: Identity,
  before: number | undefined,
  from: Endpoint,
  { places, publicUrl }: SurfaceContext
) {
  const personalData = yield* PersonalData
  const account = before === undefined ? yield* personalData.account(user.id) : null
  const part = yield* personalData.events(user.id, before === undefined ? {} : { before })
  const next = part.next === null ? null : `?before=${part.next}`
  const continueAt = next === null ? null : `${publicUrl.origin}${places.linkTo(from)}${next}`
  return { body: personalDataBody(account, part, continueAt, yield* Clock.currentTimeMillis), next }
})
