import { type Form, fieldId, formErrorId } from "./form.ts"
import type { Markup } from "./view.ts"

interface FieldProps {
  readonly form: Form
  /** The name the field is posted under. */
  readonly name: string
  readonly label: string | Markup
  /** Shown above the field, and read out with it. */
  readonly hint?: string | undefined
  readonly required?: boolean
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

/** A labelled field for a code of capital letters that another program shows. */
export const CodeField = ({ value, ...field }: FieldProps & { readonly value: string }): Markup => (
  <FieldFrame {...field}>
    <input
      {...inputAttributes(field)}
      class="input code"
      type="text"
      value={value}
      autocomplete="one-time-code"
      inputmode="text"
      autocapitalize="characters"
    />
  </FieldFrame>
)

/** A labelled password field; pasting and password managers are welcome (PWD-21). */
export const PasswordField = ({ autocomplete, ...field }: PasswordFieldProps): Markup => (
  <FieldFrame {...field}>
    <div class="password">
      <input {...inputAttributes(field)} type="password" autocomplete={autocomplete} />
      <RevealButton {...field} />
    </div>
  </FieldFrame>
)

/** Shows what was typed, and hides it again. The script makes it visible, because only the script makes it work. */
const RevealButton = ({ form, name }: FieldProps): Markup => {
  const { show, hide } = form.texts.page
  return (
    <button
      class="button button-quiet"
      type="button"
      hidden
      aria-describedby={`${fieldId(form, name)}-label`}
      data-reveal=""
      data-other={hide}
    >
      {show}
    </button>
  )
}

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

/** The error of one field, which is read out with it. Nothing without an error. */
export const FieldError = ({ form, name }: Pick<FieldProps, "form" | "name">): Markup | null => {
  const error = form.errors[name]
  return error === undefined ? null : (
    <p class="field-error" id={`${fieldId(form, name)}-error`}>
      <span class="visually-hidden">{form.texts.page.fieldError}</span>
      {error.text}
    </p>
  )
}

const FieldFrame = ({ form, name, label, hint, children }: FieldProps & { readonly children?: Markup }): Markup => (
  <div class={form.errors[name] === undefined ? "field" : "field field-failed"}>
    <label id={`${fieldId(form, name)}-label`} for={fieldId(form, name)}>
      {label}
    </label>
    {hint === undefined ? null : (
      <p class="hint" id={`${fieldId(form, name)}-hint`}>
        {hint}
      </p>
    )}
    <FieldError form={form} name={name} />
    {children}
  </div>
)

const inputAttributes = ({ form, name, hint, required, describedBy }: FieldProps) => {
  const id = fieldId(form, name)
  const isWrong = form.errors[name] !== undefined
  const hasFocus = form.focus === name
  const explanations = [
    hint === undefined ? [] : [`${id}-hint`],
    isWrong ? [`${id}-error`] : [],
    describedBy === undefined ? [] : [describedBy],
    hasFocus && form.errors.form !== undefined ? [formErrorId(form)] : []
  ].flat()
  return {
    class: "input",
    id,
    name,
    required: required ?? false,
    autofocus: hasFocus,
    autocapitalize: "none",
    spellcheck: false,
    "aria-invalid": isWrong ? ("true" as const) : undefined,
    "aria-describedby": explanations.length === 0 ? undefined : explanations.join(" ")
  } as const
}
