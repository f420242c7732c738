import { type Form, fieldId, formErrorId } from "./form.ts"
import type { Markup } from "./view.ts"

/** The errors, above the form: a sentence about the whole form, and a link to each field in error. Nothing without errors. */
export const ErrorSummary = <Field extends string>({ form }: { readonly form: Form<Field> }): Markup | null => {
  const { errors, texts } = form
  const failed = form.fields.filter((field) => errors[field] !== undefined)
  if (failed.length === 0 && errors.form === undefined) return null
  return (
    <div class="notice notice-error" role="alert">
      {errors.form === undefined ? null : <p id={formErrorId(form)}>{errors.form.text}</p>}
      {failed.length === 0 ? null : (
        <>
          <h2 class="notice-title">{texts.page.problemTitle}</h2>
          <ul>
            {failed.map((field) => (
              <li>
                <a href={`#${fieldId(form, field)}`}>{errors[field]?.text}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
