import { ErrorSummary } from "../page/error-summary.tsx"
import { CodeField } from "../page/field.tsx"
import { type Form, formOf, hasErrors } from "../page/form.ts"
import { FormOwner } from "../page/form-owner.tsx"
import { Layout } from "../page/layout.tsx"
import { NoticeBox } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import type { CliCodeView } from "./view.ts"

/** The page on which people enter the code that a program shows. It allows nothing: the next page tells which program it is. */
export const CliCodePage = (view: CliCodeView): Markup => {
  const texts = view.texts.cliLogin.code
  const form = formOf(view, {
    id: "cli",
    fields: ["code"],
    errors: view.errors,
    first: view.isGiven ? null : "code"
  })
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <ErrorSummary form={form} />
        <p>{view.isGiven ? texts.aboutGiven : texts.about}</p>
        <NoticeBox kind="warning">{texts.onlyYours}</NoticeBox>
        <form class="form" method="post" action={view.site.paths.cliLogin} novalidate>
          <FormOwner user={view.user} />
          <UserCodeField form={form} value={view.code} />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
    </Layout>
  )
}

/** The field for the code of a program. */
export const UserCodeField = ({ form, value }: { readonly form: Form; readonly value: string }): Markup => {
  const { label, hint } = form.texts.cliLogin.code
  return <CodeField form={form} name="code" label={label} hint={hint} value={value} required />
}
