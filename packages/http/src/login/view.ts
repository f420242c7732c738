import type { Logins } from "../page/account-fields.tsx"
import type { FormErrors } from "../page/form.ts"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"

/** The view for GET /login, and for POST /login when it failed. */
export interface LoginView extends PageView {
  readonly logins: Logins
  /** What was typed before, or empty. */
  readonly username: string
  /** Where to go afterwards; null if the visitor came directly. */
  readonly next: string | null
  /** Whether to link to the registration page. */
  readonly registrationOpen: boolean
  /** Whether to link to the pages on which people ask for a mail. */
  readonly canRecover: boolean
  readonly notice: Notice | null
  readonly errors: FormErrors<"username" | "password">
}

/** The view for GET /logout, which asks before anything changes. */
export interface LogoutView extends PageView {
  /** The name of the logged-in user. */
  readonly user: string
  /** Where "stay logged in" links to. */
  readonly back: string
}
