import type { FormErrors } from "../page/form.ts"
import type { PageUser } from "../page/form-owner.tsx"
import type { PasswordRule } from "../page/new-password.tsx"
import type { PageView } from "../page/view.ts"

export type PasswordField = "current_password" | "password" | "password_confirm"

/** The view for GET /password, and for POST /password when it failed. */
export interface PasswordView extends PageView {
  readonly user: PageUser
  /** Whether the user must choose another password before anything else. */
  readonly mustChangePassword: boolean
  readonly passwordRule: PasswordRule
  /** Where to go afterwards; null if the visitor came directly. */
  readonly next: string | null
  readonly errors: FormErrors<PasswordField>
}
