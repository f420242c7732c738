import * as Effect from "effect/Effect"
import type { FormErrors } from "../page/form-errors.tsx"
import type { Markup } from "../page/view.ts"
import { valueProblem } from "../request/field-problem.ts"
import { page, type Reply, reply } from "./answer.ts"
import { RouteProblem, validationProblem } from "./problem.ts"
import type { RouteError } from "./problems.ts"

/** A mistake that only a form can have, such as two passwords that differ. It is shown beside its field, before anything is tried. */
export class FormMistake {
  readonly _tag = "FormMistake"
  readonly errors: FormErrors
  constructor(errors: FormErrors) {
    this.errors = errors
  }
}

/** What the page shows when it is shown again. */
export interface FormProblem {
  readonly status: number
  readonly errors: FormErrors
}

/** The texts beside the fields for failures that the user can correct in the form. Other failures are answered as usual. */
export type FormProblems = {
  readonly [Tag in RouteError["_tag"]]?: (error: Extract<RouteError, { readonly _tag: Tag }>) => FormProblem
}

/** A browser gets a refused form as its page again, with the errors beside the fields. A program gets the refusal. */
export const orPageAgain = <R, R2 = never>(
  attempt: Effect.Effect<Reply, RouteError | FormMistake, R>,
  wantsPage: boolean,
  problems: FormProblems,
  render: (errors: FormErrors) => Effect.Effect<Markup, RouteError, R2> | Markup
): Effect.Effect<Reply, RouteError, R | R2> => {
  const again = ({ status, errors }: FormProblem) => {
    const markup = render(errors)
    return Effect.map(Effect.isEffect(markup) ? markup : Effect.succeed(markup), (shown) => reply(page(shown, status)))
  }
  return Effect.catch(attempt, (error) => {
    if (error._tag === "FormMistake") {
      return wantsPage ? again({ status: 422, errors: error.errors }) : Effect.fail(asProblem(error))
    }
    const problem = wantsPage ? formProblemOf(error, problems) : null
    return problem === null ? Effect.fail(error) : again(problem)
  })
}

const asProblem = ({ errors }: FormMistake): RouteProblem =>
  new RouteProblem(
    validationProblem(Object.entries(errors).map(([field, text]) => valueProblem(["body", field], String(text))))
  )

const formProblemOf = (error: RouteError, problems: FormProblems): FormProblem | null => {
  const row = problems[error._tag] as ((error: RouteError) => FormProblem) | undefined // the row of its own tag
  return row === undefined ? null : row(error)
}
