import type { Form } from "../page/form.ts"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import { passwordForm as formFor, PasswordForm } from "../password/password-form.tsx"
import type { PasswordField } from "../password/view.ts"
import type { ProfileView } from "./view.ts"

/** The form that changes the password, with the current one (PWD-17). */
export const passwordForm = (view: ProfileView): Form<PasswordField> => formFor(view, view.passwordErrors)

/** The part of the page with that form. */
export const PasswordSection = ({ view, form }: { readonly view: ProfileView; readonly form: Form }): Markup => {
  const texts = view.texts.profile.password
  return (
    <Section id="password" title={texts.title} hint={texts.hint}>
      <PasswordForm view={view} form={form} action={view.passwordPath} next={null} />
    </Section>
  )
}
