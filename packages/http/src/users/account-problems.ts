import { requiredNames } from "@latchkey/core"
import type { FormProblems } from "../surface/or-page-again.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** The texts beside the fields when a name or a password is refused, on every form that asks for one. */
export const accountProblems = {
  AccountNameInvalid: ({ kind, problem, message }) => ({
    status: 422,
    errors: problem === "host" ? { email: ["email-refused", message] } : { [kind]: [`${kind}-${problem}`] }
  }),
  AccountNameTaken: ({ kind }) => ({ status: 400, errors: { [kind]: [`${kind}-taken`] } }),
  PasswordRefused: ({ problem, message }) => ({
    status: 422,
    errors: { password: problem === "host" ? ["password-refused", message] : [`password-${problem}`] }
  }),
  RegistrationRefused: ({ reason }) => ({ status: 403, errors: { form: ["registration-refused", reason] } })
} satisfies FormProblems

/** The same for a new account. Where either name is enough, a form with neither must not ask for one of them. */
export const newAccountProblems = ({ settings: { logins, sessions } }: Pick<SurfaceContext, "settings">) =>
  ({
    ...accountProblems,
    AccountNameInvalid: (error) =>
      error.problem === "missing" && requiredNames(logins, sessions.requireVerified) === "both"
        ? { status: 422, errors: { username: ["name-missing"] } }
        : accountProblems.AccountNameInvalid(error)
  }) satisfies FormProblems
