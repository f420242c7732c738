import type { Logins } from "../page/account-fields.tsx"
import type { FormErrors } from "../page/form.ts"
import type { PasswordRule } from "../page/new-password.tsx"
import type { PageView } from "../page/view.ts"

/** How the one-time setup token gets into the form: not at all, from the link that was opened, or typed by the person. */
export type SetupToken =
  | { readonly kind: "unneeded" }
  | { readonly kind: "known"; readonly value: string }
  | { readonly kind: "asked" }

/** The view for GET /setup/ before the first administrator exists, and for POST /setup/ when it failed. */
export interface SetupView extends PageView {
  readonly logins: Logins
  /** Whether a new user must have an e-mail address, because only verified users may do anything. */
  readonly needsEmail: boolean
  readonly username: string
  readonly email: string
  readonly passwordRule: PasswordRule
  readonly token: SetupToken
  readonly errors: FormErrors<"username" | "email" | "password" | "password_confirm" | "token">
}
