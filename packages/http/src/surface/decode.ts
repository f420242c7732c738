import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { type FieldProblem, MOST_PROBLEMS } from "../request/fields.ts"
import { type Problem, validationProblem } from "./problem.ts"
import type { BodySchema } from "./route.ts"

/** A schema made ready once, when the table is read. Rejected values never stand in what it says (wire.md §1). */
export type Decode = (values: unknown) => Result.Result<unknown, Problem>

const format = SchemaIssue.makeFormatterStandardSchemaV1()

type Issue = ReturnType<typeof format>["issues"][number]

export const decoder = (schema: BodySchema, unknownFields: "ignored" | "refused"): Decode => {
  const onExcessProperty = unknownFields === "refused" ? "error" : "ignore"
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty })
  return (values) =>
    Result.mapError(decode(values), ({ issue }) =>
      validationProblem(format(issue).issues.slice(0, MOST_PROBLEMS).map(fieldProblem))
    )
}

/** The wire's words for the schema's own messages. Other messages stay as the schema says them. */
const wording: ReadonlyMap<string, { readonly type: string; readonly msg: string }> = new Map([
  ["Missing key", { type: "missing", msg: "Field required" }],
  ["Expected no excess property", { type: "extra_forbidden", msg: "Extra inputs are not permitted" }]
])

const fieldProblem = ({ path = [], message }: Issue): FieldProblem => {
  const { type, msg } = wording.get(message) ?? { type: "value_error", msg: message }
  return { type, loc: ["body", ...path.map(String)], msg }
}
