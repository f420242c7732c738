import * as Effect from "effect/Effect"
import { type FieldProblem, fieldProblem, valueProblem } from "../request/field-problem.ts"
import { RouteProblem, validationProblem } from "../surface/problem.ts"
import type { Call } from "../surface/route.ts"

const LOCATION = ["query", "secret"]

/** The secret of a program: from the header, or, as older programs send it, from the query. It is never written down (DEV-02). */
export const readSecret = ({
  header,
  query
}: Pick<Call<null, unknown>, "header" | "query">): Effect.Effect<string, RouteProblem> => {
  const inHeader = header("latchkey-secret")
  if (inHeader !== null && inHeader !== "") return Effect.succeed(inHeader)
  const [secret = "", ...more] = query.getAll("secret")
  if (more.length > 0) return refused(valueProblem(LOCATION, "Field given more than once"))
  return secret === "" ? refused(fieldProblem("missing", LOCATION)) : Effect.succeed(secret)
}

const refused = (problem: FieldProblem) => Effect.fail(new RouteProblem(validationProblem([problem])))
