import { PasswordField } from "../page/field.tsx"
import { type Form, type FormErrors, formOf } from "../page/form.ts"
import { AccountName, FormOwner, type PageUser } from "../page/form-owner.tsx"
import { NewPassword, type PasswordRule } from "../page/new-password.tsx"
import { NextField } from "../page/next.tsx"
import type { Markup, PageView } from "../page/view.ts"
import type { PasswordField as Field } from "./view.ts"

/** What the form for a new password knows of its errors. */
export const passwordForm = (
  view: Pick<PageView, "texts">,
  errors: FormErrors<Field>,
  first: Field | null = null
): Form<Field> =>
  formOf(view, { id: "new-password", fields: ["current_password", "password", "password_confirm"], errors, first })

interface PasswordFormProps {
  readonly view: PageView & { readonly user: PageUser; readonly passwordRule: PasswordRule }
  readonly form: Form
  readonly action: string
  readonly next: string | null
}

/** The form that changes the password, with the current one (PWD-17). */
export const PasswordForm = ({ view, form, action, next }: PasswordFormProps): Markup => {
  const texts = view.texts.profile.password
  return (
    <form class="form" method="post" action={action} novalidate>
      <FormOwner user={view.user} />
      <NextField next={next} />
      <AccountName view={view} />
      <PasswordField
        form={form}
        name="current_password"
        label={view.texts.page.currentPassword}
        autocomplete="current-password"
        required
      />
      <NewPassword form={form} labels={texts} rule={view.passwordRule} />
      <button class="button" type="submit">
        {texts.submit}
      </button>
    </form>
  )
}
