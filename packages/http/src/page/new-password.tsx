import { PasswordField } from "./field.tsx"
import { pageTexts as texts } from "./texts.ts"
import type { Markup } from "./view.ts"

/** The rule for new passwords, shown before the user types one. Lengths are in characters (code points). */
export interface PasswordRule {
  readonly minimum: number
  readonly maximum: number
}

interface NewPasswordFieldProps {
  readonly form: string
  readonly label: string
  readonly rule: PasswordRule
  readonly error: string | undefined
  readonly autofocus: boolean
}

/** The field for a new password, with the rule as its hint. */
export const NewPasswordField = ({ rule, ...field }: NewPasswordFieldProps): Markup => (
  <PasswordField
    {...field}
    name="password"
    hint={texts.passwordHint(rule.minimum, rule.maximum)}
    autocomplete="new-password"
    required
  />
)
