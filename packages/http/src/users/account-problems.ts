import type { FormProblems } from "../surface/or-page-again.ts"
import { userTexts as texts } from "./texts.ts"

/** The texts beside the fields when a name or a password is refused, on every form that asks for one. */
export const accountProblems = {
  AccountNameInvalid: ({ kind, problem }) => ({
    status: 422,
    errors: { [kind]: texts.nameInvalid[problem](texts.names[kind]) }
  }),
  AccountNameTaken: ({ kind }) => ({ status: 400, errors: { [kind]: texts.nameTaken(texts.names[kind]) } }),
  PasswordRefused: ({ problem }) => ({ status: 422, errors: { password: texts.passwordRefused[problem] } })
} satisfies FormProblems
