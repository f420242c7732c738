import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import { type FieldProblem, fieldProblem, missingField, valueProblem } from "../request/field-problem.ts"
import { MOST_PROBLEMS } from "../request/fields.ts"
import { CheckProblem } from "./body-fields.ts"
import { type Problem, validationProblem } from "./problem.ts"
import type { BodySchema } from "./route.ts"

/**
 * A schema made ready once, when the table is read. `absent` are further fields that the settings require and the body lacks:
 * they are named in the same answer (INP-11). Rejected values never stand in what it says (wire.md §1).
 */
export type Decode = (values: unknown, absent: ReadonlyArray<string>) => Result.Result<unknown, Problem>

export const decoder = (schema: BodySchema, unknownFields: "ignored" | "refused"): Decode => {
  const onExcessProperty = unknownFields === "refused" ? "error" : "ignore"
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty })
  return (values, absent) => {
    const decoded = decode(values)
    const found = Result.isFailure(decoded) ? problemsIn(decoded.failure.issue, ["body"]) : []
    const problems = [...absent.map(missingField), ...found]
    if (Result.isSuccess(decoded) && problems.length === 0) return Result.succeed(decoded.success)
    return Result.fail(validationProblem(problems.slice(0, MOST_PROBLEMS)))
  }
}

type Place = FieldProblem["loc"]

/** What a schema found, in the words of the wire. */
const problemsIn = (issue: SchemaIssue.Issue, loc: Place): ReadonlyArray<FieldProblem> => {
  switch (issue._tag) {
    case "Pointer":
      return problemsIn(issue.issue, [...loc, ...issue.path.map(String)])
    case "Composite":
      return issue.issues.flatMap((each) => problemsIn(each, loc))
    case "Encoding":
      return problemsIn(issue.issue, loc)
    case "AnyOf": {
      // Of a field that takes several types, one answer is enough: about the first type that the value might have been.
      const [first] = issue.issues
      return first === undefined ? [problemOfType(issue.ast, loc)] : problemsIn(first, loc).slice(0, 1)
    }
    case "MissingKey":
      return [fieldProblem("missing", loc)]
    case "UnexpectedKey":
      return [fieldProblem("extra_forbidden", loc)]
    case "InvalidType":
      return [problemOfType(issue.ast, loc)]
    case "Filter":
      return [problemOfCheck(issue.filter.annotations, loc)]
    case "InvalidValue":
      return [valueProblem(loc, messageOf(issue.annotations))]
    case "OneOf":
    case "Forbidden":
      return [valueProblem(loc, messageOf(undefined))]
  }
}

/** The value is of another type than the schema's; of several types, the first one counts. */
const problemOfType = (ast: SchemaAST.AST, loc: Place): FieldProblem => {
  switch (ast._tag) {
    case "Union": {
      const [first] = ast.types
      return first === undefined ? valueProblem(loc, messageOf(undefined)) : problemOfType(first, loc)
    }
    case "String":
      return fieldProblem("string_type", loc)
    case "Boolean":
      return fieldProblem("bool_type", loc)
    case "Number":
      return fieldProblem("int_type", loc) // the wire has no other numbers
    case "Arrays":
      return fieldProblem("list_type", loc)
    default:
      return valueProblem(loc, messageOf(ast.annotations))
  }
}

const problemOfCheck = (annotations: Schema.Annotations.Annotations | undefined, loc: Place): FieldProblem => {
  const problem = annotations?.problem
  if (!(problem instanceof CheckProblem)) return valueProblem(loc, messageOf(annotations))
  return { type: problem.type, loc, msg: problem.msg }
}

const messageOf = (annotations: Schema.Annotations.Annotations | undefined): string => {
  const expected = annotations?.expected
  return typeof expected === "string" ? `Expected ${expected}` : "Value is not valid"
}
