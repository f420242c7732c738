import { fieldId } from "./field.tsx"
import { pageTexts as texts } from "./texts.ts"
import type { Markup } from "./view.ts"

/** A sentence for each field in error, and `form` for an error of the whole form. Empty means that there are no errors. */
export type FormErrors<Field extends string = string> = { readonly [Key in Field | "form"]?: string | undefined }

/** The errors of one form, with its fields in the order of the form. */
export interface FormErrorsProps<Field extends string> {
  readonly form: string
  readonly fields: ReadonlyArray<Field>
  readonly errors: FormErrors<Field>
}

/** Whether anything is wrong. */
export const hasErrors = <Field extends string>(errors: FormErrors<Field>): boolean =>
  Object.values(errors).some((error) => error !== undefined)

/** The first field in error, which gets the focus; null if no field is in error. */
export const firstInError = <Field extends string>({ fields, errors }: FormErrorsProps<Field>): Field | null =>
  fields.find((field) => errors[field] !== undefined) ?? null

/** The id of the sentence about the whole form, for the fields that refer to it. */
export const formErrorId = (form: string): string => `${form}-problem`

/** The errors, above the form: a sentence about the whole form, and a link to each field in error. Nothing without errors. */
export const ErrorSummary = <Field extends string>({ form, fields, errors }: FormErrorsProps<Field>): Markup | null => {
  const failed = fields.filter((field) => errors[field] !== undefined)
  if (failed.length === 0 && errors.form === undefined) return null
  return (
    <div class="notice notice-error" role="alert">
      {errors.form === undefined ? null : <p id={formErrorId(form)}>{errors.form}</p>}
      {failed.length === 0 ? null : (
        <>
          <h2 class="notice-title">{texts.problemTitle}</h2>
          <ul>
            {failed.map((field) => (
              <li>
                <a href={`#${fieldId(form, field)}`}>{errors[field]}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
