import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { PasswordField } from "../page/field.tsx"
import { type FormErrorsProps, firstInError } from "../page/form-errors.tsx"
import { Section } from "../page/section.tsx"
import type { Markup, ProfileView } from "../page/view.ts"

const FORM = "details"

type Field = "username" | "email" | "current_password"

/** What is wrong with the details, for the summary above the page. */
export const detailsProblem = (view: ProfileView): FormErrorsProps<Field> => ({
  form: FORM,
  fields: [...loginFields(view.logins), "current_password"],
  errors: view.details.errors
})

/** Changes what the user logs in by. */
export const DetailsSection = ({ view }: { readonly view: ProfileView }): Markup => {
  const focus = firstInError(detailsProblem(view))
  const { logins, details } = view
  return (
    <Section id="details" title="Your details" hint="What you log in with.">
      <form class="form" method="post" action={view.site.paths.profileDetails} novalidate>
        <AccountFields
          form={FORM}
          view={{ logins, ...details }}
          eitherHint="You can log in with either."
          focus={focus}
        />
        {view.asksCurrentPassword ? (
          <PasswordField
            form={FORM}
            name="current_password"
            label="Current password"
            hint="To make sure that it is you."
            autocomplete="current-password"
            error={details.errors.current_password}
            autofocus={focus === "current_password"}
            required
          />
        ) : null}
        <button class="button" type="submit">
          Save details
        </button>
      </form>
    </Section>
  )
}
