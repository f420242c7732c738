import { PasswordField } from "./field.tsx"
import type { Markup, PasswordRule } from "./view.ts"

interface NewPasswordFieldProps {
  readonly form: string
  readonly label: string
  readonly rule: PasswordRule
  readonly error: string | undefined
  readonly autofocus: boolean
}

/** The field for a new password, under its rule. */
export const NewPasswordField = ({ rule, ...field }: NewPasswordFieldProps): Markup => (
  <PasswordField {...field} name="password" hint={passwordRuleText(rule)} autocomplete="new-password" required />
)

/** What a new password must be, in one sentence. */
const passwordRuleText = ({ minimum, maximum }: PasswordRule): string =>
  `${minimum} to ${maximum} characters. Several words in a row work well; spaces are fine.`
