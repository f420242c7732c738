import type { Code } from "@latchkey/core"
import type { Logins } from "../page/account-fields.tsx"
import type { FormErrors } from "../page/form.ts"
import type { PasswordRule } from "../page/new-password.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"

/** The view of the pages on which people ask for a mail: for a new password, or to verify their address. */
export interface AskMailView extends PageView {
  readonly purpose: "reset" | "verify"
  readonly logins: Logins
  /** What was typed before, or the name of whoever is logged in, or empty. */
  readonly username: string
  /** Whether to link to the login page. */
  readonly canLogIn: boolean
  /** POST here asks for the mail. */
  readonly action: string
  readonly notice: Notice | null
  readonly errors: FormErrors<"username">
}

/** The view of the pages on which people choose a password by a code: a new one, or the first one. */
export interface ChoosePasswordView extends PageView {
  readonly purpose: "reset" | "invite"
  /** The name of the user whose password it will be; null while the store is away. */
  readonly account: string | null
  /** What proves that they may: the form sends it. */
  readonly token: string
  readonly passwordRule: PasswordRule
  /** POST here sets the password. */
  readonly action: string
  readonly errors: FormErrors<"password" | "password_confirm">
}

/**
 * The view of the pages that ask before a code does what it is for, so that programs which open links in mails do
 * nothing by it.
 */
export interface ConfirmMailView extends PageView {
  readonly purpose: Extract<Code["purpose"], "verify" | "change-email" | "undo-email">
  /** The name of the user; null while the store is away. */
  readonly account: string | null
  /** The address that the code went to; null while the store is away. */
  readonly email: string | null
  readonly token: string
  /** POST here does it. */
  readonly action: string
  readonly errors: FormErrors
}
