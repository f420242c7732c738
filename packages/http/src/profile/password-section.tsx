import { PasswordField } from "../page/field.tsx"
import { type FormErrorsProps, firstInError } from "../page/form-errors.tsx"
import { NewPasswordField } from "../page/new-password.tsx"
import { Section } from "../page/section.tsx"
import { pageTexts } from "../page/texts.ts"
import type { Markup } from "../page/view.ts"
import { profileTexts } from "./texts.ts"
import type { ProfileView } from "./view.ts"

const texts = profileTexts.password

const FORM = "new-password"

type Field = "current_password" | "password" | "password_confirm"

/** What is wrong with the password form, for the summary above the page. */
export const passwordProblem = (view: ProfileView): FormErrorsProps<Field> => ({
  form: FORM,
  fields: ["current_password", "password", "password_confirm"],
  errors: view.passwordErrors
})

/** Changes the password, with the current one (PWD-17). */
export const PasswordSection = ({ view }: { readonly view: ProfileView }): Markup => {
  const focus = firstInError(passwordProblem(view))
  return (
    <Section id="password" title={texts.title} hint={texts.hint}>
      <form class="form" method="post" action={view.passwordPath} novalidate>
        <AccountName view={view} />
        <PasswordField
          form={FORM}
          name="current_password"
          label={pageTexts.currentPassword}
          autocomplete="current-password"
          error={view.passwordErrors.current_password}
          autofocus={focus === "current_password"}
          required
        />
        <NewPasswordField
          form={FORM}
          label={texts.new}
          rule={view.passwordRule}
          error={view.passwordErrors.password}
          autofocus={focus === "password"}
        />
        <PasswordField
          form={FORM}
          name="password_confirm"
          label={texts.again}
          autocomplete="new-password"
          error={view.passwordErrors.password_confirm}
          autofocus={focus === "password_confirm"}
          required
        />
        <button class="button" type="submit">
          {texts.submit}
        </button>
      </form>
    </Section>
  )
}

/** Tells password managers whose password changes. It has no `name`, so the form does not send it. */
const AccountName = ({ view: { user } }: { readonly view: ProfileView }): Markup => (
  <input type="text" autocomplete="username" value={user.username ?? user.email ?? ""} readonly hidden />
)
