import { pageTexts as texts } from "./texts.ts"
import type { Markup } from "./view.ts"

interface FieldProps {
  /** The id of the form, because two forms on a page may have a field of the same name. */
  readonly form: string
  /** The name the field is posted under. */
  readonly name: string
  readonly label: string
  /** Shown above the field, and read out with it. */
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly required?: boolean
  readonly autofocus?: boolean
  /** The id of another text that explains the field. */
  readonly describedBy?: string | undefined
}

/** What a field for visible text needs. */
export interface TextFieldProps extends FieldProps {
  readonly type?: "text" | "email"
  readonly value: string
  readonly autocomplete: "username" | "email" | "off"
}

/** What a list to choose from needs. */
export interface SelectFieldProps extends FieldProps {
  readonly value: string
  readonly choices: ReadonlyArray<{ readonly value: string; readonly label: string }>
}

/** What a password field needs. There is no value: a password is never sent back to the browser. */
export interface PasswordFieldProps extends FieldProps {
  readonly autocomplete: "current-password" | "new-password"
}

/** The id of a field's input, for labels and for the links of the error summary. */
export const fieldId = (form: string, name: string): string => `${form}-${name}`

/** A labelled field for a name or an address, without correction, capitalisation or spell-checking. */
export const TextField = ({ type = "text", value, autocomplete, ...field }: TextFieldProps): Markup => (
  <FieldFrame {...field}>
    <input
      {...inputAttributes(field)}
      type={type}
      value={value}
      autocomplete={autocomplete}
      inputmode={type}
      dir="auto"
    />
  </FieldFrame>
)

/** A labelled password field; pasting and password managers are welcome (PWD-21). */
export const PasswordField = ({ autocomplete, ...field }: PasswordFieldProps): Markup => (
  <FieldFrame {...field}>
    <input {...inputAttributes(field)} type="password" autocomplete={autocomplete} />
  </FieldFrame>
)

/** A labelled list, one of which is chosen. */
export const SelectField = ({ value, choices, ...field }: SelectFieldProps): Markup => (
  <FieldFrame {...field}>
    <select {...inputAttributes(field)}>
      {choices.map((choice) => (
        <option value={choice.value} selected={choice.value === value}>
          {choice.label}
        </option>
      ))}
    </select>
  </FieldFrame>
)

const FieldFrame = ({
  form,
  name,
  label,
  hint,
  error,
  children
}: FieldProps & { readonly children?: Markup }): Markup => (
  <div class={error === undefined ? "field" : "field field-failed"}>
    <label for={fieldId(form, name)}>{label}</label>
    {hint === undefined ? null : (
      <p class="hint" id={`${fieldId(form, name)}-hint`}>
        {hint}
      </p>
    )}
    {error === undefined ? null : (
      <p class="field-error" id={`${fieldId(form, name)}-error`}>
        <span class="visually-hidden">{texts.fieldError}</span>
        {error}
      </p>
    )}
    {children}
  </div>
)

const inputAttributes = ({ form, name, hint, error, required, autofocus, describedBy }: FieldProps) => {
  const id = fieldId(form, name)
  const texts = [
    hint === undefined ? [] : [`${id}-hint`],
    error === undefined ? [] : [`${id}-error`],
    describedBy === undefined ? [] : [describedBy]
  ].flat()
  return {
    class: "input",
    id,
    name,
    required: required ?? false,
    autofocus: autofocus ?? false,
    autocapitalize: "none",
    spellcheck: false,
    "aria-invalid": error === undefined ? undefined : ("true" as const),
    "aria-describedby": texts.length === 0 ? undefined : texts.join(" ")
  } as const
}
