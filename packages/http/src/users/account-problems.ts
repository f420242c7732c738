import type { FormProblems } from "../surface/or-page-again.ts"
import { userTexts as texts } from "./texts.ts"

/** How a name or a password that cannot be had reads beside its field, on every form that asks for one. */
export const accountProblems = {
  LoginInvalid: ({ login, reason }) => ({
    status: 422,
    errors: { [login]: texts.loginInvalid[reason](texts.names[login]) }
  }),
  LoginTaken: ({ login }) => ({ status: 400, errors: { [login]: texts.loginTaken(texts.names[login]) } }),
  PasswordRefused: ({ problem }) => ({ status: 422, errors: { password: texts.passwordRefused[problem] } })
} satisfies FormProblems
