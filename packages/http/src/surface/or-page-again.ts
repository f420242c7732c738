import * as Effect from "effect/Effect"
import type { FormErrors } from "../page/form.ts"
import type { Markup } from "../page/view.ts"
import { valueProblem } from "../request/field-problem.ts"
import { english } from "../texts/english.ts"
import { errorSentence, type Fault } from "../texts/sentence.ts"
import type { Texts } from "../texts/texts.ts"
import { page, type Reply, reply } from "./answer.ts"
import { RouteProblem, validationProblem } from "./problem.ts"
import { problemOf, type RouteError } from "./problems.ts"
import type { Call } from "./route.ts"

/** What is wrong, by field; `form` for the whole form. */
export type Faults = Readonly<Record<string, Fault>>

/** A mistake that only a form can have, such as two passwords that differ. It is shown beside its field, before anything is tried. */
export class FormMistake {
  readonly _tag = "FormMistake"
  readonly faults: Faults
  constructor(faults: Faults) {
    this.faults = faults
  }
}

/** What the page shows when it is shown again. */
export interface FormProblem {
  readonly status: number
  readonly errors: Faults
}

/** What stands beside the fields for failures that the user can correct in the form. Other failures are answered as usual. */
export type FormProblems = {
  readonly [Tag in RouteError["_tag"]]?: (error: Extract<RouteError, { readonly _tag: Tag }>) => FormProblem
}

const unavailable = (seconds: number): FormProblem => ({ status: 503, errors: { form: ["unavailable", seconds] } })

/** Failures that the user cannot correct, but that pass. The page stays with what was typed, and says how long to wait. */
const passing = {
  Busy: ({ retryAfter }) => unavailable(retryAfter),
  HasherError: () => unavailable(5),
  HookFailed: ({ retryAfter }) => unavailable(retryAfter),
  StoreError: () => unavailable(2),
  TooManyAttempts: ({ retryAfter }) => ({ status: 429, errors: { form: ["too-many-attempts", retryAfter] } })
} satisfies FormProblems

/** A browser gets a refused form as its page again, with the errors beside the fields. A program gets the refusal. */
export const orPageAgain = <R, R2 = never>(
  attempt: Effect.Effect<Reply, RouteError | FormMistake, R>,
  { wantsPage, texts }: Pick<Call<null, unknown>, "wantsPage" | "texts">,
  problems: FormProblems,
  render: (errors: FormErrors) => Effect.Effect<Markup, RouteError, R2> | Markup
): Effect.Effect<Reply, RouteError, R | R2> => {
  const again = ({ status, errors }: FormProblem, headers: Readonly<Record<string, string>> = {}) => {
    const markup = render(sentencesOf(errors, texts))
    return Effect.map(Effect.isEffect(markup) ? markup : Effect.succeed(markup), (shown) =>
      reply(page(shown, status, headers))
    )
  }
  return Effect.catch(attempt, (error) => {
    if (error._tag === "FormMistake") {
      return wantsPage ? again({ status: 422, errors: error.faults }) : Effect.fail(asProblem(error))
    }
    const problem = wantsPage ? formProblemOf(error, { ...passing, ...problems }) : null
    if (problem === null) return Effect.fail(error)
    const shown = Effect.map(again(problem, problemOf(error).headers), (page) => ({ ...page, failure: error }))
    // A page that cannot do without the store is not shown while it is away. Then this very failure is answered.
    return Effect.catchTag(shown, "StoreError", () => Effect.fail(error))
  })
}

const sentencesOf = (faults: Faults, texts: Texts): FormErrors =>
  Object.fromEntries(Object.entries(faults).map(([field, fault]) => [field, errorSentence(texts, fault)]))

const asProblem = ({ faults }: FormMistake): RouteProblem =>
  new RouteProblem(
    validationProblem(
      Object.entries(sentencesOf(faults, english)).map(([field, error]) =>
        valueProblem(["body", field], error?.text ?? "")
      )
    )
  )

const formProblemOf = (error: RouteError, problems: FormProblems): FormProblem | null => {
  const row = problems[error._tag] as ((error: RouteError) => FormProblem) | undefined // the row of its own tag
  return row === undefined ? null : row(error)
}
