import type { AccountDataView } from "../account/view.ts"
import type { CliLoginsView } from "../cli-login/view.ts"
import type { AccountForm, Logins } from "../page/account-fields.tsx"
import type { FormErrors } from "../page/form.ts"
import type { PageUser } from "../page/form-owner.tsx"
import type { PasswordRule } from "../page/new-password.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"
import type { SessionsView } from "../sessions/view.ts"

/** The form for username and e-mail, with what was typed (or else what is stored). */
export interface DetailsForm extends AccountForm {
  /** What was stored when the form was first drawn. A field that still holds it is no change, whatever is stored by now. */
  readonly before: AccountForm
  readonly errors: FormErrors<"username" | "email" | "current_password">
}

/** The view for GET /profile/, and for the profile's POST routes when they failed. */
export interface ProfileView extends PageView, SessionsView, AccountDataView {
  readonly logins: Logins
  /** What is stored now; a form may hold something else. */
  readonly user: PageUser
  readonly details: DetailsForm
  /** POST here saves the details. */
  readonly detailsPath: string
  /** Whether changing the details asks for the current password too. */
  readonly asksCurrentPassword: boolean
  readonly passwordRule: PasswordRule
  readonly passwordErrors: FormErrors<"current_password" | "password" | "password_confirm">
  /** POST here changes the password. */
  readonly passwordPath: string
  /** False if the browser sends name and password by itself, because nothing can make it forget them. */
  readonly canLogOut: boolean
  /** The programs that asked to log in; empty where there are none. */
  readonly programs: CliLoginsView
  /** What is still to be done about the address; null where there is nothing, or no mails are sent. */
  readonly address: AddressToProve | null
  readonly notice: Notice | null
}

/** An address that is not proved: the user's own, or one that they want to change to. */
export type AddressToProve =
  | { readonly kind: "own"; readonly name: string; readonly requestPath: string }
  | { readonly kind: "wanted"; readonly email: string; readonly cancelPath: string }
