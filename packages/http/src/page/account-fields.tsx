import { TextField } from "./field.tsx"
import type { Form } from "./form.ts"
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
  readonly form: Form
  readonly logins: Logins
  readonly values: AccountForm
  /** Whether the e-mail address may not be left out, and the username may. */
  readonly needsEmail: boolean
  /** What stands above both fields when either is enough. */
  readonly eitherHint: string
  /** Whether the names are somebody else's, so that a browser should not fill in its owner's. */
  readonly isOther?: boolean
}

const FIELDS: Record<Logins, readonly [LoginField, ...ReadonlyArray<LoginField>]> = {
  username: ["username"],
  email: ["email"],
  both: ["username", "email"]
}

/** The fields that name a user, in the order of the form. */
export const loginFields = (logins: Logins): readonly [LoginField, ...ReadonlyArray<LoginField>] => FIELDS[logins]

/** Username and e-mail address, depending on what users log in with. */
export const AccountFields = ({
  form,
  logins,
  values,
  needsEmail,
  eitherHint,
  isOther
}: AccountFieldsProps): Markup => {
  const texts = form.texts.page
  const isEither = logins === "both" && !needsEmail
  const eitherId = `${form.id}-either`
  return (
    <>
      {isEither ? (
        <p class="hint" id={eitherId}>
          {eitherHint}
        </p>
      ) : null}
      {logins === "email" ? null : (
        <TextField
          form={form}
          name="username"
          label={texts.username}
          hint={logins === "both" && needsEmail ? texts.optional : undefined}
          describedBy={isEither ? eitherId : undefined}
          value={values.username}
          autocomplete={isOther ? "off" : "username"}
          required={logins === "username"}
        />
      )}
      {logins === "username" ? null : (
        <TextField
          form={form}
          name="email"
          label={texts.email}
          type="email"
          describedBy={isEither ? eitherId : undefined}
          value={values.email}
          autocomplete={isOther ? "off" : "email"}
          required={needsEmail || logins === "email"}
        />
      )}
    </>
  )
}
