import { PasswordField } from "./field.tsx"
import type { Form } from "./form.ts"
import type { Markup } from "./view.ts"

/** The rule for new passwords, shown before the user types one. Lengths are in characters (code points). */
export interface PasswordRule {
  readonly minimum: number
  readonly maximum: number
}

interface NewPasswordProps {
  readonly form: Form
  /** The labels of the field, and of the one in which the user types it again. */
  readonly labels: { readonly password: string; readonly passwordAgain: string }
  readonly rule: PasswordRule
}

/** The two fields for a new password, with the rule as the hint of the first. A typo in one alone is noticed. */
export const NewPassword = ({ form, labels, rule }: NewPasswordProps): Markup => (
  <>
    <PasswordField
      form={form}
      name="password"
      label={labels.password}
      hint={form.texts.page.passwordHint(rule.minimum, rule.maximum)}
      autocomplete="new-password"
      required
    />
    <PasswordField
      form={form}
      name="password_confirm"
      label={labels.passwordAgain}
      autocomplete="new-password"
      required
    />
  </>
)
