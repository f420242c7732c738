import * as Effect from "effect/Effect"
import type { Markup } from "../pages/views.ts"
import { page, type Reply, reply } from "../surface/answer.ts"
import { plainProblem, type RouteError } from "../surface/problems.ts"

type Field =
  | "form"
  | "username"
  | "email"
  | "password"
  | "current_password"
  | "password_confirm"
  | "token"
  | "name"
  | "expires_in_days"
  | "scopes"

/** What a page says beside a field; `form` is for what belongs to no field. */
export type Errors = { readonly [Name in Field]?: string }

interface RefusedForm {
  readonly status: number
  readonly errors: Errors
}

/** A mistake that only a form can make: told beside its field, and nothing was tried. */
export class FormRefused {
  readonly _tag = "FormRefused"
  readonly errors: Errors
  constructor(errors: Errors) {
    this.errors = errors
  }
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const loginNames = { username: "username", email: "e-mail address" } as const

const loginProblems = {
  missing: (name: string) => `Give ${name === "username" ? "a" : "an"} ${name}.`,
  "too-long": (name: string) => `This ${name} is too long.`,
  malformed: (name: string) => `This ${name} has a form or a character that cannot be used.`,
  reserved: (name: string) => `This ${name} is reserved.`,
  "mixed-scripts": (name: string) => `This ${name} mixes letters of several scripts.`
} as const

const tokenNameProblems = {
  missing: "Give the token a name.",
  "too-long": "This name is too long: use at most 100 characters.",
  malformed: "This name has a character that cannot be used."
} as const

/** How a failure reads beside the form that caused it; null for those that are no fault of the form. */
const refusedForm = (error: RouteError | FormRefused): RefusedForm | null => {
  switch (error._tag) {
    case "FormRefused":
      return { status: 422, errors: error.errors }
    case "InvalidCredentials":
      // The same for every reason there may be (ENU-01).
      return { status: 400, errors: { form: "This name and password do not match. Check both, and try again." } }
    case "NotVerified":
      return { status: 400, errors: { form: "Verify your e-mail address first: follow the link that was sent to it." } }
    case "AccountNameInvalid":
      return { status: 422, errors: { [error.kind]: loginProblems[error.problem](loginNames[error.kind]) } }
    case "AccountNameTaken":
      return { status: 400, errors: { [error.kind]: `This ${loginNames[error.kind]} is taken.` } }
    case "PasswordRefused":
      return { status: 422, errors: { password: capitalized(error.message) } }
    case "Refused":
      return error.problem === plainProblem.notFresh
        ? { status: 422, errors: { current_password: "Give your current password." } }
        : null
    case "WrongPassword":
      return { status: 422, errors: { current_password: "This is not your current password." } }
    case "TokenNameInvalid":
      return { status: 422, errors: { name: tokenNameProblems[error.problem] } }
    case "TokenLifetimeInvalid":
      return { status: 422, errors: { expires_in_days: capitalized(error.message) } }
    case "ScopeNotGrantable":
      return { status: 422, errors: { scopes: capitalized(error.message) } }
    case "TooManyTokens":
      return {
        status: 409,
        errors: { form: `You have ${error.most} live tokens, and may not have more. Revoke one first.` }
      }
    case "SetupTokenInvalid":
      return { status: 403, errors: { token: "This token is not valid. Take it from the server's start-up output." } }
    default:
      return null
  }
}

/** For a browser a refused form is its page again, with what is wrong said beside the fields; for a program it is the refusal. */
export const orPageAgain = <R, R2 = never>(
  attempt: Effect.Effect<Reply, RouteError | FormRefused, R>,
  wantsPage: boolean,
  render: (errors: Errors) => Effect.Effect<Markup, RouteError, R2> | Markup
): Effect.Effect<Reply, RouteError, R | R2> =>
  Effect.catch(attempt, (error) => {
    const refused = wantsPage || error._tag === "FormRefused" ? refusedForm(error) : null
    if (refused === null) return Effect.fail(error as RouteError) // every FormRefused was taken above
    const markup = render(refused.errors)
    return Effect.map(Effect.isEffect(markup) ? markup : Effect.succeed(markup), (shown) =>
      reply(page(shown, refused.status))
    )
  })
