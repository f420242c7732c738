import { TextField } from "./field.tsx"
import type { FormErrors } from "./form-errors.tsx"
import { pageTexts as texts } from "./texts.ts"
import type { Markup } from "./view.ts"

/** What users log in with, which decides the fields of the forms. */
export type Logins = "username" | "email" | "both"

type LoginField = "username" | "email"

/** What a form about an account holds, as typed. */
export interface AccountForm {
  readonly username: string
  readonly email: string
}

interface AccountFieldsProps {
  readonly form: string
  readonly view: AccountForm & {
    readonly logins: Logins
    readonly errors: FormErrors<LoginField>
  }
  /** Whether the e-mail address may not be left out, and the username may. */
  readonly needsEmail: boolean
  /** The hint when there are both fields and either is enough. */
  readonly eitherHint: string
  /** The name of the field that gets the focus, in any part of the form. */
  readonly focus: string | null
}

const FIELDS: Record<Logins, readonly [LoginField, ...ReadonlyArray<LoginField>]> = {
  username: ["username"],
  email: ["email"],
  both: ["username", "email"]
}

/** The fields that name a user, in the order of the form. */
export const loginFields = (logins: Logins): readonly [LoginField, ...ReadonlyArray<LoginField>] => FIELDS[logins]

/** Username and e-mail address, depending on what users log in with. */
export const AccountFields = ({ form, view, needsEmail, eitherHint, focus }: AccountFieldsProps): Markup => (
  <>
    {view.logins === "email" ? null : (
      <TextField
        form={form}
        name="username"
        label={texts.username}
        hint={view.logins === "both" ? (needsEmail ? texts.optional : eitherHint) : undefined}
        value={view.username}
        autocomplete="username"
        error={view.errors.username}
        autofocus={focus === "username"}
        required={view.logins === "username"}
      />
    )}
    {view.logins === "username" ? null : (
      <TextField
        form={form}
        name="email"
        label={texts.email}
        type="email"
        value={view.email}
        autocomplete="email"
        error={view.errors.email}
        autofocus={focus === "email"}
        required={needsEmail || view.logins === "email"}
      />
    )}
  </>
)
