import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { FieldError } from "../page/field.tsx"
import { type Form, fieldId, formOf } from "../page/form.ts"
import { FormOwner } from "../page/form-owner.tsx"
import { PasswordAgain } from "../page/password-again.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import { FlagBoxes, RoleBoxes } from "./box.tsx"
import { shownName, UserBadges, UserFacts } from "./user-facts.tsx"
import type { AdminUserPageView } from "./view.ts"

type Field = "username" | "email" | "roles" | "confirm_self" | "current_password"

/** The form with what a user is. */
export const editForm = (view: AdminUserPageView): Form<Field> =>
  formOf(view, {
    id: "edit",
    fields: [...loginFields(view.logins), "roles", "confirm_self", "current_password"],
    errors: view.errors
  })

/** The part of the page with that form. It carries the state that it was made over (ADM-15). */
export const EditSection = ({ view, form }: { readonly view: AdminUserPageView; readonly form: Form }): Markup => {
  const { edit } = view.texts.admin
  return (
    <Section id="details" title={edit.title} hint={edit.hint}>
      {view.isStale ? <StateNow view={view} /> : null}
      <form class="form" method="post" action={view.path} novalidate>
        <FormOwner user={view.user} />
        <input type="hidden" name="seen" value={view.seen} />
        <AccountFields
          form={form}
          logins={view.logins}
          values={view.form}
          needsEmail={false}
          eitherHint={edit.either}
          isOther
        />
        <FlagBoxes form={form} flags={view.form} />
        <RoleBoxes form={form} roles={view.roles} />
        <PasswordAgain view={view} form={form} isAsked={view.asksCurrentPassword} />
        {form.errors.confirm_self === undefined ? null : (
          <div class="field field-failed" id={fieldId(form, "confirm_self")}>
            <FieldError form={form} name="confirm_self" />
            <div class="box">
              <input type="checkbox" id={fieldId(form, "confirm")} name="confirm_self" value="on" />
              <label for={fieldId(form, "confirm")}>{edit.confirmSelf}</label>
            </div>
          </div>
        )}
        <button class="button" type="submit">
          {edit.submit}
        </button>
      </form>
    </Section>
  )
}

/** What the user is by now, above a form that somebody else has overtaken. */
const StateNow = ({ view: { subject, texts } }: { readonly view: AdminUserPageView }): Markup => (
  <div class="notice notice-warning now">
    <h3 class="notice-title">{texts.admin.edit.stale}</h3>
    <p class="session-name">
      <bdi>{shownName(subject)}</bdi> <UserBadges user={subject} texts={texts} />
    </p>
    <UserFacts user={subject} texts={texts} />
  </div>
)
