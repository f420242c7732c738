import type { FormProblems } from "../surface/or-page-again.ts"

/** The texts beside the fields when a name or a password is refused, on every form that asks for one. */
export const accountProblems = {
  AccountNameInvalid: ({ kind, problem }) => ({
    status: 422,
    errors: { [kind]: [`${kind}-${problem}`] }
  }),
  AccountNameTaken: ({ kind }) => ({ status: 400, errors: { [kind]: [`${kind}-taken`] } }),
  PasswordRefused: ({ problem }) => ({ status: 422, errors: { password: [`password-${problem}`] } })
} satisfies FormProblems
