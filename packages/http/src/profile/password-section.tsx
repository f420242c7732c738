import { PasswordField } from "../page/field.tsx"
import { type Form, formOf } from "../page/form.ts"
import { AccountName, FormOwner } from "../page/form-owner.tsx"
import { NewPassword } from "../page/new-password.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { ProfileView } from "./view.ts"

type Field = "current_password" | "password" | "password_confirm"

/** The form that changes the password, with the current one (PWD-17). */
export const passwordForm = (view: ProfileView): Form<Field> =>
  formOf(view, {
    id: "new-password",
    fields: ["current_password", "password", "password_confirm"],
    errors: view.passwordErrors
  })

/** The part of the page with that form. */
export const PasswordSection = ({ view, form }: { readonly view: ProfileView; readonly form: Form }): Markup => {
  const texts = view.texts.profile.password
  return (
    <Section id="password" title={texts.title} hint={texts.hint}>
      <form class="form" method="post" action={view.passwordPath} novalidate>
        <FormOwner user={view.user} />
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
    </Section>
  )
}
