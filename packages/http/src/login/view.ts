import type { Logins } from "../page/account-fields.tsx"
import type { FormErrors } from "../page/form-errors.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"

/** GET /login, and POST /login when it failed. */
export interface LoginView extends PageView {
  readonly logins: Logins
  /** As typed before, else empty. */
  readonly username: string
  /** Where to go afterwards; null when the visitor came by themselves. */
  readonly next: string | null
  /** Whether to offer the register page. */
  readonly registrationOpen: boolean
  readonly notice: Notice | null
  readonly errors: FormErrors<"username" | "password">
}

/** GET /logout: asks before it ends the session, because a link must not change anything. */
export interface LogoutView extends PageView {
  /** The name of who is logged in. */
  readonly user: string
  /** Where "stay logged in" leads. */
  readonly back: string
}
