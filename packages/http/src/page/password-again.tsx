import { PasswordField } from "./field.tsx"
import type { Form } from "./form.ts"
import { AccountName } from "./form-owner.tsx"
import type { Markup, PageView } from "./view.ts"

interface PasswordAgainProps {
  readonly view: PageView
  readonly form: Form
  /** Whether the log-in is too old for what the form does. */
  readonly isAsked: boolean
}

/** Asks for the current password where it is needed, or where a wrong one came with the form. */
export const PasswordAgain = ({ view, form, isAsked }: PasswordAgainProps): Markup | null =>
  isAsked || form.errors.current_password !== undefined ? (
    <>
      <AccountName view={view} />
      <CurrentPasswordField form={form} />
    </>
  ) : null

/** The field for the current password, with the reason why it is asked for. */
export const CurrentPasswordField = ({ form }: { readonly form: Form }): Markup => (
  <PasswordField
    form={form}
    name="current_password"
    label={form.texts.page.currentPassword}
    hint={form.texts.page.currentPasswordHint}
    autocomplete="current-password"
    required
  />
)
