import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { ErrorSummary } from "../page/error-summary.tsx"
import { PasswordField } from "../page/field.tsx"
import { formOf, hasErrors } from "../page/form.ts"
import { FormOwner } from "../page/form-owner.tsx"
import { Layout } from "../page/layout.tsx"
import { PasswordAgain } from "../page/password-again.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import { FlagBoxes, RoleBoxes } from "./box.tsx"
import type { AdminNewUserView } from "./view.ts"

/** The page on which administrators add a user. */
export const AdminNewUserPage = (view: AdminNewUserView): Markup => {
  const { add, user: words } = view.texts.admin
  const form = formOf(view, {
    id: "new",
    fields: [...loginFields(view.logins), "current_password", "password", "roles"],
    errors: view.errors
  })
  const rule = view.texts.page.passwordHint(view.passwordRule.minimum, view.passwordRule.maximum)
  return (
    <Layout view={view} title={add.title} failed={hasErrors(form)} width="wide">
      <div class="page-head">
        <p class="hint">
          <a href={view.site.paths.admin}>{words.toList}</a>
        </p>
        <h1>{add.title}</h1>
      </div>
      <ErrorSummary form={form} />
      <Section id="details" title={add.details} hint={add.hint}>
        <form class="form" method="post" action={view.path} novalidate>
          <FormOwner user={view.user} />
          <AccountFields
            form={form}
            logins={view.logins}
            values={view.form}
            needsEmail={false}
            eitherHint={view.texts.page.eitherIsEnough}
            isOther
          />
          {/* Before the new one, as in every form that has both: browsers tell two log-ins in one form by the order. */}
          <PasswordAgain view={view} form={form} isAsked={view.asksCurrentPassword} />
          <PasswordField
            form={form}
            name="password"
            label={add.password}
            hint={view.canInvite ? add.passwordHint(rule) : rule}
            autocomplete="new-password"
          />
          <FlagBoxes form={form} flags={view.form} />
          <RoleBoxes form={form} roles={view.roles} />
          <button class="button" type="submit">
            {add.submit}
          </button>
        </form>
      </Section>
    </Layout>
  )
}
