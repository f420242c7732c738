import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { type Form, formOf } from "../page/form.ts"
import { FormOwner } from "../page/form-owner.tsx"
import { CurrentPasswordField } from "../page/password-again.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { AddressToProve as Address, ProfileView } from "./view.ts"

type Field = "username" | "email" | "current_password"

/** The form for username and e-mail address. */
export const detailsForm = (view: ProfileView): Form<Field> =>
  formOf(view, {
    id: "details",
    fields: [...loginFields(view.logins), "current_password"],
    errors: view.details.errors
  })

/** The part of the page with that form. */
export const DetailsSection = ({ view, form }: { readonly view: ProfileView; readonly form: Form }): Markup => {
  const texts = view.texts.profile.details
  return (
    <Section id="details" title={texts.title} hint={texts.hint}>
      <form class="form" method="post" action={view.detailsPath} novalidate>
        <FormOwner user={view.user} />
        <input type="hidden" name="username_before" value={view.details.before.username} />
        <input type="hidden" name="email_before" value={view.details.before.email} />
        <AccountFields
          form={form}
          logins={view.logins}
          values={view.details}
          needsEmail={false}
          eitherHint={texts.either}
        />
        {view.asksCurrentPassword ? <CurrentPasswordField form={form} /> : null}
        <button class="button" type="submit">
          {texts.submit}
        </button>
      </form>
      {view.address === null ? null : <AddressToProve view={view} address={view.address} />}
    </Section>
  )
}

/** What is still to be done about the address, with the button that helps. */
const AddressToProve = ({ view, address }: { readonly view: ProfileView; readonly address: Address }): Markup => {
  const texts = view.texts.recovery
  return address.kind === "own" ? (
    <form class="form" method="post" action={address.requestPath}>
      <p>{texts.notVerified}</p>
      <input type="hidden" name="username" value={address.name} />
      <button class="button button-quiet" type="submit">
        {texts.another.verify}
      </button>
    </form>
  ) : (
    <form class="form" method="post" action={address.cancelPath}>
      <p>
        {texts.pending.before}
        <bdi class="strong">{address.email}</bdi>
        {texts.pending.after}
      </p>
      <FormOwner user={view.user} />
      <button class="button button-quiet" type="submit">
        {texts.cancel}
      </button>
    </form>
  )
}
