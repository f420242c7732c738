import type { Sentence } from "../texts/sentence.ts"
import type { Texts } from "../texts/texts.ts"

/** A sentence for each field in error, and `form` for an error of the whole form. Empty means that there are no errors. */
export type FormErrors<Field extends string = string> = { readonly [Key in Field | "form"]?: Sentence | undefined }

/** One form of a page: what its fields need to know of it. */
export interface Form<Field extends string = string> {
  /** Two forms on a page may have a field of the same name, so the id of a form stands before the ids of its fields. */
  readonly id: string
  /** In the order of the form. */
  readonly fields: ReadonlyArray<Field>
  readonly errors: FormErrors<Field>
  /** The field that gets the focus; null for none. */
  readonly focus: Field | null
  readonly texts: Texts
}

/** A form of a page. The first field in error gets the focus, or else `first`, the field to begin with. */
export const formOf = <Field extends string>(
  view: { readonly texts: Texts },
  {
    id,
    fields,
    errors,
    first = null
  }: Pick<Form<Field>, "id" | "fields" | "errors"> & { readonly first?: Field | null }
): Form<Field> => ({
  id,
  fields,
  errors,
  focus: fields.find((field) => errors[field] !== undefined) ?? first,
  texts: view.texts
})

/** Whether anything is wrong. */
export const hasErrors = ({ errors }: Pick<Form<never>, "errors">): boolean =>
  Object.values(errors).some((error) => error !== undefined)

/** The id of a field's input, for labels and for the links of the error summary. */
export const fieldId = (form: Pick<Form, "id">, name: string): string => `${form.id}-${name}`

/** The id of the sentence about the whole form, for the field that gets the focus. */
export const formErrorId = (form: Pick<Form, "id">): string => `${form.id}-problem`
