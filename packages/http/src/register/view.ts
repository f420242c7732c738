import type { AccountForm, Logins } from "../page/account-fields.tsx"
import type { FormErrors } from "../page/form.ts"
import type { PasswordRule } from "../page/new-password.tsx"
import type { PageView } from "../page/view.ts"

/** The view for GET /register, and for POST /register when it failed. */
export interface RegisterView extends PageView, AccountForm {
  readonly logins: Logins
  /** Whether a new user must have an e-mail address, because only verified users may do anything. */
  readonly needsEmail: boolean
  readonly passwordRule: PasswordRule
  /** Whether there is a login page to offer. */
  readonly canLogIn: boolean
  /** Kept in the link back to the login page. */
  readonly next: string | null
  readonly errors: FormErrors<"username" | "email" | "password" | "password_confirm">
}
