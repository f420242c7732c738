import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { PasswordField } from "../page/field.tsx"
import { type FormErrorsProps, firstInError } from "../page/form-errors.tsx"
import { Section } from "../page/section.tsx"
import { pageTexts } from "../page/texts.ts"
import type { Markup } from "../page/view.ts"
import { profileTexts } from "./texts.ts"
import type { ProfileView } from "./view.ts"

const texts = profileTexts.details

const FORM = "details"

type Field = "username" | "email" | "current_password"

/** What is wrong with the details, for the summary above the page. */
export const detailsProblem = (view: ProfileView): FormErrorsProps<Field> => ({
  form: FORM,
  fields: [...loginFields(view.logins), "current_password"],
  errors: view.details.errors
})

/** The form for username and e-mail address. */
export const DetailsSection = ({ view }: { readonly view: ProfileView }): Markup => {
  const focus = firstInError(detailsProblem(view))
  const { logins, details } = view
  return (
    <Section id="details" title={texts.title} hint={texts.hint}>
      <form class="form" method="post" action={view.detailsPath} novalidate>
        <AccountFields
          form={FORM}
          view={{ logins, ...details }}
          needsEmail={false}
          eitherHint={texts.either}
          focus={focus}
        />
        {view.asksCurrentPassword ? (
          <PasswordField
            form={FORM}
            name="current_password"
            label={pageTexts.currentPassword}
            hint={pageTexts.currentPasswordHint}
            autocomplete="current-password"
            error={details.errors.current_password}
            autofocus={focus === "current_password"}
            required
          />
        ) : null}
        <button class="button" type="submit">
          {texts.submit}
        </button>
      </form>
    </Section>
  )
}
